package io.jenkins.plugins.amideploy.cli;

import io.jenkins.plugins.amideploy.engine.Outcome;
import io.jenkins.plugins.amideploy.engine.diagnosis.Cause;
import io.jenkins.plugins.amideploy.engine.diagnosis.Diagnosis;
import io.jenkins.plugins.amideploy.engine.rollout.HealthMemory;
import io.jenkins.plugins.amideploy.engine.rollout.HealthPolicy;
import io.jenkins.plugins.amideploy.engine.rollout.HealthPoll;
import io.jenkins.plugins.amideploy.engine.rollout.Proof;
import io.jenkins.plugins.amideploy.engine.rollout.RolloutPoll;
import io.jenkins.plugins.amideploy.engine.rollout.RolloutRequest;
import io.jenkins.plugins.amideploy.engine.rollout.RolloutState;
import io.jenkins.plugins.amideploy.engine.rollout.RolloutStep;
import io.jenkins.plugins.amideploy.engine.rollout.StartedRollout;
import io.jenkins.plugins.amideploy.engine.rollout.TemplateVersion;
import io.jenkins.plugins.amideploy.engine.rollout.Verdict;
import io.jenkins.plugins.amideploy.engine.rollout.Wanted;
import io.jenkins.plugins.amideploy.engine.stack.StackOutputs;
import io.jenkins.plugins.amideploy.engine.tool.Progress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Brings the group to the stack's version, or only waits for it, one look at a time on the thread of the command. */
final class Proving {
    /**
     * Time between two looks. A health check settles in some tens of seconds, so that this is soon enough, and a look of a
     * few calls every five seconds is far below AWS's limits.
     */
    static final Duration LOOK_EVERY = Duration.ofSeconds(5);

    /** How the engine begins a line that nobody should miss. */
    private static final String WARNING = "warning: ";

    private final Session session;
    private final RolloutOptions options;
    private final HealthPolicy policy;

    Proving(Session session, RolloutOptions options) {
        this.session = session;
        this.options = options;
        this.policy = options.wait.timeout == null
                ? HealthPolicy.defaults()
                : HealthPolicy.defaults().withDeadline(options.wait.timeout);
    }

    /** Of a command that only waits. */
    Proving(Session session, WaitOptions options) {
        this(session, RolloutOptions.waiting(options));
    }

    static TemplateVersion version(StackOutputs stack) {
        return new TemplateVersion(stack.launchTemplateId(), stack.launchTemplateVersion());
    }

    private static Wanted wanted(StackOutputs stack) {
        return new Wanted(stack.asgName(), version(stack), stack.targetGroupArns());
    }

    /**
     * Replaces the instances that do not run the version.
     *
     * @param earlier that they were proven healthy before, as records tell
     * @param abandoned what runs that are over may have left under way
     * @return what was seen of it
     * @throws CommandFailure when it does not get healthy
     */
    HealthMemory rollOut(StackOutputs stack, Optional<Proof> earlier, List<StartedRollout> abandoned) {
        RolloutPoll poll = poll(stack, abandoned);
        RolloutState state = RolloutState.begin(now(), earlier);
        boolean aborted = false;
        session.interrupts().onStop("the rollout to be rolled back", () -> {});
        try {
            while (true) {
                if (session.interrupts().requested() && !aborted) {
                    aborted = true;
                    state = poll.abort(state, now());
                }
                boolean wasWell = state.failure() == null;
                RolloutStep step = poll.poll(state, now());
                state = step.state();
                boolean isGoingBack = wasWell && state.failure() != null && !step.isOver();
                step.lines().forEach(isGoingBack ? this::sayCause : this::say);
                step.view().ifPresent(session.console()::group);
                if (step.isOver()) {
                    over(step, aborted);
                    return state.memory();
                }
                Pause.until(now().plus(LOOK_EVERY), session, !aborted);
            }
        } finally {
            session.interrupts().clear();
        }
    }

    private RolloutPoll poll(StackOutputs stack, List<StartedRollout> abandoned) {
        Integer warmup = stack.instanceWarmupSeconds() == 0 ? null : stack.instanceWarmupSeconds();
        List<String> alarms = Stream.concat(stack.alarmNames().stream(), options.alarms.stream())
                .distinct()
                .toList();
        RolloutRequest request = new RolloutRequest(
                wanted(stack),
                policy,
                warmup,
                alarms,
                true,
                RolloutRequest.DEFAULT_ROLLBACK_DEADLINE,
                options.standbyInstances,
                options.scaleInProtectedInstances,
                options.ignoreAlarms,
                abandoned);
        return new RolloutPoll(session.cloud().groupReader(), session.cloud().groupWriter(), request);
    }

    private void say(String line) {
        if (line.startsWith(WARNING)) {
            session.console().warn(Recording.ROLLOUT + ": " + line);
        } else {
            session.console().progress(new Progress(Recording.ROLLOUT, line));
        }
    }

    /** What the rollback is for stays to be read while it takes its time. */
    private void sayCause(String line) {
        session.console().note(Recording.ROLLOUT + ": " + line);
    }

    private static void over(RolloutStep step, boolean aborted) {
        if (step.action() == RolloutStep.Action.FAILED) {
            throw failed(step.state().failure(), aborted);
        }
    }

    /** Only waits; @throws CommandFailure when the group does not get healthy */
    void await(StackOutputs stack) {
        HealthPoll poll = new HealthPoll(session.cloud().groupReader(), wanted(stack), policy);
        HealthMemory memory = HealthMemory.begin(now());
        while (true) {
            Verdict verdict = poll.poll(memory, now());
            memory = verdict.memory();
            session.console().progress(new Progress("await", verdict.progress()));
            verdict.view().ifPresent(session.console()::group);
            if (verdict.kind() == Verdict.Kind.HEALTHY) {
                return;
            }
            if (verdict.diagnosis().isPresent()) {
                throw failed(verdict.diagnosis().get(), false);
            }
            if (session.interrupts().requested()) {
                throw new CommandFailure(
                        Outcome.Kind.INTERRUPTED, "stopped waiting; what AWS is doing goes on: " + verdict.progress());
            }
            Pause.until(now().plus(LOOK_EVERY), session, true);
        }
    }

    private static CommandFailure failed(Diagnosis why, boolean aborted) {
        Outcome.Kind kind = aborted
                ? Outcome.Kind.INTERRUPTED
                : why.cause().family() == Cause.Family.ACCESS ? Outcome.Kind.FAILED : Outcome.Kind.VERDICT_FAILED;
        return CommandFailure.of(kind, why);
    }

    private Instant now() {
        return session.now();
    }
}
