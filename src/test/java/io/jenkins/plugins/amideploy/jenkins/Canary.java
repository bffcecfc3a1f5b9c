package io.jenkins.plugins.amideploy.jenkins;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;

/** A secret key that is looked for where no secret may be. */
public final class Canary {
    /** As long as a real one. */
    public static final String SECRET = "CanarySecretKey0123456789abcdefABCDEF99";

    private Canary() {}

    /** Files below a directory that hold the secret in clear; none where there is no directory. */
    public static List<Path> filesBelow(Path directory) throws IOException {
        List<Path> found = new ArrayList<>();
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (attributes.isRegularFile() && isIn(file)) {
                    found.add(file);
                }
                return FileVisitResult.CONTINUE;
            }

            /** A controller that runs makes and removes files all the time. */
            @Override
            public FileVisitResult visitFileFailed(Path file, IOException gone) {
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, IOException gone) {
                return FileVisitResult.CONTINUE;
            }
        });
        return found;
    }

    private static boolean isIn(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1).contains(SECRET);
        } catch (IOException gone) {
            return false;
        }
    }

    /** Command lines and environments of every process of this machine, those in containers included. */
    public static String processes() throws IOException {
        Process ps = new ProcessBuilder("ps", "-eww", "-o", "args", "e").start();
        try (InputStream out = ps.getInputStream()) {
            return new String(out.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
