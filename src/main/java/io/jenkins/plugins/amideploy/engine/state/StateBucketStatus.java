package io.jenkins.plugins.amideploy.engine.state;

import java.util.Objects;

/**
 * What a bucket is like.
 *
 * @param bucket its name
 * @param exists whether it is there
 * @param ours false when the name is taken by another account, or we may not look
 * @param region where it is; empty when it is not there or not ours
 * @param versioned versioning is enabled
 * @param encrypted a default encryption is set
 * @param publicAccessBlocked all four settings block
 * @param tlsOnly its policy refuses requests without TLS
 */
public record StateBucketStatus(
        String bucket,
        boolean exists,
        boolean ours,
        String region,
        boolean versioned,
        boolean encrypted,
        boolean publicAccessBlocked,
        boolean tlsOnly) {
    public StateBucketStatus {
        Objects.requireNonNull(bucket, "bucket");
        Objects.requireNonNull(region, "region");
    }

    public static StateBucketStatus missing(String bucket) {
        return new StateBucketStatus(bucket, false, true, "", false, false, false, false);
    }

    public static StateBucketStatus foreign(String bucket) {
        return new StateBucketStatus(bucket, true, false, "", false, false, false, false);
    }

    /**
     * The same, seen through an endpoint: one without TLS would be shut out by a policy that refuses requests without it, so
     * there that step counts as done.
     *
     * @param endpoint URL of the S3 endpoint; empty for AWS's own
     */
    public StateBucketStatus through(String endpoint) {
        boolean shutOut = endpoint.startsWith("http:");
        return new StateBucketStatus(
                bucket, exists, ours, region, versioned, encrypted, publicAccessBlocked, tlsOnly || shutOut);
    }

    /** Whether there is something that we may look into. */
    public boolean isReadable() {
        return exists && ours;
    }

    /** Whether a state may be put into it: there, ours, versioned, encrypted, private. */
    public boolean isSafe() {
        return exists && ours && versioned && encrypted && publicAccessBlocked;
    }
}
