package io.jenkins.plugins.amideploy.engine.rollout;

import java.util.List;
import java.util.Objects;

/**
 * Parameters of StartInstanceRefresh, all of which we always send, because AWS's defaults (90/100, no rollback) take a group of one out of service.
 *
 * @param groupName the group
 * @param template desired configuration
 * @param minHealthyPercentage 100: nothing is terminated before its replacement serves
 * @param maxHealthyPercentage 200: as many replacements at once as there are instances
 * @param autoRollback AWS rolls back by itself when the refresh fails
 * @param skipMatching instances that already run the version stay
 * @param instanceWarmupSeconds null: the group's default warm-up, else its health check grace period
 * @param alarmNames CloudWatch alarms that fail the refresh; empty: none
 * @param standbyInstances what becomes of instances in Standby
 * @param scaleInProtectedInstances what becomes of instances that are protected from scale-in
 */
public record RefreshRequest(
        String groupName,
        TemplateVersion template,
        int minHealthyPercentage,
        int maxHealthyPercentage,
        boolean autoRollback,
        boolean skipMatching,
        Integer instanceWarmupSeconds,
        List<String> alarmNames,
        StandbyInstances standbyInstances,
        ScaleInProtectedInstances scaleInProtectedInstances) {
    public RefreshRequest {
        Objects.requireNonNull(groupName, "groupName");
        Objects.requireNonNull(template, "template");
        alarmNames = List.copyOf(alarmNames);
        Objects.requireNonNull(standbyInstances, "standbyInstances");
        Objects.requireNonNull(scaleInProtectedInstances, "scaleInProtectedInstances");
    }
}
