package io.jenkins.plugins.amideploy.engine.rollout;

import io.jenkins.plugins.amideploy.engine.AwsFailure;
import io.jenkins.plugins.amideploy.engine.diagnosis.BalancerPath;
import io.jenkins.plugins.amideploy.engine.diagnosis.Cause;
import io.jenkins.plugins.amideploy.engine.diagnosis.ConsoleWords;
import io.jenkins.plugins.amideploy.engine.diagnosis.ConsoleWords.Report;
import io.jenkins.plugins.amideploy.engine.diagnosis.Diagnosis;
import io.jenkins.plugins.amideploy.engine.diagnosis.EvidenceReader;
import io.jenkins.plugins.amideploy.engine.diagnosis.EvidenceReader.Alarm;
import io.jenkins.plugins.amideploy.engine.diagnosis.PathCheck;
import io.jenkins.plugins.amideploy.engine.rollout.HealthMemory.Trouble;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Finds out why a version does not get healthy: fetches evidence while the instance is there, since a rollback or the group ends it. A cause that is certain ends the
 * wait; any other is added to the failure that the wait ends in. Asked by {@link RolloutPoll} and {@link HealthPoll}; not being allowed to read changes nothing.
 */
final class Investigation {
    /** Time between two readings while a trouble lasts: some ten calls, of which most are the account's slowest. */
    static final Duration READ_EVERY = Duration.ofSeconds(30);

    /** An application that ended this often since the machine started does not get up by itself. */
    private static final int ENDS_FOR_GOOD = 3;

    /** How long a target may be unhealthy before its machine's words are taken for the cause: longer than a start that is tried again. */
    private static final Duration STARTING_AGAIN = Duration.ofSeconds(20);

    /** More would say the same of other instances. */
    private static final int MAX_INSTANCES = 5;

    /** General causes, which a better one replaces. */
    private static final Set<Cause> GENERAL = EnumSet.of(
            Cause.NEVER_HEALTHY,
            Cause.DOES_NOT_STAY_HEALTHY,
            Cause.DEADLINE,
            Cause.REFRESH_CANNOT_LAUNCH,
            Cause.REFRESH_FAILED,
            Cause.ROLLED_BACK);

    private final EvidenceReader reader;
    private final Wanted wanted;
    private final HeldInstances held;
    private final List<String> alarmNames;

    /** What a rollout's request says of held instances and alarms counts; a wait without one takes AWS's defaults. */
    Investigation(EvidenceReader reader, RolloutRequest request) {
        this.reader = Objects.requireNonNull(reader);
        this.wanted = request.wanted();
        this.held = new HeldInstances(request);
        this.alarmNames = request.countedAlarms();
    }

    /** What the look itself shows to stand in the way; nothing is read for it. */
    Optional<Diagnosis> blocked(GroupSnapshot snapshot, HealthMemory memory) {
        boolean refreshes = Refreshes.relevant(snapshot, wanted, memory)
                .filter(RefreshState::goesForward)
                .isPresent();
        return refreshes
                ? Suspended.blocking(snapshot).or(() -> held.waitedFor(snapshot))
                : Suspended.withoutRefresh(snapshot);
    }

    /** Whether there is something to look into, and it was not done a moment ago. @param last null: never */
    boolean isDue(GroupSnapshot snapshot, Instant last, Instant now) {
        boolean again = last == null || !now.isBefore(last.plus(READ_EVERY));
        return again && (!troubled(snapshot).isEmpty() || Waiting.any(snapshot));
    }

    /** A cause that no further wait mends. */
    Optional<Diagnosis> certain(GroupSnapshot snapshot, HealthMemory memory, Instant now) {
        List<InstanceState> troubled = troubled(snapshot);
        return first(
                () -> Waiting.tooLong(snapshot, now).map(one -> one.diagnosis(snapshot.groupName(), setup(), now)),
                () -> path(snapshot, troubled),
                () -> troubled.stream()
                        .limit(MAX_INSTANCES)
                        .flatMap(instance ->
                                console(instance.id())
                                        .filter(report -> isFinal(report, instance.id(), memory, now))
                                        .stream())
                        .map(Report::diagnosis)
                        .findFirst());
    }

    /** The failure that a wait ends in, with the cause behind it where one is found; what is not certain is evidence only. */
    Diagnosis explained(Diagnosis diagnosis, GroupSnapshot snapshot, HealthMemory memory, Instant now) {
        if (diagnosis.cause() == Cause.ALARM_RED) {
            return diagnosis.withEvidence(redAlarms());
        }
        if (!GENERAL.contains(diagnosis.cause()) || !snapshot.exists()) {
            return diagnosis;
        }
        List<InstanceState> troubled = troubled(snapshot);
        Optional<Diagnosis> behind = first(
                () -> Suspended.blocking(snapshot).filter(suspended -> diagnosis.cause() != Cause.ROLLED_BACK),
                () -> Waiting.longest(snapshot)
                        .filter(one -> diagnosis.cause() == Cause.DEADLINE)
                        .map(one -> one.diagnosis(snapshot.groupName(), setup(), now)),
                () -> path(snapshot, troubled),
                () -> spoke(troubled, memory).map(Report::diagnosis));
        return behind.map(found -> found.withEvidence(
                                Stream.concat(Stream.of(diagnosis.summary()), diagnosis.evidence().stream())
                                        .toList())
                        .withAftermath(diagnosis.aftermath()))
                .orElse(diagnosis);
    }

    private List<String> redAlarms() {
        return read(() -> reader.alarms(alarmNames), List.<Alarm>of()).stream()
                .filter(Alarm::isRed)
                .map(alarm -> "alarm " + alarm.name() + ": " + alarm.reason())
                .toList();
    }

    /** The newest instance of the version that was seen unhealthy, also one that is gone: its console outlives it for an hour. */
    private Optional<Report> spoke(List<InstanceState> troubled, HealthMemory memory) {
        Stream<String> now = troubled.stream().map(InstanceState::id);
        Stream<String> before = memory.instances().entrySet().stream()
                .filter(entry -> !entry.getValue().last().isEmpty())
                .map(java.util.Map.Entry::getKey)
                .sorted((one, other) -> -1);
        return Stream.concat(now, before)
                .distinct()
                .limit(2)
                .flatMap(id -> console(id).stream())
                .findFirst();
    }

    private Optional<Report> console(String id) {
        return ConsoleWords.of(id, read(() -> reader.console(id), ""));
    }

    private static boolean isFinal(Report report, String id, HealthMemory memory, Instant now) {
        Trouble trouble = memory.instances().getOrDefault(id, Trouble.NONE);
        boolean unhealthy = trouble.unhealthySince() != null;
        boolean lasting = unhealthy && !now.isBefore(trouble.unhealthySince().plus(STARTING_AGAIN));
        return lasting || unhealthy && report.times() >= ENDS_FOR_GOOD;
    }

    private Optional<Diagnosis> path(GroupSnapshot snapshot, List<InstanceState> troubled) {
        if (troubled.isEmpty() || snapshot.targetGroups().isEmpty()) {
            return Optional.empty();
        }
        List<String> ids =
                troubled.stream().map(InstanceState::id).limit(MAX_INSTANCES).toList();
        return PathCheck.closed(read(() -> between(snapshot, ids), BalancerPath.UNREAD))
                .filter(found -> found.cause() != Cause.PATH_CLOSED || timesOut(snapshot, ids));
    }

    private BalancerPath between(GroupSnapshot snapshot, List<String> ids) {
        return reader.path(
                snapshot.targetGroups().stream().map(TargetGroupState::arn).toList(), ids);
    }

    /** What a balancer sees that gets no answer. An instance that answers, if only with an error, is reached. */
    private static boolean timesOut(GroupSnapshot snapshot, List<String> ids) {
        return targets(snapshot, ids).anyMatch(target -> target.reason().equals("Target.Timeout"));
    }

    private static Stream<TargetState> targets(GroupSnapshot snapshot, List<String> ids) {
        return snapshot.targetGroups().stream()
                .flatMap(group -> group.targets().stream())
                .filter(target -> ids.contains(target.id()));
    }

    /** Instances of the version of which a target is not what it is to be; those that are only starting have time. */
    private List<InstanceState> troubled(GroupSnapshot snapshot) {
        return snapshot.staying().stream()
                .filter(instance -> instance.runs(wanted.template()))
                .filter(instance -> targets(snapshot, List.of(instance.id()))
                        .anyMatch(
                                target -> target.isUnhealthy() || target.state().equals("unused")))
                .toList();
    }

    private EvidenceReader.GroupSetup setup() {
        EvidenceReader.GroupSetup none = new EvidenceReader.GroupSetup(false, List.of());
        return read(() -> reader.setup(wanted.groupName()), none);
    }

    private static <T> T read(Supplier<T> call, T nothing) {
        try {
            return call.get();
        } catch (AwsFailure notToBeHad) {
            return nothing;
        }
    }

    @SafeVarargs
    private static Optional<Diagnosis> first(Supplier<Optional<Diagnosis>>... rules) {
        return Stream.of(rules).map(Supplier::get).flatMap(Optional::stream).findFirst();
    }
}
