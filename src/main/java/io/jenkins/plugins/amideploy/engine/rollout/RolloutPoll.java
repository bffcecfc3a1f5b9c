package io.jenkins.plugins.amideploy.engine.rollout;

import io.jenkins.plugins.amideploy.engine.AwsFailure;
import io.jenkins.plugins.amideploy.engine.diagnosis.Diagnosis;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

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

    public RolloutPoll(GroupReader reader, GroupWriter writer, RolloutRequest request) {
        this.reader = Objects.requireNonNull(reader);
        this.writer = Objects.requireNonNull(writer);
        this.request = Objects.requireNonNull(request);
        this.rollout = new Rollout(request);
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
        RolloutStep step = explained(state, rollout.next(state, snapshot, now));
        RolloutStep done =
                switch (step.action()) {
                    case START_REFRESH -> after(step, start(step.state(), now));
                    case ROLL_BACK -> after(step, rollBack(step.state(), now));
                    case WAIT, DONE, FAILED -> step;
                };
        return done.seeing(GroupView.of(
                snapshot, request.wanted(), request.policy(), done.state().memory(), now));
    }

    /** The caller wants to stop: a refresh that we started is rolled back by the following polls. */
    public RolloutState abort(RolloutState state, Instant now) {
        return rollout.abort(state, now);
    }

    /** A failure that this look has found, with what the machine says of it. */
    private RolloutStep explained(RolloutState before, RolloutStep step) {
        Diagnosis found = step.state().failure();
        if (before.failure() != null || found == null) {
            return step;
        }
        Diagnosis explained = ConsoleWords.added(found, step.state().memory(), reader);
        List<String> lines = step.lines().stream()
                .map(line -> line.equals(found.summary()) ? explained.summary() : line)
                .toList();
        return new RolloutStep(step.action(), step.state().with(explained), lines);
    }

    private RolloutStep start(RolloutState state, Instant now) {
        try {
            return rollout.started(state, writer.startRefresh(request.refresh()), now);
        } catch (AwsFailure failure) {
            return rollout.notStarted(state, failure, now);
        }
    }

    private RolloutStep rollBack(RolloutState state, Instant now) {
        try {
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
