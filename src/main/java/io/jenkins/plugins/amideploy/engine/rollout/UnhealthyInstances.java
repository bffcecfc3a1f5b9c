package io.jenkins.plugins.amideploy.engine.rollout;

import io.jenkins.plugins.amideploy.engine.diagnosis.Cause;
import io.jenkins.plugins.amideploy.engine.diagnosis.Diagnosis;
import io.jenkins.plugins.amideploy.engine.rollout.HealthMemory.Trouble;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Rule: a version whose instances are replaced for failing health checks, or stay unhealthy, is given up long before AWS does (one hour,
 * user guide, "How an instance refresh works"). The activity of the replacement does not say which check failed how, and by then the target is draining; so
 * the last unhealthy state of every instance is remembered.
 */
final class UnhealthyInstances {
    /** Part of the cause of a termination by health check (user guide, "Troubleshoot unhealthy instances"). */
    private static final List<String> HEALTH_CHECK_FAILURES = List.of(
            "ELB system health check failure",
            "ELB health check failure",
            "EC2 instance status check failure",
            "custom health check failure",
            "user health-check");

    /** Reason of a target whose application answers another code than the matcher's (Elastic Load Balancing API reference, TargetHealth). */
    private static final String WRONG_ANSWER = "Target.ResponseCodeMismatch";

    private UnhealthyInstances() {}

    /** Adds what this look shows of the instances of the wanted version. */
    static HealthMemory remember(HealthMemory memory, GroupSnapshot snapshot, Wanted wanted, Instant now) {
        Map<String, Trouble> seen = new LinkedHashMap<>();
        Set<String> healthy = new LinkedHashSet<>();
        for (InstanceState instance : snapshot.instances()) {
            if (!instance.runs(wanted.template())) {
                continue;
            }
            Trouble before = memory.instances().getOrDefault(instance.id(), Trouble.NONE);
            Optional<String> unhealthy = unhealthyTarget(snapshot, instance.id());
            Instant begun = before.unhealthySince() == null ? now : before.unhealthySince();
            boolean heals = instance.isInService() && Readiness.isHealthyInAll(snapshot, instance.id());
            // What a target said while its machine booted explains nothing once it has served.
            String last = heals && !memory.served().contains(instance.id()) ? "" : before.last();
            seen.put(instance.id(), new Trouble(unhealthy.isPresent() ? begun : null, unhealthy.orElse(last)));
            if (heals) {
                healthy.add(instance.id());
            }
        }
        return memory.withInstances(seen, healthy);
    }

    private static Optional<String> unhealthyTarget(GroupSnapshot snapshot, String id) {
        return snapshot.targetGroups().stream()
                .flatMap(group -> group.of(id).stream())
                .filter(TargetState::isUnhealthy)
                .map(TargetState::explained)
                .findFirst();
    }

    /**
     * K instances of the wanted version failed their health checks: they were replaced for it, or the group has marked them, or they were healthy, failed, and
     * have been so for as long again as their target groups need to notice. One is enough where the application answers wrongly and never did otherwise.
     */
    static Optional<Diagnosis> failing(
            GroupSnapshot snapshot, Wanted wanted, HealthPolicy policy, HealthMemory memory, Instant now) {
        List<ActivityState> terminations = terminations(snapshot, memory);
        Set<String> ids = new LinkedHashSet<>();
        terminations.forEach(activity -> ids.add(activity.instanceId().orElse(activity.id())));
        Set<String> replaced = Set.copyOf(ids);
        snapshot.staying().stream()
                .filter(instance -> instance.runs(wanted.template()))
                .filter(instance -> !instance.isHealthy() || hasFallen(snapshot, instance.id(), memory, now))
                .forEach(instance -> ids.add(instance.id()));
        if (ids.size() < enough(ids, policy, memory)) {
            return Optional.empty();
        }
        List<String> evidence = Stream.concat(
                        troubles(memory),
                        terminations.stream().limit(5).map(activity -> activity.startedAt() + " " + activity.cause()))
                .toList();
        String target = ids.stream()
                .filter(id -> !memory.instances()
                        .getOrDefault(id, Trouble.NONE)
                        .last()
                        .isEmpty())
                .findFirst()
                .map(id -> "target " + id + " " + memory.instances().get(id).last())
                .or(() -> lastTrouble(memory))
                .orElse("no target state seen");
        String how = ids.size() + " instances "
                + (replaced.size() == ids.size()
                        ? "were replaced for failing health checks"
                        : "failed their health checks");
        return Optional.of(diagnosis(memory, target, how, evidence));
    }

    /**
     * An instance had its whole grace period, no other was ever healthy, and the application answers, only not as it should: the next one would do the same, and
     * everybody has waited long enough.
     */
    private static int enough(Set<String> ids, HealthPolicy policy, HealthMemory memory) {
        boolean answersWrongly = ids.stream()
                .map(id -> memory.instances().getOrDefault(id, Trouble.NONE).last())
                .anyMatch(last -> last.contains(WRONG_ANSWER));
        return answersWrongly && !memory.everHealthy() ? 1 : policy.maxUnhealthyTerminations();
    }

    /** A blip that ends before it would be noticed once more is borne: the window begins anew. */
    private static boolean hasFallen(GroupSnapshot snapshot, String id, HealthMemory memory, Instant now) {
        Instant since = memory.instances().getOrDefault(id, Trouble.NONE).unhealthySince();
        return since != null
                && memory.served().contains(id)
                && !now.isBefore(since.plus(HealthWindow.notice(snapshot)));
    }

    /** An instance has been unhealthy longer than the group's grace period and our patience together. */
    static Optional<Diagnosis> lasting(GroupSnapshot snapshot, HealthPolicy policy, HealthMemory memory, Instant now) {
        Duration patience = policy.unhealthyPatience().plusSeconds(Math.max(0, snapshot.gracePeriodSeconds()));
        for (InstanceState instance : snapshot.staying()) {
            Trouble trouble = memory.instances().getOrDefault(instance.id(), Trouble.NONE);
            if (trouble.unhealthySince() != null
                    && !now.isBefore(trouble.unhealthySince().plus(patience))) {
                return Optional.of(diagnosis(
                        memory,
                        "target " + instance.id() + " " + trouble.last(),
                        "unhealthy for " + Durations.text(Duration.between(trouble.unhealthySince(), now)),
                        troubles(memory).toList()));
            }
        }
        return Optional.empty();
    }

    /** For the progress line. */
    static Optional<String> newest(GroupSnapshot snapshot, HealthMemory memory) {
        return terminations(snapshot, memory).stream()
                .findFirst()
                .flatMap(ActivityState::instanceId)
                .map(id -> id + " was replaced for failing health checks"
                        + (memory.instances()
                                        .getOrDefault(id, Trouble.NONE)
                                        .last()
                                        .isEmpty()
                                ? ""
                                : " (" + memory.instances().get(id).last() + ")"));
    }

    /** The last unhealthy state of any instance of the wanted version, for a diagnosis that has nothing better. */
    static Optional<String> lastTrouble(HealthMemory memory) {
        return troubles(memory).reduce((first, second) -> second);
    }

    private static Stream<String> troubles(HealthMemory memory) {
        return memory.instances().entrySet().stream()
                .filter(entry -> !entry.getValue().last().isEmpty())
                .map(entry ->
                        "target " + entry.getKey() + " " + entry.getValue().last());
    }

    /** Terminations by health check of instances that were seen with the wanted version, or launched since the wait began; newest first. */
    private static List<ActivityState> terminations(GroupSnapshot snapshot, HealthMemory memory) {
        Set<String> launched = new LinkedHashSet<>();
        snapshot.activities().stream()
                .filter(activity -> activity.isLaunch() && !activity.startedAt().isBefore(memory.since()))
                .forEach(activity -> activity.instanceId().ifPresent(launched::add));
        return snapshot.activities().stream()
                .filter(ActivityState::isTermination)
                .filter(activity -> !activity.startedAt().isBefore(memory.since()))
                .filter(activity -> HEALTH_CHECK_FAILURES.stream().anyMatch(activity.cause()::contains))
                .filter(activity -> activity.instanceId()
                        .filter(id -> memory.instances().containsKey(id) || launched.contains(id))
                        .isPresent())
                .toList();
    }

    private static Diagnosis diagnosis(HealthMemory memory, String target, String how, List<String> evidence) {
        return memory.everHealthy()
                ? Diagnosis.of(
                        Cause.DOES_NOT_STAY_HEALTHY,
                        "new version does not stay healthy: " + target + " (" + how + ")",
                        evidence,
                        "look at the application's log on the instance and at what its health check depends on, then deploy again")
                : Diagnosis.of(
                        Cause.NEVER_HEALTHY,
                        "new version never became healthy: " + target + " (" + how + ")",
                        evidence,
                        "look at the console output of the instance and at what the health check path answers there, then deploy again");
    }
}
