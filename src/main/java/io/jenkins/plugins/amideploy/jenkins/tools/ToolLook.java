package io.jenkins.plugins.amideploy.jenkins.tools;

import hudson.remoting.VirtualChannel;
import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import jenkins.MasterToSlaveFileCallable;

/** One look at a tool's directory, done on the agent in one call: new output, and how it stands. See {@code supervise.sh}. */
final class ToolLook extends MasterToSlaveFileCallable<ToolLook.Seen> {
    private static final long serialVersionUID = 1L;

    /** Bytes of output fetched at a time: hours of a tool's output come in a few looks, and no look holds much memory. */
    static final int CHUNK = 256 * 1024;

    private final long offset;

    /** @param offset byte of the output from which on it is wanted */
    ToolLook(long offset) {
        this.offset = offset;
    }

    /**
     * What was seen.
     *
     * <p>A class rather than a record: it travels over a channel of any age.
     */
    static final class Seen implements Serializable {
        private static final long serialVersionUID = 1L;

        private boolean started;
        private boolean missing;
        private boolean stopped;
        private Integer exitCode;
        private boolean full;
        private long aliveAt;
        private byte[] output = {};
        private boolean more;

        /** Whether the supervisor began. */
        boolean started() {
            return started;
        }

        /** Whether the program is not on the PATH. */
        boolean missing() {
            return missing;
        }

        /** Whether the tool was asked to end. */
        boolean stopped() {
            return stopped;
        }

        /** Null while the tool runs. */
        Integer exitCode() {
            return exitCode;
        }

        /** Whether the disk had no room for what the tool printed last. */
        boolean full() {
            return full;
        }

        /**
         * When the supervisor gave its last sign of life, in milliseconds of a clock that may be any: the agent's, or a file
         * server's. Good for being compared with what was seen before. 0 where it gave none.
         */
        long aliveAt() {
            return aliveAt;
        }

        /** Output from the offset on. */
        byte[] output() {
            return output;
        }

        /** Whether there is more output than was fetched. */
        boolean more() {
            return more;
        }
    }

    @Override
    public Seen invoke(File directory, VirtualChannel channel) throws IOException {
        Path path = directory.toPath();
        Seen seen = new Seen();
        seen.started = Files.exists(path.resolve("started"));
        // The exit code first: whatever is read afterwards is then complete.
        readExit(path.resolve("exit"), seen);
        seen.missing = Files.exists(path.resolve("missing"));
        seen.stopped = Files.exists(path.resolve("stopped"));
        Path alive = path.resolve("alive");
        seen.aliveAt = Files.exists(alive) ? Files.getLastModifiedTime(alive).toMillis() : 0;
        readOutput(path.resolve("out"), seen);
        return seen;
    }

    private static void readExit(Path file, Seen seen) throws IOException {
        if (Files.exists(file)) {
            String[] words =
                    Files.readString(file, StandardCharsets.UTF_8).strip().split("\\s+");
            seen.exitCode = Integer.valueOf(words[0]);
            seen.full = words.length > 1;
        }
    }

    private void readOutput(Path file, Seen seen) throws IOException {
        if (!Files.exists(file)) {
            return;
        }
        try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "r")) {
            long length = out.length();
            if (length > offset) {
                byte[] bytes = new byte[(int) Math.min(CHUNK, length - offset)];
                out.seek(offset);
                int read = out.read(bytes);
                seen.output = read == bytes.length ? bytes : Arrays.copyOf(bytes, Math.max(0, read));
                seen.more = length > offset + seen.output.length;
            }
        }
    }
}
