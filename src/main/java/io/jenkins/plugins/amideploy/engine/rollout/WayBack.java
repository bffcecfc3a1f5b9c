package io.jenkins.plugins.amideploy.engine.rollout;

import io.jenkins.plugins.amideploy.engine.diagnosis.Cause;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The way back from a refresh that is Successful already. AWS rolls back only one that is in progress (user guide, "Undo changes with a rollback"), and a version
 * can fail its proof later than that, as soon as its warm-up is short; then a refresh of its own brings the version before. Used by {@link Rollout},
 * {@link RollbackWatch} and {@link RolloutPoll}.
 */
final class WayBack {
    /** Causes that the version before does not share. */
    private static final Set<Cause> OF_THE_VERSION = EnumSet.of(
            Cause.NEVER_HEALTHY,
            Cause.DOES_NOT_STAY_HEALTHY,
            Cause.APPLICATION_ENDS,
            Cause.WRONG_PORT,
            Cause.SETTING_MISSING,
            Cause.DEADLINE);

    private WayBack() {}

    /** Whether the refresh is over, its version has failed, and there is another one to go back to. */
    static boolean isDue(RolloutState state, RefreshState refresh, RolloutRequest request) {
        return request.rollback()
                && refresh.isSuccessful()
                && !is(refresh, state)
                && state.failure() != null
                && OF_THE_VERSION.contains(state.failure().cause())
                && state.previous() != null
                && state.previous().isNumbered()
                && !state.previous().equals(request.wanted().template());
    }

    /** Whether a refresh goes back. */
    static boolean is(RefreshState refresh, RolloutState state) {
        return state.previous() != null && state.previous().equals(refresh.wanted());
    }

    /** The refresh that goes back, where one runs: also one whose id an answer that was lost would have said. */
    static Optional<RefreshState> running(RolloutState state, GroupSnapshot snapshot) {
        return snapshot.runningRefresh().filter(refresh -> is(refresh, state));
    }

    /** What brings the version before: as the way there, but neither alarms nor a failure may bring the failed version again. */
    static RefreshRequest request(RolloutState state, RolloutRequest request) {
        RefreshRequest there = request.refresh();
        return new RefreshRequest(
                there.groupName(),
                state.previous(),
                there.minHealthyPercentage(),
                there.maxHealthyPercentage(),
                false,
                there.skipMatching(),
                there.instanceWarmupSeconds(),
                List.of(),
                there.standbyInstances(),
                there.scaleInProtectedInstances());
    }
}
