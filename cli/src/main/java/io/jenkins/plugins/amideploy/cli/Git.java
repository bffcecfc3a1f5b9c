package io.jenkins.plugins.amideploy.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Asks Git about a checkout; empty where there is no Git or no repository. */
final class Git {
    private final Path directory;

    Git(Path directory) {
        this.directory = directory;
    }

    /** The commit checked out, with {@code -dirty} when files differ from it. */
    Optional<String> commit() {
        return run("rev-parse", "HEAD")
                .map(hash -> run("status", "--porcelain").orElse("").isEmpty() ? hash : hash + "-dirty");
    }

    /** The nearest tag and distance, or the short commit. */
    Optional<String> description() {
        return run("describe", "--tags", "--always", "--dirty");
    }

    private Optional<String> run(String... arguments) {
        List<String> line = new ArrayList<>(List.of("git", "-C", directory.toString()));
        line.addAll(List.of(arguments));
        try {
            Process git = new ProcessBuilder(line)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String output = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            return git.waitFor() == 0 ? Optional.of(output) : Optional.empty();
        } catch (IOException noGit) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }
}
