package io.jenkins.plugins.amideploy.jenkins.tools;

import hudson.AbortException;
import io.jenkins.plugins.amideploy.engine.AwsFailure;
import io.jenkins.plugins.amideploy.engine.Outcome;
import io.jenkins.plugins.amideploy.engine.tool.Operation;
import io.jenkins.plugins.amideploy.engine.tool.OperationRun;
import io.jenkins.plugins.amideploy.engine.tool.Progress;
import io.jenkins.plugins.amideploy.engine.tool.Sequence;
import io.jenkins.plugins.amideploy.engine.tool.ToolCommand;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.jenkinsci.plugins.workflow.support.concurrent.Timeout;

/**
 * An operation under way, as long as controller and connection last. Shows progress in the build's log, and after a restart
 * only what was not shown before.
 *
 * @param <T> what the operation yields
 */
final class ToolSession<T> {
    /** AWS issues keys within a few seconds; a look has {@link ToolExecution} three times as long for all that it does. */
    private static final int RENEWAL_SECONDS = 20;

    private static final String NO_ANSWER = "no answer within " + RENEWAL_SECONDS + " s";

    /** Pause after a renewal that failed; what is left of a session bears several, as in {@code AwsIdentity}. */
    private static final Duration AFTER_REFUSAL = Duration.ofSeconds(30);

    private final AgentWorkplace workplace;
    private final AgentToolRunner runner;
    private final OperationRun<T> run;
    private final ShownProgress shown;
    private final InstantSource clock;
    private final Map<String, Integer> seen = new HashMap<>();
    private String last = "";
    private String refusal = "";
    private Instant renewAfter = Instant.MIN;
    private boolean askedToEnd;

    /**
     * @param clock goes evenly
     * @param words what a tool says of AWS, more plainly
     */
    ToolSession(
            Operation<T> operation,
            AgentWorkplace workplace,
            DurableLaunches launches,
            ShownProgress shown,
            InstantSource clock,
            UnaryOperator<String> words) {
        this.workplace = workplace;
        this.shown = shown;
        this.clock = clock;
        this.runner = new AgentToolRunner(workplace, launches, clock, this::warn);
        this.run = new OperationRun<>(operation, runner, words);
    }

    /**
     * Looks once.
     *
     * @param stop whether the tool shall end, and none be started after it
     */
    Optional<Outcome<T>> look(boolean stop) throws IOException, InterruptedException {
        PrintStream log = workplace.listener().getLogger();
        if (stop && runner.cancel()) {
            return Optional.of(Outcome.failure(Outcome.Kind.INTERRUPTED, "stopped before " + name() + " was started"));
        }
        announce(log);
        Optional<Outcome<T>> outcome = run.poll(progress -> show(log, progress));
        if (stop && outcome.isEmpty() && runner.isStoppable()) {
            run.stop();
            askedToEnd = true;
        }
        if (outcome.isEmpty()) {
            renewKeys(log);
        }
        return outcome;
    }

    /** Whether a tool was told that it is to end. */
    boolean isAskedToEnd() {
        return askedToEnd;
    }

    /**
     * Last in a look, seldom after a refusal, and cut short: a tool that runs is looked at, and stopped when that is wanted, also
     * when AWS issues no new keys just now.
     */
    private void renewKeys(PrintStream log) throws IOException {
        if (clock.instant().isBefore(renewAfter)) {
            return;
        }
        try (Timeout limit = Timeout.limit(RENEWAL_SECONDS, TimeUnit.SECONDS)) {
            workplace.refreshCredentials();
            refusal = "";
        } catch (AbortException | AwsFailure notNow) {
            // The SDK leaves the thread interrupted when the time is over; what comes after in the look is not meant.
            notRenewed(Thread.interrupted() ? NO_ANSWER : notNow.getMessage(), log);
        } catch (InterruptedException tooLong) {
            notRenewed(NO_ANSWER, log);
        }
    }

    private void notRenewed(String why, PrintStream log) {
        renewAfter = clock.instant().plus(AFTER_REFUSAL);
        if (!refusal.equals(why)) {
            refusal = why;
            log.println("The tool's keys are not renewed, trying again: " + why);
        }
    }

    /** Said once: what cannot be written for one phase mostly cannot be for the next. */
    private void warn(String trouble) {
        if (shown.begin("warning of logs")) {
            workplace.log("warning: " + trouble);
            workplace.saveState();
        }
    }

    private void announce(PrintStream log) {
        ToolCommand command = runner.command();
        if (shown.begin(command.phase())) {
            log.println(name(command));
            workplace.saveState();
        }
    }

    private void show(PrintStream log, Progress progress) {
        String phase = runner.command().phase();
        int number = seen.merge(phase, 1, Integer::sum);
        last = progress.toString();
        if (shown.next(phase, number, last)) {
            log.println("  " + last);
        }
    }

    /** The command of now. */
    ToolCommand command() {
        return runner.command();
    }

    /** For {@code getStatus}: tool, phase and what it said last. */
    String status() {
        return name() + (last.isEmpty() ? "" : ": " + last);
    }

    /** For people: {@code terraform apply}, {@code packer base-build}. */
    String name() {
        return name(runner.command());
    }

    private static String name(ToolCommand command) {
        return command.tool().executable() + " " + Sequence.phaseWithin(command.phase());
    }

    AgentWorkplace workplace() {
        return workplace;
    }
}
