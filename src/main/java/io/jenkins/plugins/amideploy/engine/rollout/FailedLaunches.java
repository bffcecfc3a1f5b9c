package io.jenkins.plugins.amideploy.engine.rollout;

import io.jenkins.plugins.amideploy.engine.diagnosis.Diagnosis;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Rule: permanent launch errors end the wait at once, and so do K failed launches in a row. */
final class FailedLaunches {
    private FailedLaunches() {}

    static Optional<Diagnosis> diagnose(GroupSnapshot snapshot, HealthPolicy policy, Instant since) {
        List<ActivityState> failed = inARow(snapshot, since);
        if (failed.isEmpty()) {
            return Optional.empty();
        }
        boolean oneZone = snapshot.zones().size() <= 1;
        for (ActivityState activity : failed) {
            LaunchError error = LaunchError.of(message(activity));
            boolean permanent = error.permanence() == LaunchError.Permanence.PERMANENT
                    || error.permanence() == LaunchError.Permanence.IN_ZONE && oneZone && failed.size() > 1;
            if (permanent) {
                return Optional.of(
                        diagnosis(snapshot, error, failed, " cannot launch: " + Sentence.first(message(activity))));
            }
        }
        if (failed.size() < policy.maxFailedLaunches()) {
            return Optional.empty();
        }
        String newest = message(failed.get(0));
        return Optional.of(diagnosis(
                snapshot,
                LaunchError.of(newest),
                failed,
                ": " + failed.size() + " launches in a row failed, the last with: " + Sentence.first(newest)));
    }

    /** For the progress line: the newest failure that is not yet enough to give up. */
    static Optional<String> newest(GroupSnapshot snapshot, Instant since) {
        List<ActivityState> failed = inARow(snapshot, since);
        return failed.isEmpty()
                ? Optional.empty()
                : Optional.of(failed.size() + " failed launch" + (failed.size() == 1 ? "" : "es") + ": "
                        + message(failed.get(0)));
    }

    /** Failed launches after the last one that succeeded, newest first. A cancelled one counts only when its message says that it was an error. */
    private static List<ActivityState> inARow(GroupSnapshot snapshot, Instant since) {
        List<ActivityState> failed = new ArrayList<>();
        for (ActivityState activity : snapshot.activities()) {
            if (!activity.isLaunch() || activity.startedAt().isBefore(since)) {
                continue;
            }
            if (activity.isSuccessful()) {
                break;
            }
            if (activity.isFailed()
                    || activity.isCancelled()
                            && LaunchError.of(message(activity)).isKnown()) {
                failed.add(activity);
            }
        }
        return failed;
    }

    private static String message(ActivityState activity) {
        String message = activity.statusMessage().isEmpty() ? activity.description() : activity.statusMessage();
        return message.replaceAll("\\s*\\R\\s*", " ").strip();
    }

    private static Diagnosis diagnosis(
            GroupSnapshot snapshot, LaunchError error, List<ActivityState> failed, String what) {
        // The same message is one line, however often it came.
        Map<String, List<ActivityState>> messages = failed.stream()
                .collect(Collectors.groupingBy(FailedLaunches::message, LinkedHashMap::new, Collectors.toList()));
        List<String> evidence = messages.entrySet().stream()
                .limit(5)
                .map(entry -> entry.getValue().size() > 1
                        ? entry.getValue().size() + " launches, the last at "
                                + entry.getValue().get(0).startedAt() + ": " + entry.getKey()
                        : "launch at " + entry.getValue().get(0).startedAt() + ": " + entry.getKey())
                .toList();
        return new Diagnosis(
                error.cause(),
                "ASG " + snapshot.groupName() + what,
                evidence,
                "",
                error.cure(),
                "aws autoscaling describe-scaling-activities --max-items 5 --auto-scaling-group-name "
                        + snapshot.groupName());
    }
}
