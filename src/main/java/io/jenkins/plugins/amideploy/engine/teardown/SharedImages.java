package io.jenkins.plugins.amideploy.engine.teardown;

import io.jenkins.plugins.amideploy.engine.state.ImageClaims.Mark;
import io.jenkins.plugins.amideploy.engine.teardown.TeardownPlan.Removal;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Takes images away that others may be about to count on: markers first, then who claims, goes back to and uses them, last the removal of those
 * that nobody needs still. {@link TeardownPoll} and {@link PrunePoll} call it at every look.
 */
final class SharedImages {
    private final ResourceReader reader;
    private final Ledger ledger;
    private final Scope scope;

    SharedImages(ResourceReader reader, Ledger ledger, Scope scope) {
        this.reader = reader;
        this.ledger = ledger;
        this.scope = scope;
    }

    /** What would go or stay, as it is now. */
    TeardownPlan plan(Inventory inventory, Instant now) {
        return TeardownPlan.from(inventory, scope, ImageHolders.look(reader, ledger, scope, inventory), now);
    }

    /**
     * Removes the shared ones of what {@code planned} removes.
     *
     * @param remove does it
     * @return the plan as it was under the markers; an image that another run marked is still among its removals
     */
    TeardownPlan remove(Inventory inventory, TeardownPlan planned, Instant now, Consumer<Removal> remove) {
        Set<String> subjects = planned.removals().stream()
                .filter(Removal::isShared)
                .map(removal -> KeepRule.subject(removal.resource()))
                .collect(Collectors.toCollection(TreeSet::new));
        if (subjects.isEmpty()) {
            return planned;
        }
        Map<String, Mark> marks = new LinkedHashMap<>();
        try {
            for (String subject : subjects) {
                ledger.mark(subject, scope).ifPresent(mark -> marks.put(subject, mark));
            }
            TeardownPlan sure = plan(inventory, now);
            List<Removal> shared =
                    sure.removals().stream().filter(Removal::isShared).toList();
            for (Removal removal : shared) {
                Mark mark = marks.get(KeepRule.subject(removal.resource()));
                if (mark != null && ledger.holds(mark)) {
                    remove.accept(removal);
                }
            }
            return sure;
        } finally {
            marks.values().forEach(ledger::unmark);
        }
    }

    /** Ends the claims for the environment, which is gone. @throws AwsFailure when they stay until they expire */
    void forget() {
        scope.leaving().ifPresent(ledger::forget);
    }
}
