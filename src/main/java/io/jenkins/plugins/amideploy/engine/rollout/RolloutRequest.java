package io.jenkins.plugins.amideploy.engine.rollout;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * What a caller wants rolled out, and how.
 *
 * @param wanted group, version, target groups
 * @param policy when to be satisfied and when to give up
 * @param instanceWarmupSeconds null: the group's own
 * @param alarmNames CloudWatch alarms that fail the refresh when they turn red; empty: none
 * @param rollback whether a failed rollout is rolled back
 * @param rollbackDeadline how long the way back may take, counted from its beginning
 * @param standbyInstances what becomes of instances in Standby
 * @param scaleInProtectedInstances what becomes of instances that are protected from scale-in
 * @param ignoreAlarms no alarm fails the refresh, whatever {@code alarmNames} says
 * @param abandoned rollouts of runs that are over: a refresh that one of them left under way is taken up or replaced, others' never
 */
public record RolloutRequest(
        Wanted wanted,
        HealthPolicy policy,
        Integer instanceWarmupSeconds,
        List<String> alarmNames,
        boolean rollback,
        Duration rollbackDeadline,
        StandbyInstances standbyInstances,
        ScaleInProtectedInstances scaleInProtectedInstances,
        boolean ignoreAlarms,
        List<StartedRollout> abandoned) {
    /** As long as AWS takes to launch, warm up and drain a few instances in a row. */
    public static final Duration DEFAULT_ROLLBACK_DEADLINE = Duration.ofMinutes(20);

    public RolloutRequest {
        Objects.requireNonNull(wanted, "wanted");
        Objects.requireNonNull(policy, "policy");
        alarmNames = List.copyOf(alarmNames);
        Objects.requireNonNull(rollbackDeadline, "rollbackDeadline");
        Objects.requireNonNull(standbyInstances, "standbyInstances");
        Objects.requireNonNull(scaleInProtectedInstances, "scaleInProtectedInstances");
        abandoned = List.copyOf(abandoned);
    }

    /** AWS's own preferences for instances in Standby or protected from scale-in; alarms count. */
    public RolloutRequest(
            Wanted wanted,
            HealthPolicy policy,
            Integer instanceWarmupSeconds,
            List<String> alarmNames,
            boolean rollback,
            Duration rollbackDeadline) {
        this(
                wanted,
                policy,
                instanceWarmupSeconds,
                alarmNames,
                rollback,
                rollbackDeadline,
                StandbyInstances.WAIT,
                ScaleInProtectedInstances.WAIT,
                false,
                List.of());
    }

    /** With rollback, the group's own warm-up, no alarms. */
    public static RolloutRequest of(Wanted wanted, HealthPolicy policy) {
        return new RolloutRequest(wanted, policy, null, List.of(), true, DEFAULT_ROLLBACK_DEADLINE);
    }

    /** Who left a refresh under way; empty where it is somebody else's. */
    Optional<StartedRollout> abandoned(RefreshState refresh, TemplateVersion group) {
        return abandoned.stream().filter(each -> each.began(refresh, group)).findFirst();
    }

    /** The alarms that are asked for, none where they are to be ignored. */
    public List<String> countedAlarms() {
        return ignoreAlarms ? List.of() : alarmNames;
    }

    /** What is sent to AWS when no alarm is red. */
    public RefreshRequest refresh() {
        return refreshWithout(Set.of());
    }

    /**
     * What is sent to AWS: 100/200 so that a replacement serves before the old instance goes (user guide, "Instance maintenance policies").
     *
     * @param redAlarms alarms that are red already: AWS would roll back at once because of them, also the fix
     */
    public RefreshRequest refreshWithout(Set<String> redAlarms) {
        return new RefreshRequest(
                wanted.groupName(),
                wanted.template(),
                100,
                200,
                true,
                true,
                instanceWarmupSeconds,
                countedAlarms().stream()
                        .filter(alarm -> !redAlarms.contains(alarm))
                        .toList(),
                standbyInstances,
                scaleInProtectedInstances);
    }
}
