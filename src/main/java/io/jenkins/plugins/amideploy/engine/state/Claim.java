package io.jenkins.plugins.amideploy.engine.state;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Says that a run counts on an image which is shared with other environments; {@link ImageClaims} keeps it in the state bucket.
 *
 * @param subject fingerprint of the image, or the id of one that has none
 * @param environment for which environment
 * @param build which run
 * @param expiresAt from when on it counts no more; a crashed run's ends by this
 */
public record Claim(String subject, String environment, String build, Instant expiresAt) {
    /** A claim or a marker is one flat object of strings that we wrote ourselves, which takes no parser. */
    private static final String FIELD = "\"%s\"\\s*:\\s*\"([^\"\\\\]*)\"";

    public Claim {
        Objects.requireNonNull(subject, "subject");
        Objects.requireNonNull(environment, "environment");
        Objects.requireNonNull(build, "build");
        Objects.requireNonNull(expiresAt, "expiresAt");
    }

    /** As it is stored. */
    String json() {
        return "{\"environment\": \"%s\", \"build\": \"%s\", \"expires_at\": \"%s\"}"
                        .formatted(environment, build, expiresAt)
                + "\n";
    }

    /** @throws IllegalArgumentException when the text says no such thing */
    static Claim parse(String subject, String key, String json) {
        try {
            return new Claim(
                    subject,
                    field("environment", json),
                    field("build", json),
                    Instant.parse(field("expires_at", json)));
        } catch (IllegalArgumentException | DateTimeParseException malformed) {
            throw new IllegalArgumentException(
                    key + " in the state bucket is not a claim (" + malformed.getMessage() + "): delete the object",
                    malformed);
        }
    }

    private static String field(String name, String json) {
        Matcher matcher = Pattern.compile(FIELD.formatted(name)).matcher(json);
        if (!matcher.find()) {
            throw new IllegalArgumentException("no " + name);
        }
        return matcher.group(1);
    }

    /** {@code jenkins-deploy-7 claims it for prod until 2026-11-23T15:00:00Z}. */
    public String text() {
        return build + " claims it for " + environment + " until " + expiresAt;
    }
}
