package io.jenkins.plugins.amideploy.engine.tool;

import io.jenkins.plugins.amideploy.engine.Outcome;
import io.jenkins.plugins.amideploy.engine.diagnosis.Cause;
import io.jenkins.plugins.amideploy.engine.diagnosis.Diagnosis;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * Carries an {@link Operation} through, one look at a time. The front door calls {@link #poll} on its own rhythm, from a
 * thread or a timer; nothing here waits.
 *
 * @param <T> what the operation yields
 */
public final class OperationRun<T> {
    private final Operation<T> operation;
    private final ToolRunner runner;
    private final UnaryOperator<String> words;
    private ToolRun run;
    private OutputParser parser;
    private Outcome<T> outcome;
    private boolean stopping;

    /** Why the tool was asked to end without anybody wanting it; else null. */
    private Diagnosis hopeless;

    /** Starts the operation's first command. */
    public OperationRun(Operation<T> operation, ToolRunner runner) {
        this(operation, runner, UnaryOperator.identity());
    }

    /** @param words may say more plainly what a tool says of AWS, whose encoded messages a front door can have decoded */
    public OperationRun(Operation<T> operation, ToolRunner runner, UnaryOperator<String> words) {
        this.operation = operation;
        this.runner = runner;
        this.words = words;
        start(operation.first());
    }

    private void start(ToolCommand command) {
        parser = operation.parser(command.phase());
        run = runner.start(command);
    }

    /**
     * Reads what is new and, when a command has ended, starts the next.
     *
     * @param progress told about every activity that the tools report
     * @return the outcome once there is nothing more to run
     */
    public synchronized Optional<Outcome<T>> poll(Consumer<Progress> progress) {
        if (outcome == null) {
            run.poll(line -> parser.accept(line).ifPresent(progress))
                    .ifPresentOrElse(this::ended, () -> waiting(progress));
        }
        return Optional.ofNullable(outcome);
    }

    private void waiting(Consumer<Progress> progress) {
        if (!stopping && hopeless == null) {
            parser.hopeless().ifPresent(this::giveUp);
            parser.remark().ifPresent(progress);
        }
    }

    private void giveUp(Diagnosis why) {
        hopeless = why;
        run.stop();
        if (why.cause() == Cause.CREDENTIALS_EXPIRED) {
            // With these the tool can take away nothing that it made, and tries to for minutes; its end is not waited
            // for.
            outcome = Outcome.failure(Outcome.Kind.FAILED, why);
        }
    }

    private void ended(ToolResult result) {
        if (hopeless != null && result.ending() == ToolResult.Ending.STOPPED) {
            outcome = Outcome.failure(Outcome.Kind.FAILED, hopeless);
            return;
        }
        Step<T> next = operation.after(result.readBy(parser).saying(words));
        if (next instanceof Step.Done<T> done) {
            outcome = done.outcome();
        } else if (next instanceof Step.Run<T> more) {
            continueWith(more.command(), result.ending());
        }
    }

    /** A tool that was stopped may be followed by a look at what it left; one that ended just before the stop may not. */
    private void continueWith(ToolCommand command, ToolResult.Ending before) {
        if (stopping && before != ToolResult.Ending.STOPPED) {
            outcome = Outcome.failure(Outcome.Kind.INTERRUPTED, "stopped before " + command.phase() + " was started");
        } else {
            start(command);
        }
    }

    /** Asks the running tool to end cleanly, once; the operation is over when {@link #poll} returns its outcome. */
    public synchronized void stop() {
        if (!stopping && outcome == null) {
            stopping = true;
            run.stop();
        }
    }
}
