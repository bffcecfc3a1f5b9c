package io.jenkins.plugins.amideploy.engine.rollout;

import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * What a caller wants rolled out, and how.
 *
 * @param wanted group, version, target groups
 * @param policy when to be satisfied and when to give up
 * @param instanceWarmupSeconds null: the group's own
 * @param alarmNames CloudWatch alarms that fail the refresh; empty: none
 * @param rollback whether a failed rollout is rolled back
 * @param rollbackDeadline how long the way back may take, counted from its beginning
 */
public record RolloutRequest(
        Wanted wanted,
        HealthPolicy policy,
        Integer instanceWarmupSeconds,
        List<String> alarmNames,
        boolean rollback,
        Duration rollbackDeadline) {
    /** As long as AWS takes to launch, warm up and drain a few instances in a row. */
    public static final Duration DEFAULT_ROLLBACK_DEADLINE = Duration.ofMinutes(20);

    public RolloutRequest {
        Objects.requireNonNull(wanted, "wanted");
        Objects.requireNonNull(policy, "policy");
        alarmNames = List.copyOf(alarmNames);
        Objects.requireNonNull(rollbackDeadline, "rollbackDeadline");
    }

    /** With rollback, the group's own warm-up, no alarms. */
    public static RolloutRequest of(Wanted wanted, HealthPolicy policy) {
        return new RolloutRequest(wanted, policy, null, List.of(), true, DEFAULT_ROLLBACK_DEADLINE);
    }

    /** What is sent to AWS: 100/200 so that a replacement serves before the old instance goes (user guide, "Instance maintenance policies"). */
    public RefreshRequest refresh() {
        return new RefreshRequest(
                wanted.groupName(), wanted.template(), 100, 200, true, true, instanceWarmupSeconds, alarmNames);
    }
}
