package io.jenkins.plugins.amideploy.cli;

import io.jenkins.plugins.amideploy.cli.process.ScratchDirectory;
import io.jenkins.plugins.amideploy.engine.DeclaredVariables;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Where {@link Session} finds the recipes that it runs: those that were asked for, else those of the working directory, else
 * those that came with the launcher. Recipes outside the working directory may be anybody's, and read-only; tools write beside
 * theirs, so such recipes are copied below {@code .work}, once for each content.
 */
final class Recipes {
    /** Variable that names recipes, as {@code --recipes} does. */
    static final String VARIABLE = "AMI_DEPLOY_RECIPES";

    /** Property in which the launcher says what it came with. */
    static final String LAUNCHED_WITH = "ami-deploy.recipes";

    private static final List<String> PARTS =
            List.of("ansible", "packer", "resources/tooling", "terraform", "tools/requirements.txt");

    /** What a directory must have to be recipes; an application may well have a terraform/ of its own. */
    static final List<String> MARKS =
            List.of("ansible/survey.py", "packer/image.pkr.hcl", "terraform/launch_template.tf");

    /** Characters of a digest that tell two contents apart in a directory's name. */
    private static final int IN_NAME = 12;

    /** What tools leave beside recipes, and tests of them. */
    private static final Set<String> NOT_RECIPES = Set.of("tests", "__pycache__", "backend_override.tf");

    private final Path workingDirectory;
    private final Path source;

    private Recipes(Path workingDirectory, Path source) {
        this.workingDirectory = workingDirectory;
        this.source = source;
    }

    /**
     * Finds them.
     *
     * @param given what the option says, or null
     * @param workingDirectory absolute path
     * @param environment the caller's variables
     * @throws CommandFailure when there are none
     */
    static Recipes of(Path given, Path workingDirectory, Map<String, String> environment) {
        String named = environment.getOrDefault(VARIABLE, "");
        if (given != null || !named.isEmpty()) {
            Path source = Path.of("")
                    .toAbsolutePath()
                    .resolve(given != null ? given : Path.of(named))
                    .normalize();
            if (!are(source)) {
                throw CommandFailure.badInput(source + " has no recipes (" + String.join(", ", MARKS)
                        + "): name a directory that has them with " + (given != null ? "--recipes" : VARIABLE));
            }
            return new Recipes(workingDirectory, source);
        }
        if (are(workingDirectory)) {
            return new Recipes(workingDirectory, workingDirectory);
        }
        Path launched = Path.of(System.getProperty(LAUNCHED_WITH, ""));
        if (!launched.isAbsolute() || !are(launched)) {
            throw CommandFailure.badInput(
                    "no recipes: start the command by its launcher ami-deploy, or name a directory with --recipes");
        }
        return new Recipes(workingDirectory, launched);
    }

    private static boolean are(Path directory) {
        return MARKS.stream().allMatch(mark -> Files.isRegularFile(directory.resolve(mark)));
    }

    /** What a variables file may give to these recipes. @throws IOException when they cannot be read */
    static DeclaredVariables declaredIn(Path recipes) throws IOException {
        List<String> texts = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(recipes.resolve("terraform"), "*.tf")) {
            for (Path file : files) {
                texts.add(Files.readString(file, StandardCharsets.UTF_8));
            }
        }
        return new DeclaredVariables(texts);
    }

    /** Absolute path of recipes that tools may write beside: in place, or a copy. */
    Path directory() {
        if (source.startsWith(workingDirectory)) {
            return source;
        }
        try {
            Map<String, Path> files = files();
            Path copy = workingDirectory.resolve(".work/recipes").resolve(digest(files));
            if (!Files.isDirectory(copy)) {
                copy(files, copy);
            }
            return copy;
        } catch (IOException | UncheckedIOException e) {
            throw CommandFailure.badInput("recipes of " + source + " cannot be copied below " + workingDirectory
                    + "/.work: " + e.getMessage());
        }
    }

    private Map<String, Path> files() throws IOException {
        Map<String, Path> files = new TreeMap<>();
        for (String part : PARTS) {
            if (Files.exists(source.resolve(part))) {
                collect(source.resolve(part), files);
            }
        }
        return files;
    }

    private void collect(Path part, Map<String, Path> files) throws IOException {
        Files.walkFileTree(part, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                return isRecipe(directory) ? FileVisitResult.CONTINUE : FileVisitResult.SKIP_SUBTREE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (isRecipe(file)) {
                    files.put(source.relativize(file).toString(), file);
                }
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private static boolean isRecipe(Path path) {
        String name = path.getFileName().toString();
        return name.matches("\\.terraform.*\\.hcl") || !name.startsWith(".") && !NOT_RECIPES.contains(name);
    }

    private static String digest(Map<String, Path> files) throws IOException {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (Map.Entry<String, Path> file : files.entrySet()) {
                String head =
                        file.getKey() + "\0" + Files.isExecutable(file.getValue()) + Files.size(file.getValue()) + "\0";
                digest.update(head.getBytes(StandardCharsets.UTF_8));
                digest.update(Files.readAllBytes(file.getValue()));
            }
            return HexFormat.of().formatHex(digest.digest()).substring(0, IN_NAME);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** Made under another name: two commands at once both make it, and one of them is in time. */
    private static void copy(Map<String, Path> files, Path copy) throws IOException {
        Files.createDirectories(copy.getParent());
        Path made = Files.createTempDirectory(copy.getParent(), "new-");
        for (Map.Entry<String, Path> file : files.entrySet()) {
            Path to = made.resolve(file.getKey());
            Files.createDirectories(to.getParent());
            Files.copy(file.getValue(), to, StandardCopyOption.COPY_ATTRIBUTES);
            to.toFile().setWritable(true);
        }
        // A temporary directory is its owner's alone; a container of another user may have to read recipes.
        made.toFile().setReadable(true, false);
        made.toFile().setExecutable(true, false);
        try {
            Files.move(made, copy, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException inTheWay) {
            ScratchDirectory.remove(made);
            if (!Files.isDirectory(copy)) {
                throw inTheWay;
            }
        }
    }
}
