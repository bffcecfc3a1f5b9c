package io.jenkins.plugins.amideploy.jenkins.tools;

import hudson.FilePath;
import hudson.remoting.VirtualChannel;
import io.jenkins.plugins.amideploy.engine.tool.Secrets;
import io.jenkins.plugins.amideploy.engine.tool.ToolCommand;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import jenkins.MasterToSlaveFileCallable;

/** Files on the agent that a step writes or hands back. */
final class AgentFiles {
    private AgentFiles() {}

    /** Writes a file that only the agent's user can read. */
    static void writePrivately(FilePath file, String text) throws IOException, InterruptedException {
        file.write("", StandardCharsets.UTF_8.name());
        file.chmod(0600);
        file.write(text, StandardCharsets.UTF_8.name());
    }

    /** Hash of a file in hex, computed on the agent. */
    static String sha256(FilePath file) throws IOException, InterruptedException {
        return file.act(new Sha256());
    }

    /** What a command keeps, as far as it was written. */
    static Map<String, String> kept(FilePath workspace, List<ToolCommand.Kept> keeps)
            throws IOException, InterruptedException {
        Map<String, String> files = new HashMap<>();
        for (ToolCommand.Kept kept : keeps) {
            FilePath file = workspace.child(kept.path());
            if (file.exists()) {
                files.put(kept.path(), kept.as() == ToolCommand.Kept.As.TEXT ? text(file) : sha256(file));
            }
        }
        return files;
    }

    /** A whole file, UTF-8. */
    static String text(FilePath file) throws IOException, InterruptedException {
        try (InputStream in = file.read()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** The files of a directory that a pattern names, UTF-8, in one call. */
    static List<String> texts(FilePath directory, String pattern) throws IOException, InterruptedException {
        return directory.act(new Texts(pattern));
    }

    /** A line without secrets. */
    static String masked(String line, Pattern secrets) {
        return secrets.pattern().isEmpty() ? line : secrets.matcher(line).replaceAll(Secrets.MASK);
    }

    /**
     * Keeps the output of a tool that printed any in the workspace, secrets masked, for the pipeline to archive.
     *
     * @return why it could not be kept, which says nothing about the tool; empty where all is well
     */
    static Optional<String> saveLog(FilePath output, String target, Pattern secrets)
            throws IOException, InterruptedException {
        return output.exists() ? Optional.ofNullable(output.act(new SaveLog(target, secrets))) : Optional.empty();
    }

    /** Yields why the log could not be kept, or null: an exception would look as if the agent did not answer. */
    private static final class SaveLog extends MasterToSlaveFileCallable<String> {
        private static final long serialVersionUID = 1L;

        private final String target;
        private final Pattern secrets;

        SaveLog(String target, Pattern secrets) {
            this.target = target;
            this.secrets = secrets;
        }

        @Override
        public String invoke(File file, VirtualChannel channel) {
            try {
                if (file.length() > 0) {
                    save(file);
                }
                return null;
            } catch (IOException trouble) {
                return "log " + target + " cannot be written: " + DiskTrouble.words(trouble);
            }
        }

        private void save(File file) throws IOException {
            Path to = Path.of(target);
            Files.createDirectories(Objects.requireNonNull(to.getParent(), target));
            try (Stream<String> lines = new String(Files.readAllBytes(file.toPath()), StandardCharsets.UTF_8).lines()) {
                Files.write(to, (Iterable<String>) lines.map(line -> masked(line, secrets))::iterator);
            }
        }
    }

    private static final class Texts extends MasterToSlaveFileCallable<List<String>> {
        private static final long serialVersionUID = 1L;

        private final String pattern;

        Texts(String pattern) {
            this.pattern = pattern;
        }

        @Override
        public List<String> invoke(File directory, VirtualChannel channel) throws IOException {
            List<String> texts = new ArrayList<>();
            try (DirectoryStream<Path> files = Files.newDirectoryStream(directory.toPath(), pattern)) {
                for (Path file : files) {
                    texts.add(Files.readString(file, StandardCharsets.UTF_8));
                }
            }
            return texts;
        }
    }

    private static final class Sha256 extends MasterToSlaveFileCallable<String> {
        private static final long serialVersionUID = 1L;

        @Override
        public String invoke(File file, VirtualChannel channel) throws IOException {
            try (DigestInputStream in =
                    new DigestInputStream(Files.newInputStream(file.toPath()), MessageDigest.getInstance("SHA-256"))) {
                in.transferTo(java.io.OutputStream.nullOutputStream());
                return HexFormat.of().formatHex(in.getMessageDigest().digest());
            } catch (NoSuchAlgorithmException impossible) {
                throw new IllegalStateException(impossible);
            }
        }
    }
}
