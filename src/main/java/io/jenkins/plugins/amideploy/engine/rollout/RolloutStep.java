package io.jenkins.plugins.amideploy.engine.rollout;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What a rollout does next.
 *
 * @param action what the caller has to do; {@link RolloutPoll} does those that call AWS itself
 * @param state to be persisted and handed to the next look
 * @param lines what changed since the last look, for people; empty when nothing did
 * @param view what there was to see; empty where nothing was read
 */
public record RolloutStep(Action action, RolloutState state, List<String> lines, Optional<GroupView> view) {
    public RolloutStep {
        Objects.requireNonNull(action, "action");
        Objects.requireNonNull(state, "state");
        lines = List.copyOf(lines);
        Objects.requireNonNull(view, "view");
    }

    /** A step of a look that has read nothing, or whose view is added by {@link #seeing}. */
    RolloutStep(Action action, RolloutState state, List<String> lines) {
        this(action, state, lines, Optional.empty());
    }

    /** The same with what there was to see. */
    RolloutStep seeing(Optional<GroupView> seen) {
        return new RolloutStep(action, state, lines, seen);
    }

    /** Next actions. */
    public enum Action {
        /** Call StartInstanceRefresh with {@link RolloutRequest#refresh()}, then {@link Rollout#started} or {@link Rollout#notStarted}. */
        START_REFRESH,
        /** Call CancelInstanceRefresh, then {@link Rollout#cancelAccepted} or {@link Rollout#cancelRefused}. */
        CANCEL_REFRESH,
        /** Look again later. */
        WAIT,
        /** Call RollbackInstanceRefresh, then {@link Rollout#rollbackAccepted} or {@link Rollout#rollbackRefused}. */
        ROLL_BACK,
        /** The wanted version is proven healthy. */
        DONE,
        /** It is not; {@link RolloutState#failure()} says why, and what became of the rollback. */
        FAILED
    }

    public boolean isOver() {
        return action == Action.DONE || action == Action.FAILED;
    }
}
