package io.jenkins.plugins.amideploy.cli.process;

import io.jenkins.plugins.amideploy.engine.tool.ToolCommand;
import io.jenkins.plugins.amideploy.engine.tool.ToolResult;
import io.jenkins.plugins.amideploy.engine.tool.ToolRun;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * One tool that runs as a process. It prints to files, which each {@link #poll} follows, so that it never waits for us. Nothing is persisted: when the
 * command line is killed outright, the tool goes on to its end and its log ends.
 */
final class ProcessToolRun implements ToolRun {
    private final ToolCommand command;
    private final Process process;
    private final PrintedFile lines;
    private final Optional<PrintedFile> document;
    private final ScratchDirectory scratch;
    private final ToolLog log;
    private final AtomicBoolean stopped = new AtomicBoolean();

    private ProcessToolRun(
            ToolCommand command,
            Process process,
            PrintedFile lines,
            Optional<PrintedFile> document,
            ScratchDirectory scratch,
            ToolLog log) {
        this.command = command;
        this.process = process;
        this.lines = lines;
        this.document = document;
        this.scratch = scratch;
        this.log = log;
    }

    /**
     * @param scratch where the tool has its temporary files; removed when it has ended
     * @throws IOException when it cannot be started
     */
    static ProcessToolRun start(ToolCommand command, ProcessBuilder builder, ScratchDirectory scratch, ToolLog log)
            throws IOException {
        PrintedFile lines = PrintedFile.empty();
        Optional<PrintedFile> document =
                command.output() == ToolCommand.Output.DOCUMENT ? Optional.of(PrintedFile.empty()) : Optional.empty();
        document.ifPresentOrElse(
                file -> builder.redirectOutput(file.file()).redirectError(lines.file()),
                () -> builder.redirectErrorStream(true).redirectOutput(lines.file()));
        try {
            return new ProcessToolRun(command, builder.start(), lines, document, scratch, log);
        } finally {
            lines.unlink();
            if (document.isPresent()) {
                document.get().unlink();
            }
        }
    }

    @Override
    public Optional<ToolResult> poll(Consumer<String> taker) {
        boolean ended = !process.isAlive();
        Consumer<String> shown = line -> taker.accept(append(line));
        try {
            if (!ended) {
                lines.follow(shown);
                return Optional.empty();
            }
            lines.end(shown);
            String text = document.isPresent() ? document.get().text() : "";
            if (lines.isFull()) {
                shown.accept("(the disk for temporary files is full: lines may be missing)");
            }
            return Optional.of(result(text));
        } catch (IOException e) {
            shown.accept("(output could not be read: " + e.getMessage() + ")");
            return ended ? Optional.of(result("")) : Optional.empty();
        } finally {
            if (ended) {
                close(lines);
                document.ifPresent(ProcessToolRun::close);
                if (!scratch.remove()) {
                    shown.accept("(temporary files are left: remove " + scratch.path() + ")");
                }
            }
        }
    }

    private static void close(PrintedFile file) {
        try {
            file.close();
        } catch (IOException e) {
            // It was read, and has no name: there is nothing to lose.
        }
    }

    private String append(String line) {
        return log.append(command.tool().executable(), line);
    }

    private ToolResult result(String text) {
        ToolResult result = ToolResult.exited(command.phase(), process.exitValue())
                .withDocument(text)
                .withFiles(KeptFiles.read(command));
        append("(" + command.phase() + " exit code " + process.exitValue() + ")");
        return stopped.get() && process.exitValue() != 0 ? result.asStopped() : result;
    }

    @Override
    public void stop() {
        if (stopped.compareAndSet(false, true) && process.isAlive()) {
            append("(asked to end: SIGTERM to process " + process.pid() + ")");
            process.toHandle().destroy();
        }
    }
}
