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

    /**
     * @param directory where the logs of the environment are; made when missing
     * @param startedAt when this run of the command line began
     */
    public ToolLog(Path directory, Instant startedAt, Secrets secrets) {
        this.directory = directory;
        this.time = TIME.format(startedAt);
        this.secrets = secrets;
    }

    /** The file that a tool's output goes to. */
    public Path file(String tool) {
        return directory.resolve(time + "-" + tool + ".log");
    }

    /** Adds a line, and returns it as it was written: without secrets. */
    public synchronized String append(String tool, String line) {
        String masked = secrets.mask(line);
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
        return masked;
    }
}
