package io.jenkins.plugins.amideploy.jenkins.credentials;

import hudson.AbortException;
import hudson.EnvVars;
import hudson.model.Run;
import io.jenkins.plugins.amideploy.aws.AwsClients;
import io.jenkins.plugins.amideploy.aws.AwsSettings;
import io.jenkins.plugins.amideploy.jenkins.run.NamedFailure;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;

/**
 * The engine's ports to AWS as one build or page may use them, opened at first use. Calls are made from the controller, never on the
 * thread that runs the pipeline. Lives as long as one execution of a step in memory.
 */
public final class AwsPorts implements AutoCloseable {
    private final AwsAccess access;
    private final EnvVars env;
    private final AwsIdentity identity;
    private final Duration patience;
    private AwsClients clients;

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

    /**
     * The clients.
     *
     * @throws AbortException when no region is known, or the credentials are not there
     */
    public synchronized AwsClients clients() throws AbortException {
        if (clients == null) {
            String region = access.region(env)
                    .orElseThrow(() -> NamedFailure.badInput(
                            "no AWS region is known",
                            "give the step a region, set AWS_REGION, or configure one under"
                                    + " Manage Jenkins » System » Image deployment to AWS"));
            if (identity.isNamed()) {
                identity.current();
            }
            clients = opened(region);
        }
        return clients;
    }

    private AwsClients opened(String region) throws AbortException {
        try {
            return new AwsClients(
                    new AwsSettings(
                            region,
                            access.endpoint(env).map(URI::create).orElse(null),
                            identity.provider(),
                            AwsSettings.serviceEndpoints(env)),
                    ControllerProxy.configuration().orElse(null),
                    patience);
        } catch (IllegalArgumentException variable) {
            throw NamedFailure.badInput(variable.getMessage(), "");
        }
    }

    @Override
    public synchronized void close() {
        if (clients != null) {
            clients.close();
            clients = null;
        }
    }
}
