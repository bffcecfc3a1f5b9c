package io.jenkins.plugins.amideploy.engine.teardown;

import io.jenkins.plugins.amideploy.engine.AppId;
import io.jenkins.plugins.amideploy.engine.state.ImageClaims;
import io.jenkins.plugins.amideploy.engine.state.ImageClaims.Claimant;
import io.jenkins.plugins.amideploy.engine.state.ImageClaims.Mark;
import io.jenkins.plugins.amideploy.engine.teardown.TeardownPlan.Removal;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Takes images away that other environments may be about to count on: markers first, then who claims and uses them, last the
 * removal of those that nobody needs still. {@link TeardownPoll} calls it at every look.
 */
final class SharedImages {
    /** What a marker says of who removes. */
    private static final String BUILD = "destroy";

    private final ResourceReader reader;
    private final ImageClaims claims;
    private final AppId app;

    SharedImages(ResourceReader reader, ImageClaims claims, AppId app) {
        this.reader = reader;
        this.claims = claims;
        this.app = app;
    }

    /** What would go or stay, as it is now. */
    TeardownPlan plan(Inventory inventory, Instant now) {
        return TeardownPlan.from(
                inventory, app, ImageHolders.look(reader, claims, app.app(), inventory.resources()), now);
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
                mark(subject).ifPresent(mark -> marks.put(subject, mark));
            }
            TeardownPlan sure = plan(inventory, now);
            List<Removal> shared =
                    sure.removals().stream().filter(Removal::isShared).toList();
            for (Removal removal : shared) {
                Mark mark = marks.get(KeepRule.subject(removal.resource()));
                if (mark != null && claims.holds(mark)) {
                    remove.accept(removal);
                }
            }
            return sure;
        } finally {
            marks.values().forEach(claims::unmark);
        }
    }

    private Optional<Mark> mark(String subject) {
        return claims.mark(subject, new Claimant(app.environment(), BUILD));
    }

    /** Ends the claims for the environment, which is gone. @throws AwsFailure when they stay until they expire */
    void forget() {
        claims.forget(app.environment());
    }
}
