package io.jenkins.plugins.amideploy.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * Remembers with which files a plan succeeded in this directory, so that a deployment does not have Terraform check them again before it bakes: a
 * check takes a fifth of such a bake. Kept beside Terraform's own working data, as a hash of the variables file and the configuration.
 */
final class PlannedFiles {
    private static final String RECORD = "planned.sha256";

    /** Variables of the environment that reach a plan beside the files; they may be secrets, so nothing is kept of them. */
    private static final List<String> BESIDE = List.of("TF_VAR_", "TF_CLI_ARGS");

    private final Session session;

    PlannedFiles(Session session) {
        this.session = session;
    }

    /** Whether a plan succeeded with just these files, and nothing beside them counts. */
    boolean areKnown() {
        boolean onlyFiles = session.surroundings().environment().keySet().stream()
                .noneMatch(name -> BESIDE.stream().anyMatch(name::startsWith));
        try {
            return onlyFiles
                    && Files.readString(record(), StandardCharsets.UTF_8).equals(hash());
        } catch (IOException notThere) {
            return false;
        }
    }

    /** A plan has succeeded. That it cannot be noted costs a check next time. */
    void planned() {
        try {
            Files.createDirectories(record().getParent());
            Files.writeString(record(), hash(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            session.console()
                    .note("the next deployment checks the stack again: " + record() + " cannot be written: " + e);
        }
    }

    private Path record() {
        return session.workDirectory().resolve("terraform").resolve(RECORD);
    }

    private String hash() throws IOException {
        MessageDigest digest = sha256();
        add(digest, session.variablesFile());
        try (Stream<Path> files = Files.list(session.recipes().resolve("terraform"))) {
            files.filter(Files::isRegularFile).sorted().forEach(file -> add(digest, file));
        } catch (UncheckedIOException unreadable) {
            throw unreadable.getCause();
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static void add(MessageDigest digest, Path file) {
        try {
            digest.update(file.getFileName().toString().getBytes(StandardCharsets.UTF_8));
            digest.update((byte) 0);
            byte[] content = Files.readAllBytes(file);
            digest.update(Integer.toString(content.length).getBytes(StandardCharsets.UTF_8));
            digest.update((byte) 0);
            digest.update(content);
        } catch (NoSuchFileException gone) {
            // An override file of local state comes and goes with the option.
            return;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }
}
