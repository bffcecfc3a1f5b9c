package io.jenkins.plugins.amideploy.cli;

import io.jenkins.plugins.amideploy.engine.Outcome;
import io.jenkins.plugins.amideploy.engine.tool.Operation;
import io.jenkins.plugins.amideploy.engine.tool.OperationRun;
import io.jenkins.plugins.amideploy.engine.tool.ToolRunner;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Carries operations through on the thread of the command: looks, shows progress, sleeps a little, looks again. */
final class ToolLoop {
    /** Milliseconds between two looks: below what a person notices, far above what a look costs. */
    private static final long LOOK_MILLIS = 100;

    private final ToolRunner runner;
    private final Console console;
    private final Interrupts interrupts;
    private final InstantSource clock;
    private final UnaryOperator<String> words;

    /** @param words may say more plainly what a tool says of AWS */
    ToolLoop(
            ToolRunner runner,
            Console console,
            Interrupts interrupts,
            InstantSource clock,
            UnaryOperator<String> words) {
        this.words = words;
        this.runner = runner;
        this.console = console;
        this.interrupts = interrupts;
        this.clock = clock;
    }

    /**
     * Runs an operation to its end.
     *
     * @param grace how long its tool may take to end once it was asked to
     * @param why what the tool does in that time, for people
     * @throws CommandFailure when it does not succeed
     */
    <T> T run(Operation<T> operation, Duration grace, String why) {
        if (interrupts.requested()) {
            throw new CommandFailure(Outcome.Kind.INTERRUPTED, "stopped before anything more was started");
        }
        OperationRun<T> run = new OperationRun<>(operation, runner, words);
        interrupts.onStop(why + " (up to " + grace.toMinutes() + " min)", run::stop);
        try {
            return Outcomes.valueOf(await(run, grace, why));
        } finally {
            interrupts.clear();
        }
    }

    private <T> Outcome<T> await(OperationRun<T> run, Duration grace, String why) {
        Instant overdue = null;
        while (true) {
            Optional<Outcome<T>> outcome = run.poll(console::progress);
            if (outcome.isPresent()) {
                return outcome.get();
            }
            console.stillWaiting();
            Instant now = clock.instant();
            if (interrupts.requested() && overdue == null) {
                overdue = now.plus(grace);
            } else if (overdue != null && now.isAfter(overdue)) {
                console.warn(
                        "still waiting for " + why + ": longer than expected; ending it by force would lose what it"
                                + " is doing, so it is left to end by itself");
                overdue = now.plus(grace);
            }
            pause();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(LOOK_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure(Outcome.Kind.INTERRUPTED, "the waiting thread was interrupted");
        }
    }
}
