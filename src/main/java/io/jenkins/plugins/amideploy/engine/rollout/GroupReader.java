package io.jenkins.plugins.amideploy.engine.rollout;

import io.jenkins.plugins.amideploy.engine.AwsFailure;
import io.jenkins.plugins.amideploy.engine.diagnosis.EvidenceReader;

/** Port: looks at a group. The {@code aws} package implements it over the SDK, tests in memory. */
public interface GroupReader {
    /**
     * Reads everything anew, in as few calls as AWS allows.
     *
     * @return {@link GroupSnapshot#missing} when there is no such group
     * @throws AwsFailure when AWS does not answer as hoped
     */
    GroupSnapshot read(String groupName);

    /** Reads what explains a failure. */
    default EvidenceReader evidence() {
        return EvidenceReader.NONE;
    }
}
