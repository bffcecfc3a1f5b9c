package io.jenkins.plugins.amideploy.engine.teardown;

import java.util.List;
import java.util.Objects;

/**
 * What one look of a prune found and did.
 *
 * @param over whether to stop looking: all that was chosen is gone or stays after all, or waiting would not help, or time is up
 * @param state to be handed to the next look
 * @param removed ids of what was chosen and is gone
 * @param leftovers what was chosen and is still there; with {@code over}, what could not be removed
 * @param kept what stays, and for whom
 * @param unread what could not be looked at; with {@code over}, images may be there that nobody knows of
 * @param lines what was done or changed, for people
 */
public record PruneStep(
        boolean over,
        PruneState state,
        List<String> removed,
        List<Leftover> leftovers,
        List<Kept> kept,
        List<String> unread,
        List<String> lines) {
    public PruneStep {
        Objects.requireNonNull(state, "state");
        removed = List.copyOf(removed);
        leftovers = List.copyOf(leftovers);
        kept = List.copyOf(kept);
        unread = List.copyOf(unread);
        lines = List.copyOf(lines);
    }

    /** Nothing could be seen; the next look may. */
    static PruneStep waiting(PruneState state, String line) {
        return new PruneStep(false, state, List.of(), List.of(), List.of(), List.of(), List.of(line));
    }
}
