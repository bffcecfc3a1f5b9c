package io.jenkins.plugins.amideploy.jenkins.credentials;

import com.cloudbees.jenkins.plugins.awscredentials.AWSCredentialsImpl;
import com.cloudbees.jenkins.plugins.awscredentials.AmazonWebServicesCredentials;
import hudson.AbortException;
import hudson.EnvVars;
import hudson.model.Run;
import hudson.util.Secret;
import io.jenkins.plugins.amideploy.aws.AwsFailures;
import io.jenkins.plugins.amideploy.engine.AwsFailure;
import io.jenkins.plugins.amideploy.engine.diagnosis.Cause;
import io.jenkins.plugins.amideploy.engine.tool.Secrets;
import io.jenkins.plugins.amideploy.jenkins.run.NamedFailure;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

/**
 * Turns an {@link AwsAccess} into keys for one build or page, and renews them before they expire. Lives as long as one execution of
 * a step in memory; nothing of it is persisted. It may call STS, so it is never used on the thread that runs the pipeline.
 */
public final class AwsIdentity {
    /**
     * What is assumed of a session whose end nobody tells: the shortest that STS issues (AWS STS API reference,
     * AssumeRole, DurationSeconds).
     */
    private static final Duration SHORTEST_SESSION = Duration.ofMinutes(15);

    /** Pause after a renewal that failed; what is left of a session bears several. */
    private static final Duration AFTER_REFUSAL = Duration.ofSeconds(30);

    private static final Logger LOGGER = Logger.getLogger(AwsIdentity.class.getName());

    private final AwsAccess access;
    private final Requester requester;
    private final EnvVars env;
    private final Clock clock;
    private IssuedCredentials issued;
    private Instant issuedAt;
    private Instant renewAfter = Instant.MIN;
    private boolean tracked;

    public AwsIdentity(AwsAccess access, Run<?, ?> run, EnvVars env, Clock clock) {
        this(access, Requester.of(run), env, clock);
    }

    AwsIdentity(AwsAccess access, Requester requester, EnvVars env, Clock clock) {
        this.access = access;
        this.requester = requester;
        this.env = env;
        this.clock = clock;
    }

    /** Whether the build brings keys of its own to the tools, so that what the agent offers by itself is not used. */
    public boolean isNamed() {
        return access.credentialsId(env).isPresent() || access.roleArn().isPresent();
    }

    /** Secrets that surrounding blocks put into the environment, for masking. */
    List<String> secretsAround() {
        return Stream.of("AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
                .map(env::get)
                .filter(value -> value != null && value.length() >= Secrets.SHORTEST)
                .toList();
    }

    /** For clients of the SDK on the controller; asks again whenever it is time to renew. */
    public AwsCredentialsProvider provider() {
        return () -> {
            try {
                return current().keys();
            } catch (AbortException missing) {
                throw new IllegalStateException(missing.getMessage(), missing);
            }
        };
    }

    /**
     * Keys that hold for a while. Where new ones cannot be had just now, the old ones as long as they hold: a tool that runs is
     * not given up for that.
     *
     * @throws AbortException when the requester may not use credentials of that id, or there are none
     * @throws AwsFailure when AWS issues none
     */
    synchronized IssuedCredentials current() throws AbortException {
        Instant now = clock.instant();
        if (issued == null) {
            issued = issue(now);
            issuedAt = now;
        } else if (issued.isDue(issuedAt, now) && !now.isBefore(renewAfter)) {
            renew(now);
        }
        return issued;
    }

    private void renew(Instant now) throws AbortException {
        try {
            issued = issue(now);
            issuedAt = now;
        } catch (AbortException | AwsFailure notNow) {
            if (!issued.holds(now)) {
                throw notNow;
            }
            renewAfter = now.plus(AFTER_REFUSAL);
            LOGGER.log(
                    Level.WARNING, notNow, () -> "Keys of " + requester.fullName() + " were not renewed; trying again");
        }
    }

    /**
     * Equal for all who are the same to AWS, so that they may share clients. The keys themselves decide, as an object: an id may name others in another folder. Whoever
     * assumes a role does so in the name of the build, which CloudTrail shows, and shares only within it.
     *
     * @throws AbortException when the requester may not use credentials of that id, or there are none
     */
    Object key() throws AbortException {
        Optional<String> id = access.credentialsId(env);
        String session = access.roleArn()
                .map(role -> role + " as " + requester.sessionName())
                .orElse("");
        if (id.isPresent()) {
            return new Key(new Same(named(id.get())), "", null, session);
        }
        String keyId = env.get("AWS_ACCESS_KEY_ID");
        String secret = env.get("AWS_SECRET_ACCESS_KEY");
        return keyId == null || secret == null
                ? new Key(null, "", null, session)
                : new Key(null, keyId, Secret.fromString(secret + " " + env.get("AWS_SESSION_TOKEN", "")), session);
    }

    private IssuedCredentials issue(Instant now) throws AbortException {
        IssuedCredentials base = base(now);
        Optional<String> role = access.roleArn();
        return role.isEmpty()
                ? base
                : AssumedRole.assume(role.get(), base, access.region(env), access.endpoint(env), requester);
    }

    private IssuedCredentials base(Instant now) throws AbortException {
        Optional<String> id = access.credentialsId(env);
        if (id.isPresent()) {
            return stored(id.get(), now);
        }
        String keyId = env.get("AWS_ACCESS_KEY_ID");
        String secret = env.get("AWS_SECRET_ACCESS_KEY");
        if (keyId != null && secret != null) {
            String token = env.get("AWS_SESSION_TOKEN");
            return new IssuedCredentials(
                    token == null || token.isEmpty()
                            ? AwsBasicCredentials.create(keyId, secret)
                            : AwsSessionCredentials.create(keyId, secret, token),
                    Optional.empty());
        }
        return ofTheController(now);
    }

    private IssuedCredentials stored(String id, Instant now) throws AbortException {
        AmazonWebServicesCredentials found = named(id);
        AwsCredentials keys = AwsFailures.call("sts:AssumeRole", found::resolveCredentials);
        return keys == null ? ofTheController(now) : new IssuedCredentials(keys, expiry(found, keys, now));
    }

    private AmazonWebServicesCredentials named(String id) throws AbortException {
        AmazonWebServicesCredentials found = requester
                .credentials(id)
                .orElseThrow(() -> new NamedFailure(
                        Cause.NO_CREDENTIALS,
                        "AWS credentials \"" + id + "\" are not there for " + requester.fullName(),
                        "create them in the job's folder or on the controller, or correct credentialsId"));
        if (!tracked) {
            requester.track(found);
            tracked = true;
        }
        return found;
    }

    /** The plugin's own credentials do not tell when their session ends, but how long it was asked for. */
    private static Optional<Instant> expiry(AmazonWebServicesCredentials from, AwsCredentials keys, Instant now) {
        if (!(keys instanceof AwsSessionCredentials session)) {
            return Optional.empty();
        }
        Duration lifetime = from instanceof AWSCredentialsImpl impl
                ? Duration.ofSeconds(impl.getStsTokenDuration())
                : SHORTEST_SESSION;
        return Optional.of(session.expirationTime().orElse(now.plus(lifetime)));
    }

    private static IssuedCredentials ofTheController(Instant now) {
        try (DefaultCredentialsProvider chain =
                DefaultCredentialsProvider.builder().build()) {
            AwsCredentials keys = AwsFailures.call("the credentials chain", chain::resolveCredentials);
            boolean session = keys instanceof AwsSessionCredentials;
            return new IssuedCredentials(
                    keys,
                    session
                            ? Optional.of(((AwsSessionCredentials) keys)
                                    .expirationTime()
                                    .orElse(now.plus(SHORTEST_SESSION)))
                            : Optional.empty());
        }
    }

    /** For callers that only need some provider to hand on. */
    static AwsCredentialsProvider fixed(IssuedCredentials credentials) {
        return StaticCredentialsProvider.create(credentials.keys());
    }

    /** See {@link #key()}. */
    private record Key(Same credentials, String keyId, Secret secret, String session) {
        /** A secret's own words are itself. */
        @Override
        public String toString() {
            return "keys " + keyId + " " + session;
        }
    }

    /** An object, equal to itself alone: credentials plugins call those equal that have the same id. */
    private record Same(Object of) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Same same && same.of == of;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(of);
        }
    }
}
