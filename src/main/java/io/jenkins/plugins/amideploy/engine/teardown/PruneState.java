package io.jenkins.plugins.amideploy.engine.teardown;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a prune remembers between two looks. Plain values only; {@link #asMap()} is what a front door persists.
 *
 * @param since when it began
 * @param chosen ids of what goes, as it was shown: images, and snapshots without one; later looks take nothing else
 * @param snapshots ids of the snapshots of those images, which some endpoints leave behind
 * @param removed ids of what AWS took
 * @param failures by resource id, why its last removal was refused
 */
public record PruneState(
        Instant since, Set<String> chosen, Set<String> snapshots, Set<String> removed, Map<String, String> failures) {
    private static final String FAILURE = "failure.";

    public PruneState {
        Objects.requireNonNull(since, "since");
        chosen = Collections.unmodifiableSet(new LinkedHashSet<>(chosen));
        snapshots = Collections.unmodifiableSet(new LinkedHashSet<>(snapshots));
        removed = Collections.unmodifiableSet(new LinkedHashSet<>(removed));
        failures = Collections.unmodifiableMap(new TreeMap<>(failures));
    }

    /** @param plan what was shown, and agreed to where that was asked for */
    public static PruneState begin(TeardownPlan plan, Instant now) {
        Set<String> chosen = new LinkedHashSet<>();
        Set<String> snapshots = new LinkedHashSet<>();
        plan.removals().forEach(removal -> {
            chosen.add(removal.resource().id());
            snapshots.addAll(removal.resource().related());
        });
        return new PruneState(now, chosen, snapshots, Set.of(), Map.of());
    }

    /** Of a prune that could not look yet at what there is. */
    public static PruneState nothing(Instant since) {
        return new PruneState(since, Set.of(), Set.of(), Set.of(), Map.of());
    }

    boolean isChosen(Resource resource) {
        return chosen.contains(resource.id()) || snapshots.contains(resource.id());
    }

    PruneState after(Set<String> removedNow, Map<String, String> refused) {
        Set<String> all = new LinkedHashSet<>(removed);
        all.addAll(removedNow);
        return new PruneState(since, chosen, snapshots, all, refused);
    }

    /** As plain strings. */
    public Map<String, String> asMap() {
        Map<String, String> map = new TreeMap<>();
        map.put("since", since.toString());
        map.put("chosen", String.join(" ", chosen));
        map.put("snapshots", String.join(" ", snapshots));
        map.put("removed", String.join(" ", removed));
        failures.forEach((id, why) -> map.put(FAILURE + id, why));
        return map;
    }

    /** Reads what {@link #asMap()} wrote. */
    public static PruneState fromMap(Map<String, String> map) {
        Map<String, String> failures = new TreeMap<>();
        map.forEach((key, why) -> {
            if (key.startsWith(FAILURE)) {
                failures.put(key.substring(FAILURE.length()), why);
            }
        });
        return new PruneState(
                Instant.parse(map.get("since")),
                ids(map.get("chosen")),
                ids(map.get("snapshots")),
                ids(map.get("removed")),
                failures);
    }

    private static Set<String> ids(String joined) {
        return joined.isEmpty() ? Set.of() : new LinkedHashSet<>(List.of(joined.split(" ")));
    }
}
