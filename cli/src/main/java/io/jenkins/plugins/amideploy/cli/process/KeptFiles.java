package io.jenkins.plugins.amideploy.cli.process;

import io.jenkins.plugins.amideploy.engine.tool.ToolCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The files that a command expects to find and those that it leaves. */
final class KeptFiles {
    private KeptFiles() {}

    /** Why the command must not be started; empty when every expected file is as it should be. */
    static Optional<String> refusal(ToolCommand command) {
        for (Map.Entry<String, String> expected : command.expects().entrySet()) {
            Path path = Path.of(expected.getKey());
            if (!Files.isRegularFile(path)) {
                return Optional.of(path + " is gone: plan again");
            }
            if (!sha256(path).equals(expected.getValue())) {
                return Optional.of(path + " is not the plan that was shown, its hash differs: plan again");
            }
        }
        return Optional.empty();
    }

    /** Text or hash of each kept file that is there. */
    static Map<String, String> read(ToolCommand command) {
        Map<String, String> files = new TreeMap<>();
        for (ToolCommand.Kept kept : command.keeps()) {
            Path path = Path.of(kept.path());
            if (Files.isRegularFile(path)) {
                files.put(kept.path(), kept.as() == ToolCommand.Kept.As.SHA256 ? sha256(path) : text(path));
            }
        }
        return files;
    }

    private static String text(Path path) {
        try {
            return Files.readString(path, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(path + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static String sha256(Path path) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(path));
            return HexFormat.of().formatHex(hash);
        } catch (IOException e) {
            throw new UncheckedIOException(path + " cannot be read: " + e.getMessage(), e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
