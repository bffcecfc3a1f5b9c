package io.jenkins.plugins.amideploy.engine.rollout;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Says in one line how far it is and what it waits for. Holds no time and no counter that moves by itself, so an equal line means that nothing changed. */
final class ProgressLine {
    /** More would hide what matters; the verdict's reasons have all. */
    private static final int MAX_INSTANCES = 3;

    private ProgressLine() {}

    /** {@code 1/1 InService, new version 2: i-… initial: Elb.RegistrationInProgress; refresh InProgress 0%}. */
    static String of(GroupSnapshot snapshot, Wanted wanted, HealthMemory memory, List<String> missing) {
        if (!snapshot.exists()) {
            return missing.get(0);
        }
        List<String> parts = new ArrayList<>();
        parts.add(inService(snapshot) + ", " + newVersion(snapshot, wanted));
        Refreshes.relevant(snapshot, wanted, memory)
                .filter(refresh -> !refresh.isSuccessful())
                .ifPresent(refresh -> parts.add("refresh " + refresh.explained()));
        FailedLaunches.newest(snapshot, memory.since()).ifPresent(parts::add);
        UnhealthyInstances.newest(snapshot, memory).ifPresent(parts::add);
        if (parts.size() == 1) {
            missing.stream()
                    .filter(line -> !saidAlready(snapshot, wanted, line))
                    .findFirst()
                    .ifPresent(line -> parts.add("waiting: " + line));
        }
        return parts.stream().map(ProgressLine::withoutStop).collect(Collectors.joining("; "));
    }

    /** Instances of the wanted version are in the line with their state. */
    private static boolean saidAlready(GroupSnapshot snapshot, Wanted wanted, String line) {
        return snapshot.staying().stream()
                .anyMatch(instance -> instance.runs(wanted.template()) && line.startsWith(instance.id() + " "));
    }

    /** AWS ends its sentences with a full stop, which looks odd before a semicolon. */
    private static String withoutStop(String part) {
        return part.endsWith(".") ? part.substring(0, part.length() - 1) : part;
    }

    /** {@code 3/3 InService and healthy in every target group, all version 2}. */
    static String healthy(GroupSnapshot snapshot, Wanted wanted) {
        String where = snapshot.targetGroups().isEmpty() ? "" : " and healthy in every target group";
        return inService(snapshot) + where + ", all version "
                + wanted.template().version();
    }

    private static String inService(GroupSnapshot snapshot) {
        long count =
                snapshot.staying().stream().filter(InstanceState::isInService).count();
        return count + "/" + snapshot.desired() + " InService";
    }

    private static String newVersion(GroupSnapshot snapshot, Wanted wanted) {
        List<InstanceState> fresh = snapshot.staying().stream()
                .filter(instance -> instance.runs(wanted.template()))
                .toList();
        String title = "new version " + wanted.template().version() + ": ";
        if (fresh.isEmpty()) {
            return title + "no instance yet";
        }
        List<String> some = fresh.stream()
                .limit(MAX_INSTANCES)
                .map(instance -> instance.id() + " " + state(snapshot, instance))
                .toList();
        int more = fresh.size() - some.size();
        return title + String.join(", ", some) + (more > 0 ? " and " + more + " more" : "");
    }

    private static String state(GroupSnapshot snapshot, InstanceState instance) {
        if (!instance.isInService()) {
            return instance.lifecycle();
        }
        Optional<TargetState> worst = snapshot.targetGroups().stream()
                .flatMap(group -> group.of(instance.id()).stream())
                .filter(target -> !target.isHealthy())
                .findFirst();
        if (worst.isPresent()) {
            return worst.get().explained();
        }
        boolean registered = Readiness.isHealthyInAll(snapshot, instance.id());
        return registered ? instance.isHealthy() ? "healthy" : instance.health() : "not registered yet";
    }
}
