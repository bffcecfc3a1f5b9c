package io.jenkins.plugins.amideploy.engine.rollout;

import io.jenkins.plugins.amideploy.engine.AwsFailure;
import io.jenkins.plugins.amideploy.engine.diagnosis.Cause;
import io.jenkins.plugins.amideploy.engine.diagnosis.Diagnosis;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What a look means that AWS did not allow. A throttled or unanswered one means nothing: it is repeated until the deadline. */
final class Unread {
    private Unread() {}

    static Optional<Diagnosis> diagnose(
            AwsFailure failure, String groupName, Duration deadline, Instant since, Instant now) {
        List<String> evidence = List.of(failure.getMessage());
        if (!failure.kind().passing()) {
            return Optional.of(Diagnosis.of(
                    failure.diagnosis().cause(),
                    "ASG " + groupName + ": AWS does not let us look: " + failure.getMessage(),
                    evidence,
                    "mend the credentials or permissions and run the same command again; a refresh that is running goes on in AWS"
                            + " and is adopted"));
        }
        if (!now.isBefore(since.plus(deadline))) {
            return Optional.of(Diagnosis.of(
                    Cause.DEADLINE,
                    "ASG " + groupName + ": not proven healthy within " + Durations.text(deadline)
                            + "; at the end AWS did not answer: " + failure.getMessage(),
                    evidence,
                    "look whether the endpoint answers, then run the same command again"));
        }
        return Optional.empty();
    }
}
