package io.jenkins.plugins.amideploy.cli.process;

import io.jenkins.plugins.amideploy.engine.tool.Secrets;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.function.BiConsumer;

/**
 * All that the tools of one run said, masked, in {@code <time>-<tool>.log} of the environment's log directory. It is kept
 * when the run is over.
 */
public final class ToolLog {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);

    private final Path directory;
    private final String time;
    private final Secrets secrets;
    private final BiConsumer<String, String> listener;

    /**
     * @param directory where the logs of the environment are; made when missing
     * @param startedAt when this run of the command line began
     * @param listener is told each line as well, behind the tool's name and without secrets, on whatever thread reads it
     */
    public ToolLog(Path directory, Instant startedAt, Secrets secrets, BiConsumer<String, String> listener) {
        this.directory = directory;
        this.time = TIME.format(startedAt);
        this.secrets = secrets;
        this.listener = listener;
    }

    /** The file that a tool's output goes to. */
    public Path file(String tool) {
        return directory.resolve(time + "-" + tool + ".log");
    }

    /** Adds a line, and returns it as it was written: without secrets. */
    public String append(String tool, String line) {
        String masked = secrets.mask(line);
        write(tool, masked);
        listener.accept(tool, masked);
        return masked;
    }

    private synchronized void write(String tool, String masked) {
        try {
            Files.createDirectories(directory);
            Files.writeString(
                    file(tool),
                    masked + "\n",
                    StandardCharsets.UTF_8,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException("log " + file(tool) + " cannot be written: " + e.getMessage(), e);
        }
    }
}
