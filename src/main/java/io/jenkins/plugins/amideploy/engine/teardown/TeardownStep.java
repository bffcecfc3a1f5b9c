package io.jenkins.plugins.amideploy.engine.teardown;

import java.util.List;
import java.util.Objects;

/**
 * What one look of a teardown found and did.
 *
 * @param over whether to stop looking: nothing is left, or waiting would not help, or time is up
 * @param state to be handed to the next look
 * @param leftovers what is still there; with {@code over}, what was left behind
 * @param kept what stays, since another environment needs it
 * @param unread what could not be looked at; with {@code over}, the proof is incomplete by these
 * @param standing parts of the stack for which this look touched nothing, and it is over; empty where they may be removed
 * @param lines what was done or changed, for people
 */
public record TeardownStep(
        boolean over,
        TeardownState state,
        List<Leftover> leftovers,
        List<Kept> kept,
        List<String> unread,
        List<Resource> standing,
        List<String> lines) {
    public TeardownStep {
        Objects.requireNonNull(state, "state");
        leftovers = List.copyOf(leftovers);
        kept = List.copyOf(kept);
        unread = List.copyOf(unread);
        standing = List.copyOf(standing);
        lines = List.copyOf(lines);
    }

    /** Nothing could be seen; the next look may. */
    static TeardownStep waiting(TeardownState state, String line) {
        return new TeardownStep(false, state, List.of(), List.of(), List.of(), List.of(), List.of(line));
    }

    /** Nothing was touched, since the stack stands. */
    static TeardownStep refused(TeardownState state, List<Resource> standing) {
        return new TeardownStep(true, state, List.of(), List.of(), List.of(), standing, List.of());
    }

    /** Whether it is proven that nothing is left but what another environment needs. */
    public boolean isClean() {
        return over && leftovers.isEmpty() && unread.isEmpty() && standing.isEmpty();
    }
}
