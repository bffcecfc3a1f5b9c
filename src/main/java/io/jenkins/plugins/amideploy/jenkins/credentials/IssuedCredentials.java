package io.jenkins.plugins.amideploy.jenkins.credentials;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;

/**
 * Keys as they were issued, with the time until which they hold.
 *
 * @param keys the keys
 * @param expiresAt when they stop to work; empty for keys that do not expire
 */
record IssuedCredentials(AwsCredentials keys, Optional<Instant> expiresAt) {
    /**
     * Keys are renewed this long before they expire: long enough for a controller to restart in between, and more than the
     * five minutes that the SDKs of the tools keep in reserve.
     */
    static final Duration RESERVE = Duration.ofMinutes(20);

    IssuedCredentials {
        Objects.requireNonNull(keys, "keys");
        Objects.requireNonNull(expiresAt, "expiresAt");
    }

    /** Whether it is time for new ones: within the reserve, or past half of a session that is shorter than twice that. */
    boolean isDue(Instant issuedAt, Instant now) {
        if (expiresAt.isEmpty()) {
            return false;
        }
        Duration lifetime = Duration.between(issuedAt, expiresAt.get());
        Duration reserve = lifetime.compareTo(RESERVE.multipliedBy(2)) < 0 ? lifetime.dividedBy(2) : RESERVE;
        return !now.isBefore(expiresAt.get().minus(reserve));
    }

    /** Whether AWS still takes them. */
    boolean holds(Instant now) {
        return expiresAt.isEmpty() || now.isBefore(expiresAt.get());
    }

    Optional<String> sessionToken() {
        return keys instanceof AwsSessionCredentials session ? Optional.of(session.sessionToken()) : Optional.empty();
    }

    /** What must never be shown. */
    List<String> secrets() {
        List<String> secrets = new ArrayList<>();
        secrets.add(keys.secretAccessKey());
        sessionToken().ifPresent(secrets::add);
        return secrets;
    }

    @Override
    public String toString() {
        return "IssuedCredentials[expiresAt=" + expiresAt.map(Instant::toString).orElse("never") + "]";
    }
}
