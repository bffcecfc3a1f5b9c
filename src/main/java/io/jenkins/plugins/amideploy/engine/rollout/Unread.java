package io.jenkins.plugins.amideploy.engine.rollout;

import io.jenkins.plugins.amideploy.engine.AwsFailure;
import io.jenkins.plugins.amideploy.engine.diagnosis.Cause;
import io.jenkins.plugins.amideploy.engine.diagnosis.Diagnosis;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** What a look means that AWS did not allow. A throttled or unanswered one means nothing: it is repeated until the deadline. */
final class Unread {
    private Unread() {}

    static Optional<Diagnosis> diagnose(
            AwsFailure failure, String groupName, Duration deadline, Instant since, Instant now) {
        if (!failure.kind().passing()) {
            Diagnosis why = failure.diagnosis();
            return Optional.of(Diagnosis.of(
                            why.cause(),
                            "ASG " + groupName + ": AWS does not let us look: " + why.summary(),
                            why.evidence(),
                            "")
                    .withCure(
                            why.cure()
                                    + "; then run the same command again: a refresh that is running goes on in AWS and is adopted",
                            why.command()));
        }
        if (!now.isBefore(since.plus(deadline))) {
            return Optional.of(Diagnosis.of(
                    Cause.DEADLINE,
                    "ASG " + groupName + ": not proven healthy within " + Durations.text(deadline)
                            + "; at the end AWS did not answer: "
                            + failure.diagnosis().summary(),
                    failure.diagnosis().evidence(),
                    "look whether the endpoint answers, then run the same command again"));
        }
        return Optional.empty();
    }
}
