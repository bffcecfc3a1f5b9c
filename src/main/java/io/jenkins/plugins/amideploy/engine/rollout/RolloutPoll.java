package io.jenkins.plugins.amideploy.engine.rollout;

import io.jenkins.plugins.amideploy.engine.AwsFailure;
import io.jenkins.plugins.amideploy.engine.diagnosis.Diagnosis;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * One look of a rollout ({@code rolloutAsg}, {@code rollout}): reads the group once, asks {@link Rollout} what is next, and performs it where
 * it is a call to AWS. The front door calls it every few seconds until the step is over, and keeps (a Jenkins step: persists) the step's state in between.
 * It blocks only for the calls themselves.
 */
public final class RolloutPoll {
    private final GroupReader reader;
    private final GroupWriter writer;
    private final RolloutRequest request;
    private final Rollout rollout;
    private final Investigation investigation;

    public RolloutPoll(GroupReader reader, GroupWriter writer, RolloutRequest request) {
        this.reader = Objects.requireNonNull(reader);
        this.writer = Objects.requireNonNull(writer);
        this.request = Objects.requireNonNull(request);
        this.rollout = new Rollout(request);
        this.investigation = new Investigation(reader.evidence(), request);
    }

    /** Never throws for what AWS answers: a passing failure is a WAIT, any other ends the rollout as FAILED. */
    public RolloutStep poll(RolloutState state, Instant now) {
        if (state.phase().isOver()) {
            return rollout.over(state);
        }
        GroupSnapshot snapshot;
        try {
            snapshot = reader.read(request.wanted().groupName());
        } catch (AwsFailure failure) {
            return rollout.unread(state, failure, now);
        }
        RolloutStep step =
                lookedInto(explained(state, rollout.next(state, snapshot, now), snapshot, now), snapshot, now);
        RolloutStep done =
                switch (step.action()) {
                    case START_REFRESH -> start(step, snapshot, now);
                    case CANCEL_REFRESH -> after(step, cancel(step.state()));
                    case ROLL_BACK -> after(step, rollBack(step.state(), snapshot, now));
                    case WAIT, DONE, FAILED -> step;
                };
        return done.seeing(GroupView.of(
                snapshot, request.wanted(), request.policy(), done.state().memory(), now));
    }

    /** The caller wants to stop: a refresh that we started is rolled back by the following polls. */
    public RolloutState abort(RolloutState state, Instant now) {
        return rollout.abort(state, now);
    }

    /** While a version is being proven: a cause that is certain ends it, long before patience does. */
    private RolloutStep lookedInto(RolloutStep step, GroupSnapshot snapshot, Instant now) {
        RolloutState state = step.state();
        if (step.action() != RolloutStep.Action.WAIT || state.phase() != RolloutState.Phase.PROVE) {
            return step;
        }
        Optional<Diagnosis> found = investigation.blocked(snapshot, state.memory());
        if (found.isEmpty() && investigation.isDue(snapshot, state.memory().evidenceAt(), now)) {
            state = state.with(state.memory().withEvidenceAt(now));
            found = investigation.certain(snapshot, state.memory(), now);
        }
        RolloutStep looked = new RolloutStep(step.action(), state, step.lines());
        return found.map(diagnosis -> after(looked, rollout.found(looked.state(), snapshot, diagnosis, now)))
                .orElse(looked);
    }

    /** A failure that this look has found, with the cause behind it where there is one to be read. */
    private RolloutStep explained(RolloutState before, RolloutStep step, GroupSnapshot snapshot, Instant now) {
        Diagnosis found = step.state().failure();
        if (before.failure() != null || found == null) {
            return step;
        }
        Diagnosis explained =
                investigation.explained(found, snapshot, step.state().memory(), now);
        List<String> lines = step.lines().stream()
                .map(line -> line.equals(found.summary()) ? explained.summary() : line)
                .toList();
        return new RolloutStep(step.action(), step.state().with(explained), lines);
    }

    private RolloutStep start(RolloutStep decided, GroupSnapshot snapshot, Instant now) {
        RolloutState state = decided.state();
        Preflight.Result seen = new Preflight(reader.evidence(), request, snapshot).look();
        if (seen.refused().isPresent()) {
            return rollout.refused(state, seen.refused().get());
        }
        RolloutStep acted = started(state, seen.redAlarms(), now);
        boolean first = state.lastLine().isEmpty();
        RolloutStep warned = first ? new RolloutStep(acted.action(), acted.state(), seen.lines()) : acted;
        return after(decided, first ? after(warned, acted) : acted);
    }

    private RolloutStep started(RolloutState state, Set<String> redAlarms, Instant now) {
        try {
            return rollout.started(state, writer.startRefresh(request.refreshWithout(redAlarms)), now);
        } catch (AwsFailure failure) {
            return rollout.notStarted(state, failure, now);
        }
    }

    private RolloutStep cancel(RolloutState state) {
        try {
            writer.cancelRefresh(request.wanted().groupName());
            return rollout.cancelAccepted(state);
        } catch (AwsFailure failure) {
            return rollout.cancelRefused(state, failure);
        }
    }

    private RolloutStep rollBack(RolloutState state, GroupSnapshot snapshot, Instant now) {
        boolean wayBack = Optional.ofNullable(state.memory().refreshId())
                .flatMap(snapshot::refresh)
                .filter(refresh -> WayBack.isDue(state, refresh, request))
                .isPresent();
        try {
            if (wayBack) {
                return rollout.wayBackStarted(state, writer.startRefresh(WayBack.request(state, request)), now);
            }
            writer.rollBackRefresh(request.wanted().groupName());
            return rollout.rollbackAccepted(state, now);
        } catch (AwsFailure failure) {
            return rollout.rollbackRefused(state, failure, now);
        }
    }

    private static RolloutStep after(RolloutStep decided, RolloutStep acted) {
        List<String> lines = new ArrayList<>(decided.lines());
        lines.addAll(acted.lines());
        return new RolloutStep(acted.action(), acted.state(), lines);
    }
}
