package io.jenkins.plugins.amideploy.engine.state;

import io.jenkins.plugins.amideploy.engine.AwsFailure;
import io.jenkins.plugins.amideploy.engine.StateLock;
import java.util.Optional;

/** Port: the state bucket. The {@code aws} package implements it over S3, tests in memory. Every method throws {@link AwsFailure}. */
public interface StateBucketPort {
    /** What the bucket is like; {@link StateBucketStatus#missing} when there is none. */
    StateBucketStatus status(String bucket);

    /** Makes the bucket in the client's region, owned by the account. */
    void create(String bucket);

    /** Turns versioning on. */
    void enableVersioning(String bucket);

    /** Sets encryption with S3 managed keys (SSE-S3) as default. */
    void enableEncryption(String bucket);

    /** Blocks all four kinds of public access. */
    void blockPublicAccess(String bucket);

    /** Adds the policy that refuses requests without TLS. */
    void requireTls(String bucket);

    /** The lock object of a state, present while somebody holds it. */
    Optional<StateLock> lock(String bucket, String stateKey);
}
