package io.jenkins.plugins.amideploy.cli.process;

import io.jenkins.plugins.amideploy.engine.tool.Secrets;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

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
    private final Consumer<String> warnings;
    private BiConsumer<String, String> listener = (tool, line) -> {};
    private boolean warned;

    /**
     * @param directory where the logs of the environment are; made when missing
     * @param startedAt when this run of the command line began
     * @param warnings is told once when the log cannot be written: what the tools do goes on and counts all the same
     */
    public ToolLog(Path directory, Instant startedAt, Secrets secrets, Consumer<String> warnings) {
        this.directory = directory;
        this.time = TIME.format(startedAt);
        this.secrets = secrets;
        this.warnings = warnings;
    }

    /** The file that a tool's output goes to. */
    public Path file(String tool) {
        return directory.resolve(time + "-" + tool + ".log");
    }

    /** From now on each line is told as well, behind its tool's name and without secrets, on whatever thread has read it. */
    public void heardBy(BiConsumer<String, String> whom) {
        listener = whom;
    }

    /** Adds a line where that is possible, and returns it as it is to be shown: without secrets. Never throws: what the tool does counts, whatever becomes of its log. */
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
            warn("log " + file(tool) + " cannot be written: " + reason(e));
        }
    }

    private void warn(String trouble) {
        if (!warned) {
            warned = true;
            warnings.accept("warning: " + trouble + "; what the tools do goes on, and lines are missing in the log");
        }
    }

    private static String reason(IOException trouble) {
        return trouble instanceof FileSystemException file && file.getReason() != null
                ? file.getReason()
                : trouble.getClass().getSimpleName() + " " + trouble.getMessage();
    }
}
