package io.jenkins.plugins.amideploy.engine.rollout;

import io.jenkins.plugins.amideploy.engine.AwsFailure;
import io.jenkins.plugins.amideploy.engine.diagnosis.Cause;
import io.jenkins.plugins.amideploy.engine.diagnosis.Diagnosis;
import io.jenkins.plugins.amideploy.engine.rollout.RolloutState.Phase;
import io.jenkins.plugins.amideploy.engine.rollout.RolloutStep.Action;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Decides, look by look, what a rollout does next. Pure: all that it remembers is in the {@link RolloutState} that it is given and returns.
 *
 * <p>Life cycle: BEGIN starts a refresh, adopts one that already runs to the wanted version (so that a front door that died between starting and
 * remembering does no harm), cancels one to another version that a run of ours left behind ({@link StartedRollout}), or finds that none is needed; PROVE asks {@link HealthEvaluator}; a failure leads to ROLL_BACK while the refresh runs,
 * because AWS can roll back only then; {@link RollbackWatch} sees it to its end. {@link RolloutPoll} makes the calls.
 */
public final class Rollout {
    /** AWS's answers to StartInstanceRefresh and RollbackInstanceRefresh (Auto Scaling API reference). */
    private static final String ALREADY_RUNNING = "InstanceRefreshInProgress";

    private static final String NONE_RUNNING = "ActiveInstanceRefreshNotFound";

    private final RolloutRequest request;
    private final RollbackWatch rollback;
    private final HeldInstances held;

    public Rollout(RolloutRequest request) {
        this.request = Objects.requireNonNull(request);
        this.rollback = new RollbackWatch(request);
        this.held = new HeldInstances(request);
    }

    /** What to do, given what was just seen. A state that is over stays as it is. */
    public RolloutStep next(RolloutState state, GroupSnapshot snapshot, Instant now) {
        return switch (state.phase()) {
            case BEGIN ->
                held.nothingLeft(snapshot)
                        .map(diagnosis -> fail(state, diagnosis))
                        .orElseGet(() -> begin(state, held.counted(snapshot), now));
            case PROVE -> prove(state, held.counted(snapshot), now);
            case ROLL_BACK -> rollback.next(state, snapshot, now);
            case DONE, FAILED -> over(state);
        };
    }

    /** The last step again; nothing needs to be seen for it. */
    RolloutStep over(RolloutState state) {
        return new RolloutStep(state.phase() == Phase.DONE ? Action.DONE : Action.FAILED, state, List.of());
    }

    /** What to do when AWS did not let us look. */
    public RolloutStep unread(RolloutState state, AwsFailure failure, Instant now) {
        boolean back = state.phase() == Phase.ROLL_BACK;
        Duration deadline = back ? request.rollbackDeadline() : request.policy().deadline();
        Instant since = back ? state.rollbackSince() : state.memory().since();
        String group = request.wanted().groupName();
        return Unread.diagnose(failure, group, deadline, since, now)
                .map(diagnosis -> back ? rollback.lost(state, diagnosis) : fail(state, diagnosis))
                .orElseGet(() -> say(state, failure.getMessage() + "; looking again"));
    }

    private RolloutStep begin(RolloutState state, GroupSnapshot snapshot, Instant now) {
        Wanted wanted = request.wanted();
        Optional<RefreshState> running = snapshot.runningRefresh();
        if (snapshot.exists() && running.isPresent()) {
            return adopt(state.withPrevious(snapshot.template()), snapshot, running.get(), now);
        }
        // One that was just attached may not be listed everywhere yet; without it new instances would serve nobody.
        boolean attached = Readiness.missingTargetGroups(snapshot, wanted).isEmpty();
        if (snapshot.exists() && !snapshot.isBeingDeleted() && snapshot.desired() > 0 && attached) {
            boolean alreadyThere = snapshot.staying().stream().allMatch(instance -> instance.runs(wanted.template()))
                    && wanted.template().equals(snapshot.template());
            if (!alreadyThere) {
                String line = "starting an instance refresh of ASG " + wanted.groupName() + " to " + wanted.template();
                List<String> lines = state.lastLine().isEmpty() ? List.of(line) : List.of();
                RolloutState anew = state.withPrevious(snapshot.template())
                        .with(state.memory().withoutProof());
                return new RolloutStep(Action.START_REFRESH, anew, lines);
            }
            RolloutState proving = state.with(state.memory().withoutRefresh()).with(Phase.PROVE);
            String line = "ASG " + wanted.groupName() + " is on " + wanted.template() + " already: no refresh needed";
            return prefixed(line, prove(proving, snapshot, now));
        }
        Verdict verdict = HealthEvaluator.evaluate(snapshot, wanted, request.policy(), state.memory(), now);
        return verdict.diagnosis()
                .map(diagnosis -> fail(state, diagnosis.withAftermath("nothing was started")))
                .orElseGet(() -> say(state.with(verdict.memory()), verdict.progress()));
    }

    private RolloutStep adopt(RolloutState state, GroupSnapshot snapshot, RefreshState running, Instant now) {
        Wanted wanted = request.wanted();
        Optional<StartedRollout> left = request.abandoned(running, snapshot.template());
        if (wanted.template().equals(running.wanted()) && !running.goesBack()) {
            Instant begun = running.startedAt() == null
                            || running.startedAt().isAfter(state.memory().since())
                    ? state.memory().since()
                    : running.startedAt();
            HealthMemory memory = HealthMemory.begin(begun).watching(running.id());
            String line = "adopting the running instance refresh " + running.id() + " to " + wanted.template()
                    + left.map(run -> ", which " + run.build() + " left").orElse("");
            return prefixed(line, prove(state.with(memory).with(Phase.PROVE), snapshot, now));
        }
        boolean late =
                !now.isBefore(state.memory().since().plus(request.policy().deadline()));
        return left.isPresent() && !late ? replace(state, left.get(), running) : refuse(state, running);
    }

    /** One at a time: that of a run that is over makes room. What it has replaced by then is replaced once more. */
    private RolloutStep replace(RolloutState state, StartedRollout left, RefreshState running) {
        String which =
                "instance refresh " + running.id() + " to " + running.wanted() + ", which " + left.build() + " left";
        if (running.goesBack()) {
            return say(state, "waiting for the end of " + which + ": " + running.explained());
        }
        String line = "cancelling " + which + ": " + request.wanted().template() + " takes its place";
        RolloutStep told = say(state, line);
        return new RolloutStep(Action.CANCEL_REFRESH, told.state(), told.lines());
    }

    private RolloutStep refuse(RolloutState state, RefreshState running) {
        Wanted wanted = request.wanted();
        String to = running.wanted() == null
                ? "a configuration of its own"
                : running.wanted().toString();
        return fail(
                state,
                new Diagnosis(
                        Cause.OTHER_REFRESH_RUNNING,
                        "ASG " + wanted.groupName() + ": another instance refresh is running (" + running.id() + " to "
                                + to + ")",
                        List.of(running.id() + " is " + running.explained()),
                        "nothing was started",
                        "wait until it is over and deploy again, or cancel it:",
                        "aws autoscaling cancel-instance-refresh --auto-scaling-group-name " + wanted.groupName()));
    }

    private RolloutStep prove(RolloutState state, GroupSnapshot snapshot, Instant now) {
        Verdict verdict = HealthEvaluator.evaluate(snapshot, request.wanted(), request.policy(), state.memory(), now);
        RolloutState seen = state.with(verdict.memory());
        return switch (verdict.kind()) {
            case WAIT -> say(seen, verdict.progress());
            case HEALTHY -> done(seen, verdict);
            case FAILED -> undo(seen, snapshot, verdict.diagnosis().orElseThrow(), now);
        };
    }

    private static RolloutStep done(RolloutState state, Verdict verdict) {
        List<String> lines = new ArrayList<>(verdict.notes());
        lines.add("healthy: " + verdict.progress());
        return new RolloutStep(Action.DONE, state.with(Phase.DONE), lines);
    }

    /** Back, where there is something to go back from; else the failure is final and the diagnosis says in what state things are. */
    private RolloutStep undo(RolloutState state, GroupSnapshot snapshot, Diagnosis diagnosis, Instant now) {
        Optional<RefreshState> refresh =
                Optional.ofNullable(state.memory().refreshId()).flatMap(snapshot::refresh);
        RolloutState back = state.rollingBack(diagnosis, now);
        if (refresh.isPresent() && (refresh.get().goesBack() || WayBack.isDue(back, refresh.get(), request))) {
            return prefixed(diagnosis.summary(), rollback.next(back, snapshot, now));
        }
        if (refresh.isPresent() && !refresh.get().isOver() && request.rollback()) {
            List<String> lines = List.of(
                    diagnosis.summary(),
                    "rolling back instance refresh " + refresh.get().id());
            return new RolloutStep(Action.ROLL_BACK, back, lines);
        }
        String left = RollbackWatch.whatIsLeft(state, snapshot, refresh.orElse(null), request);
        return fail(state, RollbackWatch.with(diagnosis, left));
    }

    /** A cause was found that no further wait mends. */
    RolloutStep found(RolloutState state, GroupSnapshot snapshot, Diagnosis diagnosis, Instant now) {
        return undo(state, snapshot, diagnosis, now);
    }

    /** Nothing was started, for the reason that is given. */
    RolloutStep refused(RolloutState state, Diagnosis diagnosis) {
        return fail(state, diagnosis);
    }

    /** StartInstanceRefresh was accepted. */
    public RolloutStep started(RolloutState state, String refreshId, Instant now) {
        RolloutState watching = state.with(state.memory().watching(refreshId)).with(Phase.PROVE);
        return new RolloutStep(Action.WAIT, watching, List.of("instance refresh " + refreshId + " started"));
    }

    /** StartInstanceRefresh was not accepted; passing reasons are tried again at the next look, until the deadline. */
    public RolloutStep notStarted(RolloutState state, AwsFailure failure, Instant now) {
        boolean again = failure.kind().passing() || failure.code().equals(ALREADY_RUNNING);
        boolean late =
                !now.isBefore(state.memory().since().plus(request.policy().deadline()));
        if (again && !late) {
            return say(state, failure.getMessage() + "; trying again");
        }
        boolean ours = failure.kind() == AwsFailure.Kind.REFUSED || failure.kind() == AwsFailure.Kind.NOT_FOUND;
        Diagnosis why = ours || again
                ? Diagnosis.of(
                        Cause.REFRESH_REFUSED,
                        "ASG " + request.wanted().groupName() + ": AWS does not start an instance refresh ("
                                + failure.code() + ")",
                        List.of(failure.getMessage()),
                        "mend what AWS names and deploy again")
                : failure.diagnosis();
        return fail(state, why.withAftermath("nothing was started"));
    }

    /** CancelInstanceRefresh was accepted: it is over when AWS is done with the instances that it had at hand. */
    RolloutStep cancelAccepted(RolloutState state) {
        return new RolloutStep(Action.WAIT, state, List.of());
    }

    /** CancelInstanceRefresh was not accepted; one that is over by now needs none. */
    RolloutStep cancelRefused(RolloutState state, AwsFailure failure) {
        if (failure.code().equals(NONE_RUNNING)) {
            return new RolloutStep(Action.WAIT, state, List.of());
        }
        return failure.kind().passing()
                ? say(state, failure.getMessage() + "; trying again")
                : fail(state, failure.diagnosis().withAftermath("nothing was started"));
    }

    /** RollbackInstanceRefresh was accepted. */
    public RolloutStep rollbackAccepted(RolloutState state, Instant now) {
        return new RolloutStep(Action.WAIT, state.rollbackAsked(now), List.of("AWS accepted the rollback"));
    }

    /** StartInstanceRefresh was accepted for the version before. */
    RolloutStep wayBackStarted(RolloutState state, String refreshId, Instant now) {
        RolloutState watching = state.with(state.memory().watching(refreshId)).rollbackAsked(now);
        return new RolloutStep(Action.WAIT, watching, List.of("instance refresh " + refreshId + " started"));
    }

    /** Neither RollbackInstanceRefresh nor a refresh to the version before was accepted. */
    public RolloutStep rollbackRefused(RolloutState state, AwsFailure failure, Instant now) {
        return rollback.refused(state, failure, now);
    }

    /**
     * The caller wants to stop. A refresh that runs is rolled back by the looks that follow; otherwise nothing is running that could be stopped.
     */
    public RolloutState abort(RolloutState state, Instant now) {
        if (state.phase().isOver() || state.phase() == Phase.ROLL_BACK) {
            return state;
        }
        Diagnosis aborted = Diagnosis.of(
                Cause.ABORTED,
                "ASG " + request.wanted().groupName() + ": the rollout was stopped by the caller",
                List.of(),
                "deploy again when ready");
        return state.memory().refreshId() == null ? state.failed(aborted) : state.rollingBack(aborted, now);
    }

    private static RolloutStep fail(RolloutState state, Diagnosis diagnosis) {
        return new RolloutStep(Action.FAILED, state.failed(diagnosis), List.of(diagnosis.summary()));
    }

    private static RolloutStep say(RolloutState state, String line) {
        boolean news = !line.equals(state.lastLine());
        return new RolloutStep(Action.WAIT, state.withLastLine(line), news ? List.of(line) : List.of());
    }

    private static RolloutStep prefixed(String line, RolloutStep step) {
        List<String> lines = new ArrayList<>(List.of(line));
        step.lines().stream().filter(other -> !other.equals(line)).forEach(lines::add);
        return new RolloutStep(step.action(), step.state(), lines);
    }
}
