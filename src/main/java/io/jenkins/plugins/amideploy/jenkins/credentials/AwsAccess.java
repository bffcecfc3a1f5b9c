package io.jenkins.plugins.amideploy.jenkins.credentials;

import hudson.EnvVars;
import io.jenkins.plugins.amideploy.jenkins.config.AmiDeployConfiguration;
import java.io.Serializable;
import java.util.Objects;
import java.util.Optional;

/**
 * Where a step finds AWS: names of credentials, role, region and endpoint. It holds no secret, since it is persisted with
 * the running step.
 */
public final class AwsAccess implements Serializable {
    private static final long serialVersionUID = 1L;

    private final String credentialsId;
    private final String roleArn;
    private final String region;
    private final String endpoint;

    /** Every argument may be null: nothing said. */
    public AwsAccess(String credentialsId, String roleArn, String region, String endpoint) {
        this.credentialsId = credentialsId;
        this.roleArn = roleArn;
        this.region = region;
        this.endpoint = endpoint;
    }

    /** The same access in a region that was found out meanwhile. */
    public AwsAccess inRegion(String newRegion) {
        return new AwsAccess(credentialsId, roleArn, newRegion, endpoint);
    }

    /** The same access with what surrounding blocks and the controller say at the moment, for who acts outside of them later. Holds no secret. */
    public AwsAccess inForce(EnvVars env) {
        return new AwsAccess(
                credentialsId(env).orElse(null),
                roleArn,
                region(env).orElse(null),
                endpoint(env).orElse(null));
    }

    /**
     * Id of the credentials to use: the step's; else none where the surrounding block brings its own ({@code
     * withCredentials}); else the one configured for the controller.
     */
    Optional<String> credentialsId(EnvVars env) {
        if (credentialsId != null) {
            return Optional.of(credentialsId);
        }
        if (env.containsKey("AWS_ACCESS_KEY_ID")) {
            return Optional.empty();
        }
        return Optional.ofNullable(AmiDeployConfiguration.get().getCredentialsId());
    }

    /** Role to assume on top of the credentials. */
    Optional<String> roleArn() {
        return Optional.ofNullable(roleArn);
    }

    /** The step's region, else the surrounding block's, else the controller's. */
    public Optional<String> region(EnvVars env) {
        return first(
                region,
                env.get("AWS_REGION"),
                env.get("AWS_DEFAULT_REGION"),
                AmiDeployConfiguration.get().getRegion());
    }

    /** The region that the step itself names. */
    public Optional<String> ownRegion() {
        return Optional.ofNullable(region);
    }

    /** The step's endpoint, else the surrounding block's, else the controller's; empty means AWS's own. */
    public Optional<String> endpoint(EnvVars env) {
        return first(
                endpoint,
                env.get("AWS_ENDPOINT_URL"),
                AmiDeployConfiguration.get().getEndpoint());
    }

    private static Optional<String> first(String... candidates) {
        for (String candidate : candidates) {
            if (candidate != null && !candidate.isBlank()) {
                return Optional.of(candidate);
            }
        }
        return Optional.empty();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof AwsAccess access
                && Objects.equals(credentialsId, access.credentialsId)
                && Objects.equals(roleArn, access.roleArn)
                && Objects.equals(region, access.region)
                && Objects.equals(endpoint, access.endpoint);
    }

    @Override
    public int hashCode() {
        return Objects.hash(credentialsId, roleArn, region, endpoint);
    }
}
