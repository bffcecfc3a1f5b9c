package io.jenkins.plugins.amideploy.engine.rollout;

import io.jenkins.plugins.amideploy.engine.diagnosis.Cause;
import io.jenkins.plugins.amideploy.engine.diagnosis.Diagnosis;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Rule: suspended processes of a group with which a refresh cannot get on (EC2 Auto Scaling user guide, "Suspend and resume Amazon EC2 Auto Scaling processes"). Asked
 * by {@link Preflight} before a refresh and by {@link Blockers} while one runs.
 */
final class Suspended {
    /** Without these a refresh stands still, or replaces what serves by what does not. */
    private static final Map<String, String> NEEDED = new LinkedHashMap<>();

    /** A rollout gets on without these, with less care. */
    private static final Map<String, String> NOTED = new LinkedHashMap<>();

    static {
        NEEDED.put("Launch", "no instance is launched");
        NEEDED.put("AddToLoadBalancer", "new instances are not registered with the target group");
        NEEDED.put("Terminate", "old instances are not ended");
        NEEDED.put("InstanceRefresh", "no instance refresh goes on");
        NEEDED.put("HealthCheck", "nobody notices that a new instance is not healthy, and the old ones go");
        NOTED.put("ReplaceUnhealthy", "unhealthy instances are not replaced");
        NOTED.put("AlarmNotification", "scaling policies stand still");
        NOTED.put("AZRebalance", "zones are not evened out");
    }

    private Suspended() {}

    /** The process that stands in the way of a refresh. */
    static Optional<Diagnosis> blocking(GroupSnapshot snapshot) {
        List<String> blocking = NEEDED.keySet().stream()
                .filter(snapshot.suspendedProcesses()::contains)
                .toList();
        return blocking.isEmpty() ? Optional.empty() : Optional.of(diagnosis(snapshot, blocking));
    }

    /**
     * The process for want of which the group does not get to the wanted version although no refresh is needed: instances that are missing, or registered
     * nowhere.
     */
    static Optional<Diagnosis> withoutRefresh(GroupSnapshot snapshot) {
        boolean fewer = snapshot.staying().size() < snapshot.desired();
        boolean unregistered = snapshot.staying().stream()
                .filter(InstanceState::isInService)
                .anyMatch(instance -> snapshot.targetGroups().stream()
                        .anyMatch(group -> group.of(instance.id()).isEmpty()));
        if (fewer && snapshot.suspendedProcesses().contains("Launch")) {
            return Optional.of(diagnosis(snapshot, List.of("Launch")));
        }
        if (unregistered && snapshot.suspendedProcesses().contains("AddToLoadBalancer")) {
            return Optional.of(diagnosis(snapshot, List.of("AddToLoadBalancer")));
        }
        return Optional.empty();
    }

    /** What is suspended and in nobody's way, one line each. */
    static List<String> notes(GroupSnapshot snapshot) {
        return NOTED.entrySet().stream()
                .filter(entry -> snapshot.suspendedProcesses().contains(entry.getKey()))
                .map(entry -> "process " + entry.getKey() + " of ASG " + snapshot.groupName() + " is suspended: "
                        + entry.getValue())
                .toList();
    }

    private static Diagnosis diagnosis(GroupSnapshot snapshot, List<String> blocking) {
        String first = blocking.get(0);
        return new Diagnosis(
                Cause.PROCESS_SUSPENDED,
                "ASG " + snapshot.groupName() + ": process " + first + " is suspended, so that " + NEEDED.get(first),
                blocking.stream()
                        .skip(1)
                        .map(name -> "process " + name + " is suspended, too: " + NEEDED.get(name))
                        .toList(),
                "",
                "find out who suspended it and why, then resume it and deploy again:",
                "aws autoscaling resume-processes --auto-scaling-group-name " + snapshot.groupName()
                        + " --scaling-processes " + String.join(" ", blocking));
    }
}
