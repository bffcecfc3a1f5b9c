package io.jenkins.plugins.amideploy.engine.rollout;

import io.jenkins.plugins.amideploy.engine.diagnosis.Cause;
import io.jenkins.plugins.amideploy.engine.diagnosis.Diagnosis;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Judges one look at a group: WAIT, HEALTHY or FAILED. Pure; called by {@link HealthPoll} and {@link Rollout} with what the last call remembered.
 * The rules are asked in order and the first that knows a cause of failure wins; only when none does, health is considered.
 */
public final class HealthEvaluator {
    private HealthEvaluator() {}

    /**
     * @param memory of the last evaluation, or {@link HealthMemory#begin}
     * @param now must not go backwards between evaluations
     */
    public static Verdict evaluate(
            GroupSnapshot snapshot, Wanted wanted, HealthPolicy policy, HealthMemory memory, Instant now) {
        Verdict verdict = judge(snapshot, wanted, policy, memory, now);
        return verdict.seeing(GroupView.of(snapshot, wanted, policy, verdict.memory(), now));
    }

    private static Verdict judge(
            GroupSnapshot snapshot, Wanted wanted, HealthPolicy policy, HealthMemory memory, Instant now) {
        HealthMemory looked =
                UnhealthyInstances.remember(memory, snapshot, wanted, now).missing(snapshot.exists() ? null : now);
        List<String> missing = snapshot.exists()
                ? Readiness.missing(snapshot, wanted, looked)
                : List.of("ASG " + snapshot.groupName() + " is not there");
        boolean trusted =
                missing.isEmpty() && looked.proof() != null && looked.proof().holds(snapshot, now);
        HealthMemory seen = trusted ? looked : looked.withoutProof();
        Optional<Diagnosis> failure = failure(snapshot, wanted, policy, seen, missing, now);
        String progress = ProgressLine.of(snapshot, wanted, seen, missing);
        List<String> notes = notes(snapshot);
        if (failure.isPresent()) {
            return new Verdict(Verdict.Kind.FAILED, progress, missing, notes, failure, seen.with((HealthWindow) null));
        }
        if (!missing.isEmpty()) {
            return late(snapshot, policy, missing, seen, now)
                    .map(diagnosis -> new Verdict(
                            Verdict.Kind.FAILED,
                            progress,
                            missing,
                            notes,
                            Optional.of(diagnosis),
                            seen.with((HealthWindow) null)))
                    .orElseGet(() -> new Verdict(
                            Verdict.Kind.WAIT, progress, missing, notes, Optional.empty(), seen.with((HealthWindow)
                                    null)));
        }
        return stable(snapshot, wanted, policy, seen, notes, now);
    }

    /** For a status, which waits for nothing: what is wrong with instances now, one line each; empty when all are healthy on the version. */
    public static List<String> unhealthy(GroupSnapshot snapshot, Wanted wanted) {
        return Readiness.instances(snapshot, wanted);
    }

    private static Verdict stable(
            GroupSnapshot snapshot,
            Wanted wanted,
            HealthPolicy policy,
            HealthMemory memory,
            List<String> notes,
            Instant now) {
        HealthWindow window = HealthWindow.at(memory.window(), snapshot, now);
        HealthMemory kept = memory.with(window);
        String proven = ProgressLine.healthy(snapshot, wanted);
        if (memory.proof() != null) {
            return healthy(
                    proven + ", as proven at " + memory.proof().at() + ", and nothing happened since",
                    snapshot,
                    notes,
                    kept);
        }
        if (now.isBefore(window.since().plus(HealthWindow.length(snapshot, policy)))) {
            String line = proven + "; " + HealthWindow.text(snapshot, policy);
            return new Verdict(Verdict.Kind.WAIT, line, List.of(line), notes, Optional.empty(), kept);
        }
        String held = Durations.text(Duration.between(window.since(), now));
        return healthy(proven + ", for " + held, snapshot, notes, kept);
    }

    private static Verdict healthy(String line, GroupSnapshot snapshot, List<String> notes, HealthMemory memory) {
        HealthMemory proven = memory.proving(Proof.of(snapshot));
        return new Verdict(Verdict.Kind.HEALTHY, line, List.of(line), notes, Optional.empty(), proven);
    }

    private static Optional<Diagnosis> failure(
            GroupSnapshot snapshot,
            Wanted wanted,
            HealthPolicy policy,
            HealthMemory memory,
            List<String> missing,
            Instant now) {
        if (!snapshot.exists()) {
            return gone(snapshot, policy, memory, now);
        }
        Optional<RefreshState> refresh = Refreshes.relevant(snapshot, wanted, memory);
        Stream<Supplier<Optional<Diagnosis>>> rules = Stream.of(
                () -> unusable(snapshot),
                () -> FailedLaunches.diagnose(snapshot, policy, memory.since()),
                () -> UnhealthyInstances.failing(snapshot, wanted, policy, memory, now),
                () -> UnhealthyInstances.lasting(snapshot, policy, memory, now),
                () -> refresh.flatMap(one -> Refreshes.ended(
                        snapshot, one, UnhealthyInstances.lastTrouble(memory).orElse(""))),
                () -> refresh.flatMap(one -> Refreshes.stuck(snapshot, one, wanted, policy, memory.since(), now)),
                () -> refresh.flatMap(one -> leftBehind(snapshot, wanted, policy, one, now)),
                () -> detached(snapshot, wanted, policy, memory, now));
        return rules.map(Supplier::get).flatMap(Optional::stream).findFirst();
    }

    /** A group that was just made may not be listed everywhere yet, and one look may be answered by a place that does not know it. */
    private static Optional<Diagnosis> gone(
            GroupSnapshot snapshot, HealthPolicy policy, HealthMemory memory, Instant now) {
        boolean known = !memory.instances().isEmpty() || memory.refreshId() != null;
        Instant from = known ? memory.missingSince() : memory.since();
        if (now.isBefore(from.plus(policy.settling()))) {
            return Optional.empty();
        }
        return Optional.of(Diagnosis.of(
                Cause.GROUP_MISSING,
                "ASG " + snapshot.groupName()
                        + (known ? " was deleted meanwhile" : " does not exist in this account and region"),
                List.of("DescribeAutoScalingGroups does not list " + snapshot.groupName()),
                "check region and group name, or apply the stack first"));
    }

    private static Optional<Diagnosis> unusable(GroupSnapshot snapshot) {
        if (snapshot.isBeingDeleted()) {
            return Optional.of(Diagnosis.of(
                    Cause.GROUP_MISSING,
                    "ASG " + snapshot.groupName() + " is being deleted",
                    List.of("status: " + snapshot.status()),
                    "wait until it is gone, then deploy again"));
        }
        if (snapshot.desired() == 0) {
            return Optional.of(Diagnosis.of(
                    Cause.NO_CAPACITY,
                    "ASG " + snapshot.groupName() + ": desired capacity is 0, so nothing can prove the version",
                    List.of("min " + snapshot.minSize() + ", desired 0, max " + snapshot.maxSize()),
                    "set desired_capacity to 1 or more in the variables file and deploy again"));
        }
        return Optional.empty();
    }

    /** A refresh that replaced all it was to replace, and an instance that it left as it was. */
    private static Optional<Diagnosis> leftBehind(
            GroupSnapshot snapshot, Wanted wanted, HealthPolicy policy, RefreshState refresh, Instant now) {
        boolean settled = refresh.isSuccessful()
                && refresh.endedAt() != null
                && !now.isBefore(refresh.endedAt().plus(policy.settling()));
        List<String> others = snapshot.staying().stream()
                .filter(instance -> !instance.runs(wanted.template()))
                .map(instance ->
                        instance.id() + " (" + instance.lifecycle() + ") runs " + Readiness.version(instance, wanted))
                .toList();
        if (!settled || others.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(Diagnosis.of(
                Cause.WRONG_VERSION,
                "ASG " + snapshot.groupName() + ": the refresh is Successful, but " + String.join("; ", others),
                others,
                "take it out of Standby or remove its scale-in protection, and deploy again"));
    }

    private static Optional<Diagnosis> detached(
            GroupSnapshot snapshot, Wanted wanted, HealthPolicy policy, HealthMemory memory, Instant now) {
        List<String> arns = List.copyOf(Readiness.missingTargetGroups(snapshot, wanted));
        if (arns.isEmpty() || now.isBefore(memory.since().plus(policy.settling()))) {
            return Optional.empty();
        }
        return Optional.of(Diagnosis.of(
                Cause.TARGET_GROUP_MISSING,
                "ASG " + snapshot.groupName() + ": target group " + arns.get(0)
                        + " is not attached, so no request can reach the new version",
                arns,
                "apply the stack, which attaches it, and deploy again"));
    }

    private static Optional<Diagnosis> late(
            GroupSnapshot snapshot, HealthPolicy policy, List<String> missing, HealthMemory memory, Instant now) {
        if (now.isBefore(memory.since().plus(policy.deadline()))) {
            return Optional.empty();
        }
        List<String> evidence = new ArrayList<>(missing);
        snapshot.activities().stream()
                .limit(3)
                .forEach(activity -> evidence.add(
                        activity.startedAt() + " " + activity.description() + ": " + activity.statusCode()));
        UnhealthyInstances.lastTrouble(memory).ifPresent(evidence::add);
        return Optional.of(
                Diagnosis.of(
                        Cause.DEADLINE,
                        "ASG " + snapshot.groupName() + ": not proven healthy within "
                                + Durations.text(policy.deadline()) + ": " + missing.get(0),
                        evidence,
                        "look at what is waited for; if it only needs longer, give it longer with --timeout (a step: timeoutMinutes)"));
    }

    private static List<String> notes(GroupSnapshot snapshot) {
        List<String> notes = new ArrayList<>();
        snapshot.leaving()
                .forEach(instance -> notes.add(instance.id() + " is " + instance.lifecycle()
                        + " and takes no new requests; it is not waited for"));
        if (snapshot.exists() && snapshot.targetGroups().isEmpty()) {
            notes.add("no target group is attached: health is what the group's own checks say");
        }
        return notes;
    }
}
