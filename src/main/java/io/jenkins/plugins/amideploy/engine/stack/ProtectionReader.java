package io.jenkins.plugins.amideploy.engine.stack;

import io.jenkins.plugins.amideploy.engine.AwsFailure;

/** Port: whether a stack's load balancer must not be deleted. The {@code aws} package implements it. */
public interface ProtectionReader {
    /**
     * Whether the load balancer of this name is there and has deletion protection.
     *
     * @throws AwsFailure when AWS does not answer as hoped
     */
    boolean isProtected(String loadBalancerName);
}
