package io.jenkins.plugins.amideploy.engine.rollout;

import java.time.Instant;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * That a group was proven healthy before: by these instances, at that time, as the record of a release says. While it holds, one look is enough for
 * what else takes the whole window; see {@link HealthMemory#trusting}. A flap that left no activity since goes unseen, as it does between two
 * deployments.
 *
 * @param instanceIds the instances that were proven healthy; of none, nothing is proven
 * @param at when the proof was complete
 */
public record Proof(Set<String> instanceIds, Instant at) {
    public Proof {
        instanceIds = Set.copyOf(instanceIds);
        Objects.requireNonNull(at, "at");
    }

    /** The proof that a look gives which finds everything as it must be: all that are not on their way out. */
    static Set<String> of(GroupSnapshot snapshot) {
        return snapshot.staying().stream().map(InstanceState::id).collect(Collectors.toCollection(TreeSet::new));
    }

    /** Whether the same instances are there and nothing was begun since: no scaling activity, no refresh. Their health is not looked at here. */
    boolean holds(GroupSnapshot snapshot, Instant now) {
        return !instanceIds.isEmpty()
                && !at.isAfter(now)
                && of(snapshot).equals(instanceIds)
                && snapshot.activities().stream()
                        .noneMatch(activity -> activity.startedAt().isAfter(at))
                && snapshot.refreshes().stream()
                        .noneMatch(refresh -> refresh.startedAt() == null
                                ? !refresh.isOver()
                                : refresh.startedAt().isAfter(at));
    }
}
