package io.jenkins.plugins.amideploy.engine.rollout;

import io.jenkins.plugins.amideploy.engine.AwsFailure;
import java.time.Instant;

/** stub. */
public final class Rollout {
    private final RolloutRequest request;

    public Rollout(RolloutRequest request) {
        this.request = request;
    }

    public RolloutStep next(RolloutState state, GroupSnapshot snapshot, Instant now) {
        throw new UnsupportedOperationException(request.toString());
    }

    public RolloutStep unread(RolloutState state, AwsFailure failure, Instant now) {
        throw new UnsupportedOperationException();
    }

    public RolloutStep started(RolloutState state, String refreshId, Instant now) {
        throw new UnsupportedOperationException();
    }

    public RolloutStep notStarted(RolloutState state, AwsFailure failure, Instant now) {
        throw new UnsupportedOperationException();
    }

    public RolloutStep rollbackAccepted(RolloutState state, Instant now) {
        throw new UnsupportedOperationException();
    }

    public RolloutStep rollbackRefused(RolloutState state, AwsFailure failure, Instant now) {
        throw new UnsupportedOperationException();
    }

    public RolloutState abort(RolloutState state, Instant now) {
        throw new UnsupportedOperationException();
    }
}
