package io.jenkins.plugins.amideploy.engine.rollout;

import io.jenkins.plugins.amideploy.engine.diagnosis.Cause;
import io.jenkins.plugins.amideploy.engine.diagnosis.Diagnosis;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Rule: instances in Standby or protected from scale-in, for which a refresh waits an hour and then fails, unless the caller chose what becomes of them (API reference,
 * "RefreshPreferences"). Those that the caller chose to ignore keep their version, and count neither for nor against the rollout. Used by {@link Preflight},
 * {@link Blockers} and {@link Rollout}.
 */
final class HeldInstances {
    private final Wanted wanted;
    private final StandbyInstances standby;
    private final ScaleInProtectedInstances protection;

    HeldInstances(RolloutRequest request) {
        this(request.wanted(), request.standbyInstances(), request.scaleInProtectedInstances());
    }

    private HeldInstances(Wanted wanted, StandbyInstances standby, ScaleInProtectedInstances protection) {
        this.wanted = Objects.requireNonNull(wanted);
        this.standby = Objects.requireNonNull(standby);
        this.protection = Objects.requireNonNull(protection);
    }

    /** Why a refresh would wait for people. */
    Optional<Diagnosis> blocking(GroupSnapshot snapshot) {
        return protectedOnes(snapshot).or(() -> standbyOnes(snapshot));
    }

    /** The same while a refresh runs, once it has nothing else left to do. */
    Optional<Diagnosis> waitedFor(GroupSnapshot snapshot) {
        boolean othersDone = snapshot.staying().stream()
                .allMatch(instance -> instance.runs(wanted.template())
                        ? instance.isInService() && Readiness.isHealthyInAll(snapshot, instance.id())
                        : isStandby(instance) || instance.protectedFromScaleIn());
        return othersDone ? protectedOnes(snapshot).or(() -> standbyOnes(snapshot)) : Optional.empty();
    }

    /** The group without the instances that are ignored. */
    GroupSnapshot counted(GroupSnapshot snapshot) {
        List<InstanceState> ignored = ignored(snapshot);
        if (ignored.isEmpty()) {
            return snapshot;
        }
        // Those in Standby are not of the desired capacity (user guide, "Temporarily remove instances").
        int fewer =
                (int) ignored.stream().filter(instance -> !isStandby(instance)).count();
        return new GroupSnapshot(
                snapshot.groupName(),
                snapshot.exists(),
                snapshot.status(),
                snapshot.minSize(),
                snapshot.maxSize(),
                Math.max(0, snapshot.desired() - fewer),
                snapshot.template(),
                snapshot.gracePeriodSeconds(),
                snapshot.suspendedProcesses(),
                snapshot.instances().stream()
                        .filter(instance -> !ignored.contains(instance))
                        .toList(),
                snapshot.targetGroups(),
                snapshot.refreshes(),
                snapshot.activities());
    }

    private Optional<Diagnosis> protectedOnes(GroupSnapshot snapshot) {
        List<String> held = old(snapshot).stream()
                .filter(InstanceState::protectedFromScaleIn)
                .map(InstanceState::id)
                .toList();
        if (held.isEmpty() || protection != ScaleInProtectedInstances.WAIT) {
            return Optional.empty();
        }
        return Optional.of(new Diagnosis(
                Cause.INSTANCE_PROTECTED,
                "ASG " + snapshot.groupName() + ": " + held.get(0) + and(held)
                        + " protected from scale-in, for which a refresh waits an hour and then fails",
                held.stream()
                        .skip(1)
                        .map(id -> id + " is protected from scale-in, too")
                        .toList(),
                "",
                "deploy with --scale-in-protected-instances Refresh (or Ignore; a step: scaleInProtectedInstances), or remove the"
                        + " protection:",
                "aws autoscaling set-instance-protection --auto-scaling-group-name " + snapshot.groupName()
                        + " --no-protected-from-scale-in --instance-ids " + String.join(" ", held)));
    }

    private Optional<Diagnosis> standbyOnes(GroupSnapshot snapshot) {
        List<String> held = old(snapshot).stream()
                .filter(HeldInstances::isStandby)
                .map(InstanceState::id)
                .toList();
        if (held.isEmpty() || standby != StandbyInstances.WAIT) {
            return Optional.empty();
        }
        return Optional.of(new Diagnosis(
                Cause.INSTANCE_STANDBY,
                "ASG " + snapshot.groupName() + ": " + held.get(0) + and(held)
                        + " in Standby, for which a refresh waits an hour and then fails",
                held.stream().skip(1).map(id -> id + " is in Standby, too").toList(),
                "",
                "deploy with --standby-instances Terminate (or Ignore; a step: standbyInstances), or put them back into service:",
                "aws autoscaling exit-standby --auto-scaling-group-name " + snapshot.groupName() + " --instance-ids "
                        + String.join(" ", held)));
    }

    /** Nothing would be replaced, so that nothing could prove the version. */
    Optional<Diagnosis> nothingLeft(GroupSnapshot snapshot) {
        List<InstanceState> ignored = ignored(snapshot);
        if (ignored.isEmpty() || counted(snapshot).desired() > 0) {
            return Optional.empty();
        }
        return Optional.of(Diagnosis.of(
                Cause.INSTANCE_PROTECTED,
                "ASG " + snapshot.groupName()
                        + ": every instance is protected from scale-in and to be ignored, so nothing"
                        + " would run the new version",
                ignored.stream()
                        .map(instance -> instance.id() + " is protected from scale-in")
                        .toList(),
                "deploy with --scale-in-protected-instances Refresh (a step: scaleInProtectedInstances), or remove the protection of one"
                        + " of them"));
    }

    private List<InstanceState> ignored(GroupSnapshot snapshot) {
        return old(snapshot).stream()
                .filter(instance -> isStandby(instance)
                        ? standby == StandbyInstances.IGNORE
                        : instance.protectedFromScaleIn() && protection == ScaleInProtectedInstances.IGNORE)
                .toList();
    }

    private List<InstanceState> old(GroupSnapshot snapshot) {
        return snapshot.staying().stream()
                .filter(instance -> !instance.runs(wanted.template()))
                .toList();
    }

    private static boolean isStandby(InstanceState instance) {
        return instance.lifecycle().equals("Standby");
    }

    private static String and(List<String> held) {
        return held.size() == 1 ? " is" : " and " + (held.size() - 1) + " more are";
    }
}
