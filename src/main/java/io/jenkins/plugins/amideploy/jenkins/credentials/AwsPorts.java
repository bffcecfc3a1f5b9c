package io.jenkins.plugins.amideploy.jenkins.credentials;

import hudson.AbortException;
import hudson.EnvVars;
import hudson.ProxyConfiguration;
import hudson.model.Run;
import io.jenkins.plugins.amideploy.aws.AwsClients;
import io.jenkins.plugins.amideploy.aws.AwsSettings;
import io.jenkins.plugins.amideploy.jenkins.run.NamedFailure;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;
import jenkins.model.Jenkins;

/**
 * The engine's ports to AWS as one build or page may use them, opened at first use. Calls are made from the controller, never on the
 * thread that runs the pipeline. Lives as long as one execution of a step in memory.
 */
public final class AwsPorts implements AutoCloseable {
    private static final Pattern REGION = Pattern.compile("[a-z0-9-]+");
    private static final Pattern ROLE = Pattern.compile("arn:[a-z-]+:iam::\\d{12}:role/\\S+");

    private final AwsAccess access;
    private final EnvVars env;
    private final AwsIdentity identity;
    private final Duration patience;
    private SharedClients.Lease lease;

    /** For a build. */
    public AwsPorts(AwsAccess access, Run<?, ?> run, EnvVars env, Clock clock) {
        this(access, Requester.of(run), env, clock, AwsClients.CALL_TIMEOUT);
    }

    /**
     * For whoever waits for an answer.
     *
     * @param patience how long one call may take, with all its attempts
     */
    public AwsPorts(AwsAccess access, Requester requester, EnvVars env, Clock clock, Duration patience) {
        this.access = access;
        this.env = env;
        this.identity = new AwsIdentity(access, requester, env, clock);
        this.patience = patience;
    }

    /** Who the build is to AWS. */
    public AwsIdentity identity() {
        return identity;
    }

    /** Region, and endpoint if it is not AWS's own, as messages name them. */
    public String place() {
        return access.region(env).orElse("no region")
                + access.endpoint(env).map(url -> " at " + url).orElse("");
    }

    /**
     * The clients.
     *
     * @throws AbortException when no region is known, or the credentials are not there
     */
    public AwsClients clients() throws AbortException {
        return lease().clients();
    }

    /**
     * The hold on the clients, for whoever shares more than them with others of the same identity; it ends with {@link #close()}.
     *
     * @throws AbortException when no region is known, or the credentials are not there
     */
    public synchronized SharedClients.Lease lease() throws AbortException {
        if (lease == null) {
            String region = access.region(env)
                    .orElseThrow(() -> NamedFailure.badInput(
                            "no AWS region is known",
                            "give the step a region, set AWS_REGION, or configure one under"
                                    + " Manage Jenkins » System » Image deployment to AWS"));
            requireForms(region);
            if (identity.isNamed()) {
                identity.current();
            }
            lease = opened(region);
        }
        return lease;
    }

    /** Before anything is asked: to what is no region nothing answers, which looks like a day on which AWS does not, and ends by no deadline sooner. */
    private void requireForms(String region) throws AbortException {
        if (!REGION.matcher(region).matches()) {
            throw NamedFailure.badInput("region is " + region, "give a region's code, such as eu-central-1");
        }
        String role = access.roleArn().orElse("");
        if (!role.isEmpty() && !ROLE.matcher(role).matches()) {
            throw NamedFailure.badInput(
                    "roleArn is " + role, "give the ARN of a role, such as arn:aws:iam::123456789012:role/deploy");
        }
        try {
            access.endpoint(env).ifPresent(url -> AwsSettings.uri("endpoint", url));
        } catch (IllegalArgumentException noUrl) {
            throw NamedFailure.badInput(noUrl.getMessage(), "");
        }
    }

    private SharedClients.Lease opened(String region) throws AbortException {
        AwsSettings settings = new AwsSettings(
                region,
                access.endpoint(env).map(URI::create).orElse(null),
                identity.provider(),
                AwsSettings.serviceEndpoints(env));
        Key key = new Key(
                identity.key(),
                region,
                settings.endpoint(),
                settings.serviceEndpoints(),
                Jenkins.get().getProxy(),
                patience);
        try {
            return SharedClients.get()
                    .lease(
                            key,
                            sharing -> new AwsClients(
                                    settings, ControllerProxy.configuration().orElse(null), patience, sharing));
        } catch (IllegalArgumentException variable) {
            throw NamedFailure.badInput(variable.getMessage(), "");
        }
    }

    @Override
    public synchronized void close() {
        if (lease != null) {
            lease.close();
            lease = null;
        }
    }

    /** What clients must have in common to be the same. */
    private record Key(
            Object identity,
            String region,
            URI endpoint,
            Map<String, URI> serviceEndpoints,
            ProxyConfiguration proxy,
            Duration patience) {}
}
