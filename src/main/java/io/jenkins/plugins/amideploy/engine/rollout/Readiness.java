package io.jenkins.plugins.amideploy.engine.rollout;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Rule: what healthy means. Every instance that is not on its way out is InService, Healthy, of the wanted version, and healthy by its own id in every
 * attached target group; there are as many as desired; and a refresh, if one counts, is Successful. A request that is answered proves nothing: with only
 * unhealthy targets a load balancer sends requests to all of them (Application Load Balancer guide, "Target group health").
 */
final class Readiness {
    private Readiness() {}

    /** Everything that is not yet as it must be, one line each; empty when all is. */
    static List<String> missing(GroupSnapshot snapshot, Wanted wanted, HealthMemory memory) {
        List<String> missing = new ArrayList<>();
        Refreshes.relevant(snapshot, wanted, memory)
                .filter(refresh -> !refresh.isSuccessful())
                .ifPresent(refresh -> missing.add("instance refresh " + refresh.id() + " is " + refresh.explained()));
        if (memory.refreshId() != null && snapshot.refresh(memory.refreshId()).isEmpty()) {
            missing.add("instance refresh " + memory.refreshId() + " is not listed yet");
        }
        missingTargetGroups(snapshot, wanted)
                .forEach(arn -> missing.add("target group " + arn + " is not attached to the group"));
        List<InstanceState> staying = snapshot.staying();
        if (staying.size() < snapshot.desired()) {
            missing.add(staying.size() + " of " + snapshot.desired() + " instances are there");
        }
        missing.addAll(instances(snapshot, wanted));
        otherTemplate(snapshot, wanted).ifPresent(missing::add);
        return missing;
    }

    /** The part of it that is about single instances. */
    static List<String> instances(GroupSnapshot snapshot, Wanted wanted) {
        return snapshot.staying().stream()
                .flatMap(instance -> missing(snapshot, wanted, instance).stream())
                .toList();
    }

    private static List<String> missing(GroupSnapshot snapshot, Wanted wanted, InstanceState instance) {
        List<String> missing = new ArrayList<>();
        if (!instance.runs(wanted.template())) {
            missing.add(instance.id() + " runs " + version(instance, wanted)
                    + (instance.protectedFromScaleIn()
                            ? " and is protected from scale-in, so that the refresh waits for it"
                            : ""));
        }
        if (!instance.isInService()) {
            missing.add(instance.id() + " is " + instance.lifecycle());
        } else {
            if (!instance.isHealthy()) {
                missing.add(instance.id() + " is " + instance.health());
            }
            for (TargetGroupState group : snapshot.targetGroups()) {
                notHealthy(group, instance.id()).ifPresent(why -> missing.add(instance.id() + " " + why));
            }
        }
        return missing;
    }

    /** A later self-heal would bring the other version back. {@code $Latest} and {@code $Default} cannot be compared and are let pass. */
    private static Optional<String> otherTemplate(GroupSnapshot snapshot, Wanted wanted) {
        TemplateVersion next = snapshot.template();
        if (next == null || !next.isNumbered() || next.equals(wanted.template())) {
            return Optional.empty();
        }
        return Optional.of("the group would still launch " + shortVersion(next, wanted));
    }

    static Set<String> missingTargetGroups(GroupSnapshot snapshot, Wanted wanted) {
        Set<String> missing = new HashSet<>(wanted.targetGroupArns());
        snapshot.targetGroups().forEach(group -> missing.remove(group.arn()));
        return missing;
    }

    static boolean isHealthyInAll(GroupSnapshot snapshot, String instanceId) {
        return snapshot.targetGroups().stream()
                .allMatch(group -> notHealthy(group, instanceId).isEmpty());
    }

    private static Optional<String> notHealthy(TargetGroupState group, String instanceId) {
        List<TargetState> targets = group.of(instanceId);
        if (targets.isEmpty()) {
            return Optional.of("is not registered in target group " + group.name());
        }
        return targets.stream()
                .filter(target -> !target.isHealthy())
                .findFirst()
                .map(target -> target.explained() + " in target group " + group.name());
    }

    static String version(InstanceState instance, Wanted wanted) {
        return instance.template() == null ? "an unknown version" : shortVersion(instance.template(), wanted);
    }

    private static String shortVersion(TemplateVersion version, Wanted wanted) {
        return version.templateId().equals(wanted.template().templateId())
                ? "version " + version.version() + ", wanted "
                        + wanted.template().version()
                : version + ", wanted " + wanted.template();
    }
}
