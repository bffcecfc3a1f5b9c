package io.jenkins.plugins.amideploy.engine.rollout;

import io.jenkins.plugins.amideploy.engine.diagnosis.Cause;
import io.jenkins.plugins.amideploy.engine.diagnosis.Diagnosis;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Rules about instance refreshes: which one counts, and what its status means. Successful is the only success. */
final class Refreshes {
    private static final String MAKE_ROOM =
            "raise max_size by one in the variables file, take instances out of Standby, or remove their scale-in protection;"
                    + " then deploy again";

    private static final Pattern ALARM = Pattern.compile("\\balarms?\\b", Pattern.CASE_INSENSITIVE);

    /**
     * How long a refresh may be in progress while nothing at all happens in the group and AWS names nothing that it waits for: a launch begins within some
     * seconds. Where AWS names something, or an instance comes or goes, {@link HealthPolicy#launchPatience} counts.
     */
    static final Duration STANDSTILL = Duration.ofSeconds(90);

    private Refreshes() {}

    /**
     * The refresh that counts: the one being watched by id; else the one that is running; else the newest one, when it was meant for the wanted version.
     * Old refreshes count not at all where the version needed none.
     */
    static Optional<RefreshState> relevant(GroupSnapshot snapshot, Wanted wanted, HealthMemory memory) {
        if (memory.refreshId() != null) {
            return snapshot.refresh(memory.refreshId());
        }
        Optional<RefreshState> running = snapshot.runningRefresh();
        if (running.isPresent() || memory.noRefresh()) {
            return running;
        }
        return snapshot.newestRefresh().filter(refresh -> wanted.template().equals(refresh.wanted()));
    }

    /** A refresh that will not end Successful. */
    static Optional<Diagnosis> ended(GroupSnapshot snapshot, RefreshState refresh, String trouble) {
        if (refresh.isSuccessful() || !refresh.isOver() && !refresh.goesBack()) {
            return Optional.empty();
        }
        String name = "ASG " + snapshot.groupName() + ": instance refresh " + refresh.id();
        String reason = refresh.statusReason();
        String because = ": " + (reason.isEmpty() ? "AWS gives no reason" : Sentence.first(reason));
        List<String> evidence = Stream.of(reason, trouble, refresh.id() + " is " + refresh.status())
                .filter(line -> !line.isEmpty())
                .toList();
        return Optional.of(
                switch (refresh.status()) {
                    case "Cancelled", "Cancelling" ->
                        Diagnosis.of(
                                Cause.REFRESH_CANCELLED,
                                name + " was cancelled" + because,
                                evidence,
                                "find out who cancelled it; a cancelled refresh leaves a mixture of versions, so deploy again");
                    case "Failed" ->
                        alarm(snapshot, reason, evidence)
                                .orElseGet(() -> Diagnosis.of(
                                        Cause.REFRESH_FAILED,
                                        name + " failed" + because,
                                        evidence,
                                        "mend what the reason names and deploy again; AWS did not roll back"));
                    case "RollbackFailed" ->
                        Diagnosis.of(
                                Cause.ROLLED_BACK,
                                name + " failed and could not be rolled back" + because,
                                evidence,
                                "the group may run a mixture of versions: deploy the previous version");
                    default ->
                        alarm(snapshot, reason, evidence)
                                .orElseGet(() -> Diagnosis.of(
                                        Cause.ROLLED_BACK,
                                        name
                                                + (refresh.isOver() ? " was rolled back" : " is being rolled back")
                                                + because,
                                        evidence,
                                        "mend what the reason names and deploy again"));
                });
    }

    /** An alarm of the refresh that turned red; AWS documents no sentence for it, but names the alarm. */
    private static Optional<Diagnosis> alarm(GroupSnapshot snapshot, String reason, List<String> evidence) {
        if (!ALARM.matcher(reason).find()) {
            return Optional.empty();
        }
        return Optional.of(new Diagnosis(
                Cause.ALARM_RED,
                "ASG " + snapshot.groupName() + ": " + Sentence.first(reason),
                evidence,
                "",
                "look at what the alarm measures, mend it and deploy again, or deploy with --ignore-alarms (a step: ignoreAlarms)",
                "aws cloudwatch describe-alarms --state-value ALARM"));
    }

    /** A refresh that runs and launches nothing, which AWS itself would bear for an hour. */
    static Optional<Diagnosis> stuck(
            GroupSnapshot snapshot,
            RefreshState refresh,
            Wanted wanted,
            HealthPolicy policy,
            Instant since,
            Instant now) {
        boolean hasNew = snapshot.instances().stream().anyMatch(instance -> instance.runs(wanted.template()));
        Instant begun =
                refresh.startedAt() == null || refresh.startedAt().isBefore(since) ? since : refresh.startedAt();
        boolean launched = snapshot.activities().stream()
                .anyMatch(
                        activity -> activity.isLaunch() && !activity.startedAt().isBefore(begun));
        boolean still = refresh.status().equals("InProgress")
                && refresh.statusReason().isEmpty()
                && snapshot.activities().stream()
                        .allMatch(activity -> activity.startedAt().isBefore(begun));
        Duration patience =
                still && STANDSTILL.compareTo(policy.launchPatience()) < 0 ? STANDSTILL : policy.launchPatience();
        if (!refresh.goesForward() || hasNew || launched || now.isBefore(begun.plus(patience))) {
            return Optional.empty();
        }
        String waited = Durations.text(Duration.between(begun, now));
        boolean suspended = snapshot.suspendedProcesses().contains("Launch");
        return Optional.of(new Diagnosis(
                Cause.REFRESH_CANNOT_LAUNCH,
                "ASG " + snapshot.groupName() + ": instance refresh " + refresh.id() + " has launched nothing for "
                        + waited + ": " + why(snapshot),
                List.of(
                        refresh.id() + " " + refresh.explained(),
                        "min " + snapshot.minSize() + ", desired " + snapshot.desired() + ", max " + snapshot.maxSize(),
                        "suspended processes: "
                                + (snapshot.suspendedProcesses().isEmpty() ? "none" : snapshot.suspendedProcesses())),
                "",
                suspended ? "resume it, then deploy again:" : MAKE_ROOM,
                suspended
                        ? "aws autoscaling resume-processes --auto-scaling-group-name " + snapshot.groupName()
                                + " --scaling-processes Launch"
                        : ""));
    }

    private static String why(GroupSnapshot snapshot) {
        if (snapshot.suspendedProcesses().contains("Launch")) {
            return "the group's Launch process is suspended";
        }
        if (snapshot.staying().stream()
                .anyMatch(instance -> instance.lifecycle().startsWith("Standby"))) {
            return "the refresh waits for instances in Standby";
        }
        if (snapshot.staying().stream().anyMatch(InstanceState::protectedFromScaleIn)) {
            return "the refresh waits for instances that are protected from scale-in";
        }
        if (snapshot.staying().size() >= snapshot.maxSize()) {
            return "the group has " + snapshot.staying().size() + " instances and a maximum size of "
                    + snapshot.maxSize() + ", which may leave no room for a replacement beside the old one";
        }
        return "AWS gives no other reason";
    }
}
