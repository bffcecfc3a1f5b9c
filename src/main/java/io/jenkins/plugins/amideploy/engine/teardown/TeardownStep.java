package io.jenkins.plugins.amideploy.engine.teardown;

import java.util.List;
import java.util.Objects;

/**
 * What one look of a teardown found and did.
 *
 * @param over whether to stop looking: nothing is left, or waiting would not help, or time is up
 * @param state to be handed to the next look
 * @param leftovers what is still there; with {@code over}, what was left behind
 * @param unread what could not be looked at; with {@code over}, the proof is incomplete by these
 * @param lines what was done or changed, for people
 */
public record TeardownStep(
        boolean over, TeardownState state, List<Leftover> leftovers, List<String> unread, List<String> lines) {
    public TeardownStep {
        Objects.requireNonNull(state, "state");
        leftovers = List.copyOf(leftovers);
        unread = List.copyOf(unread);
        lines = List.copyOf(lines);
    }

    /** Whether it is proven that nothing is left. */
    public boolean isClean() {
        return over && leftovers.isEmpty() && unread.isEmpty();
    }
}
