package io.jenkins.plugins.amideploy.engine.rollout;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One scaling activity (DescribeScalingActivities). Which instance it is about, AWS says only in the description's text.
 *
 * @param id activity id
 * @param description for example {@code Launching a new EC2 instance: i-0123}
 * @param cause AWS's account of why
 * @param statusCode for example {@code Successful}, {@code Failed}, {@code Cancelled}, {@code InProgress}
 * @param statusMessage what went wrong; empty when nothing did
 * @param startedAt when it began
 */
public record ActivityState(
        String id, String description, String cause, String statusCode, String statusMessage, Instant startedAt) {
    private static final Pattern INSTANCE = Pattern.compile("\\bi-[0-9a-f]+\\b");

    public ActivityState {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(description, "description");
        Objects.requireNonNull(cause, "cause");
        Objects.requireNonNull(statusCode, "statusCode");
        Objects.requireNonNull(statusMessage, "statusMessage");
        Objects.requireNonNull(startedAt, "startedAt");
    }

    public boolean isLaunch() {
        return description.startsWith("Launching");
    }

    public boolean isTermination() {
        return description.startsWith("Terminating");
    }

    public boolean isSuccessful() {
        return statusCode.equals("Successful");
    }

    public boolean isFailed() {
        return statusCode.equals("Failed");
    }

    public boolean isCancelled() {
        return statusCode.equals("Cancelled");
    }

    /** The instance that the description names. */
    public Optional<String> instanceId() {
        Matcher matcher = INSTANCE.matcher(description);
        return matcher.find() ? Optional.of(matcher.group()) : Optional.empty();
    }
}
