package io.jenkins.plugins.amideploy.cli.process;

import io.jenkins.plugins.amideploy.engine.tool.ToolCommand;
import io.jenkins.plugins.amideploy.engine.tool.ToolResult;
import io.jenkins.plugins.amideploy.engine.tool.ToolRun;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * One tool that runs as a process. Two threads read what it prints, so that it never waits for us; they end with the
 * process. Nothing is persisted: when the command line is killed outright, the tool goes on and its log ends.
 */
final class ProcessToolRun implements ToolRun {
    /**
     * Milliseconds that output may still come after the process ended. Its last lines are in the pipe by then; only a
     * left-over child that keeps the pipe open would hold us longer.
     */
    private static final long LAST_OUTPUT_MILLIS = 2_000;

    private final ToolCommand command;
    private final Process process;
    private final ToolLog log;
    private final Queue<String> lines = new ConcurrentLinkedQueue<>();
    private final StringBuffer document = new StringBuffer();
    private final List<Thread> readers;
    private final AtomicBoolean stopped = new AtomicBoolean();

    ProcessToolRun(ToolCommand command, Process process, ToolLog log) {
        this.command = command;
        this.process = process;
        this.log = log;
        boolean isDocument = command.output() == ToolCommand.Output.DOCUMENT;
        this.readers = List.of(
                reader(process.getInputStream(), isDocument ? this::keep : this::line),
                reader(process.getErrorStream(), this::line));
    }

    private Thread reader(InputStream stream, Consumer<String> taker) {
        Thread thread = new Thread(() -> read(stream, taker), command.tool().executable() + " output");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private void read(InputStream stream, Consumer<String> taker) {
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                taker.accept(line);
            }
        } catch (IOException e) {
            lines.add(log.append(command.tool().executable(), "(output could not be read: " + e.getMessage() + ")"));
        }
    }

    private void line(String line) {
        lines.add(log.append(command.tool().executable(), line));
    }

    private void keep(String line) {
        document.append(line).append('\n');
    }

    @Override
    public Optional<ToolResult> poll(Consumer<String> taker) {
        boolean ended = !process.isAlive();
        if (ended) {
            readers.forEach(ProcessToolRun::await);
        }
        for (String line = lines.poll(); line != null; line = lines.poll()) {
            taker.accept(line);
        }
        return ended ? Optional.of(result()) : Optional.empty();
    }

    private static void await(Thread reader) {
        try {
            reader.join(LAST_OUTPUT_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private ToolResult result() {
        ToolResult result = ToolResult.exited(command.phase(), process.exitValue())
                .withDocument(document.toString())
                .withFiles(KeptFiles.read(command));
        log.append(command.tool().executable(), "(" + command.phase() + " exit code " + process.exitValue() + ")");
        return stopped.get() && process.exitValue() != 0 ? result.asStopped() : result;
    }

    /** Through the handle: {@code Process.destroy} would also close the pipes, and the tool die of its next line. */
    @Override
    public void stop() {
        if (stopped.compareAndSet(false, true) && process.isAlive()) {
            log.append(command.tool().executable(), "(asked to end: SIGTERM to process " + process.pid() + ")");
            process.toHandle().destroy();
        }
    }
}
