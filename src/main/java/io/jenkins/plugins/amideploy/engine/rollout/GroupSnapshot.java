package io.jenkins.plugins.amideploy.engine.rollout;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * One look at a group and at all that its health depends on. Made by a {@link GroupReader}, judged by {@link HealthEvaluator} and {@link Rollout}.
 *
 * @param groupName name of the group
 * @param exists false when AWS knows no such group; everything else is then empty
 * @param status empty normally, {@code Delete in progress} while the group is being deleted
 * @param minSize minimum size
 * @param maxSize maximum size
 * @param desired desired capacity
 * @param template what the group would launch next; null when it is not a launch template
 * @param gracePeriodSeconds health check grace period
 * @param suspendedProcesses names such as {@code Launch}, {@code Terminate}
 * @param instances all instances, whatever their state
 * @param targetGroups all attached target groups
 * @param refreshes recent instance refreshes, newest first
 * @param activities recent scaling activities, newest first
 */
public record GroupSnapshot(
        String groupName,
        boolean exists,
        String status,
        int minSize,
        int maxSize,
        int desired,
        TemplateVersion template,
        int gracePeriodSeconds,
        Set<String> suspendedProcesses,
        List<InstanceState> instances,
        List<TargetGroupState> targetGroups,
        List<RefreshState> refreshes,
        List<ActivityState> activities) {

    public GroupSnapshot {
        Objects.requireNonNull(groupName, "groupName");
        Objects.requireNonNull(status, "status");
        suspendedProcesses = Set.copyOf(suspendedProcesses);
        instances = List.copyOf(instances);
        targetGroups = List.copyOf(targetGroups);
        refreshes = List.copyOf(refreshes);
        activities = List.copyOf(activities);
    }

    /** What a reader returns when AWS knows no such group. */
    public static GroupSnapshot missing(String groupName) {
        return new GroupSnapshot(
                groupName, false, "", 0, 0, 0, null, 0, Set.of(), List.of(), List.of(), List.of(), List.of());
    }

    public boolean isBeingDeleted() {
        return status.startsWith("Delete");
    }

    /** Instances that are not on their way out. */
    public List<InstanceState> staying() {
        return instances.stream().filter(instance -> !instance.isLeaving()).toList();
    }

    public List<InstanceState> leaving() {
        return instances.stream().filter(InstanceState::isLeaving).toList();
    }

    /** Instances that answer requests: InService, Healthy and healthy in every attached target group. */
    public List<InstanceState> serving() {
        return instances.stream()
                .filter(instance -> instance.isInService() && instance.isHealthy())
                .filter(instance -> Readiness.isHealthyInAll(this, instance.id()))
                .toList();
    }

    public Optional<RefreshState> refresh(String id) {
        return refreshes.stream().filter(refresh -> refresh.id().equals(id)).findFirst();
    }

    public Optional<RefreshState> newestRefresh() {
        return refreshes.stream().findFirst();
    }

    /** The refresh that is not over; AWS allows one for each group. */
    public Optional<RefreshState> runningRefresh() {
        return refreshes.stream().filter(refresh -> !refresh.isOver()).findFirst();
    }

    /** Zones in which the group has instances now. */
    public Set<String> zones() {
        return instances.stream().map(InstanceState::zone).collect(Collectors.toCollection(TreeSet::new));
    }
}
