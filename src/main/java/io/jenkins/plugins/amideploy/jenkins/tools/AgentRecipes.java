package io.jenkins.plugins.amideploy.jenkins.tools;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.AbortException;
import hudson.FilePath;
import io.jenkins.plugins.amideploy.engine.diagnosis.Cause;
import io.jenkins.plugins.amideploy.jenkins.run.NamedFailure;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Where the recipes of Packer, Ansible and Terraform are on the agent: those that come with the plugin, unpacked below the step's directory, or
 * those of a directory that the step names. Asked by the tool steps and {@code deployRecipes}, which persist the path.
 */
final class AgentRecipes {
    /** What recipes consist of; see {@code recipes.zip} in pom.xml. */
    private static final List<String> PARTS = List.of("ansible", "packer", "terraform");

    private static final String HOME = ".work/recipes";
    private static final String UNFINISHED = ".";

    /** Unpacking takes seconds: what is older was left by an agent that ended in the middle. */
    private static final Duration UNFINISHED_LIFETIME = Duration.ofHours(1);

    private static final Logger LOGGER = Logger.getLogger(AgentRecipes.class.getName());

    private AgentRecipes() {}

    /**
     * The recipes' directory, absolute; unpacks the plugin's where they are not there yet.
     *
     * @param workspace the step's directory
     * @param named directory with recipes relative to it; null for the plugin's
     * @throws AbortException when the directory that is named is none of recipes, or the plugin's cannot be written
     */
    static String directory(FilePath workspace, @CheckForNull String named) throws IOException, InterruptedException {
        if (named == null) {
            return unpacked(workspace.child(HOME)).getRemote();
        }
        FilePath directory = workspace.child(named);
        for (String part : PARTS) {
            if (!directory.child(part).isDirectory()) {
                throw NamedFailure.badInput(
                        "recipes: " + directory.getRemote() + " has no directory " + part,
                        "name a directory with " + String.join("/, ", PARTS)
                                + "/, or leave recipes out for those of the plugin");
            }
        }
        return directory.getRemote();
    }

    private static FilePath unpacked(FilePath home) throws IOException, InterruptedException {
        FilePath recipes = home.child(Zip.DIGEST);
        if (recipes.exists()) {
            return recipes;
        }
        FilePath unfinished = home.child(UNFINISHED + Zip.DIGEST + "-" + UUID.randomUUID());
        try {
            unfinished.mkdirs();
            removeOlder(home, unfinished.lastModified());
            unfinished.unzipFrom(new ByteArrayInputStream(Zip.BYTES));
            unfinished.renameTo(recipes);
        } catch (IOException e) {
            // A step beside this one may have been quicker. An agent that is away fails here, too.
            if (!recipes.exists()) {
                throw new NamedFailure(
                        Cause.TOOL_FAILED,
                        "the plugin's recipes cannot be unpacked below " + home.getRemote() + " (" + e.getMessage()
                                + ")",
                        "the agent's user needs space and the right to write there");
            }
        } finally {
            removeQuietly(unfinished);
        }
        return recipes;
    }

    /** What stays goes with a later step; why it could not be removed is told by what could not be done before. */
    private static void removeQuietly(FilePath directory) throws InterruptedException {
        try {
            directory.deleteRecursive();
        } catch (IOException stays) {
            LOGGER.log(Level.FINE, "an unfinished directory stays", stays);
        }
    }

    private static void removeOlder(FilePath home, long now) throws IOException, InterruptedException {
        for (FilePath directory : home.listDirectories()) {
            if (directory.getName().startsWith(UNFINISHED)
                    && directory.lastModified() < now - UNFINISHED_LIFETIME.toMillis()) {
                directory.deleteRecursive();
            }
        }
    }

    /** The plugin's recipes, read once. */
    private static final class Zip {
        static final byte[] BYTES = read();

        /** Hexadecimal digits that tell one plugin's recipes from another's. */
        private static final int DIGITS = 12;

        static final String DIGEST = digest().substring(0, DIGITS);

        private static byte[] read() {
            try (InputStream zip = AgentRecipes.class.getResourceAsStream("recipes.zip")) {
                if (zip == null) {
                    throw new IllegalStateException("recipes.zip is missing in the plugin: build it with Maven");
                }
                return zip.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static String digest() {
            try {
                return HexFormat.of()
                        .formatHex(MessageDigest.getInstance("SHA-256").digest(BYTES));
            } catch (NoSuchAlgorithmException impossible) {
                throw new IllegalStateException(impossible);
            }
        }
    }
}
