package io.jenkins.plugins.amideploy.engine.rollout;

import io.jenkins.plugins.amideploy.engine.AwsFailure;

/** Port: looks at a group. The {@code aws} package implements it over the SDK, tests in memory. */
public interface GroupReader {
    /**
     * Reads everything anew, in as few calls as AWS allows.
     *
     * @return {@link GroupSnapshot#missing} when there is no such group
     * @throws AwsFailure when AWS does not answer as hoped
     */
    GroupSnapshot read(String groupName);

    /**
     * What an instance has written to its console so far, as far as AWS has it; empty when there is nothing. Asked once, when a
     * rollout fails.
     *
     * @throws AwsFailure when AWS does not answer as hoped
     */
    default String console(String instanceId) {
        return "";
    }
}
