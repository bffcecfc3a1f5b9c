package io.jenkins.plugins.amideploy.aws;

import io.jenkins.plugins.amideploy.engine.AwsFailure;
import io.jenkins.plugins.amideploy.engine.StateLock;
import io.jenkins.plugins.amideploy.engine.state.StateBucketPort;
import io.jenkins.plugins.amideploy.engine.state.StateBucketStatus;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketLocationConstraint;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;
import software.amazon.awssdk.services.s3.model.CreateBucketConfiguration;
import software.amazon.awssdk.services.s3.model.PublicAccessBlockConfiguration;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;
import software.amazon.awssdk.services.s3.model.ServerSideEncryptionRule;

/** The state bucket over S3. */
final class S3StateBucket implements StateBucketPort {
    /** The one region that must not be named when a bucket is made there (S3 API reference, CreateBucket). */
    private static final String UNNAMED_REGION = "us-east-1";

    private static final ServerSideEncryptionRule SSE_S3 = ServerSideEncryptionRule.builder()
            .bucketKeyEnabled(true)
            .applyServerSideEncryptionByDefault(how -> how.sseAlgorithm(ServerSideEncryption.AES256))
            .build();

    private final S3Client s3;
    private final String region;

    S3StateBucket(S3Client s3, String region) {
        this.s3 = s3;
        this.region = region;
    }

    @Override
    public StateBucketStatus status(String bucket) {
        String where;
        try {
            where = AwsFailures.call(
                            "s3:GetBucketLocation", () -> s3.getBucketLocation(request -> request.bucket(bucket)))
                    .locationConstraintAsString();
        } catch (AwsFailure failure) {
            return switch (failure.kind()) {
                case NOT_FOUND -> StateBucketStatus.missing(bucket);
                case ACCESS_DENIED -> StateBucketStatus.foreign(bucket);
                default -> throw failure;
            };
        }
        return new StateBucketStatus(
                bucket,
                true,
                true,
                where == null || where.isEmpty() ? UNNAMED_REGION : where,
                versioned(bucket),
                present("s3:GetEncryptionConfiguration", () -> s3.getBucketEncryption(request -> request.bucket(bucket))
                        .serverSideEncryptionConfiguration()
                        .hasRules()),
                present(
                        "s3:GetBucketPublicAccessBlock",
                        () -> blocksAll(s3.getPublicAccessBlock(request -> request.bucket(bucket))
                                .publicAccessBlockConfiguration())),
                present("s3:GetBucketPolicy", () -> s3.getBucketPolicy(request -> request.bucket(bucket))
                        .policy()
                        .contains("aws:SecureTransport")));
    }

    private boolean versioned(String bucket) {
        return AwsFailures.call(
                                "s3:GetBucketVersioning",
                                () -> s3.getBucketVersioning(request -> request.bucket(bucket)))
                        .status()
                == BucketVersioningStatus.ENABLED;
    }

    private static boolean blocksAll(PublicAccessBlockConfiguration block) {
        return Boolean.TRUE.equals(block.blockPublicAcls())
                && Boolean.TRUE.equals(block.ignorePublicAcls())
                && Boolean.TRUE.equals(block.blockPublicPolicy())
                && Boolean.TRUE.equals(block.restrictPublicBuckets());
    }

    /** S3 answers "not found" where a setting was never made. */
    private static boolean present(String action, Supplier<Boolean> call) {
        try {
            return AwsFailures.call(action, call);
        } catch (AwsFailure failure) {
            if (failure.kind() == AwsFailure.Kind.NOT_FOUND) {
                return false;
            }
            throw failure;
        }
    }

    @Override
    public void create(String bucket) {
        AwsFailures.call(
                "s3:CreateBucket",
                () -> s3.createBucket(request -> {
                    request.bucket(bucket);
                    if (!region.equals(UNNAMED_REGION)) {
                        request.createBucketConfiguration(CreateBucketConfiguration.builder()
                                .locationConstraint(BucketLocationConstraint.fromValue(region))
                                .build());
                    }
                }));
    }

    @Override
    public void enableVersioning(String bucket) {
        AwsFailures.call(
                "s3:PutBucketVersioning",
                () -> s3.putBucketVersioning(request -> request.bucket(bucket)
                        .versioningConfiguration(state -> state.status(BucketVersioningStatus.ENABLED))));
    }

    @Override
    public void enableEncryption(String bucket) {
        AwsFailures.call(
                "s3:PutEncryptionConfiguration",
                () -> s3.putBucketEncryption(request -> request.bucket(bucket)
                        .serverSideEncryptionConfiguration(settings -> settings.rules(List.of(SSE_S3)))));
    }

    @Override
    public void blockPublicAccess(String bucket) {
        AwsFailures.call(
                "s3:PutBucketPublicAccessBlock",
                () -> s3.putPublicAccessBlock(request -> request.bucket(bucket)
                        .publicAccessBlockConfiguration(block -> block.blockPublicAcls(true)
                                .ignorePublicAcls(true)
                                .blockPublicPolicy(true)
                                .restrictPublicBuckets(true))));
    }

    @Override
    public void requireTls(String bucket) {
        String partition = region.startsWith("cn-") ? "aws-cn" : region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
        String arn = "arn:" + partition + ":s3:::" + bucket;
        String policy =
                """
                {"Version": "2012-10-17", "Statement": [{"Sid": "TlsOnly", "Effect": "Deny", "Principal": "*", "Action": "s3:*",
                 "Resource": ["%s", "%s/*"], "Condition": {"Bool": {"aws:SecureTransport": "false"}}}]}
                """
                        .formatted(arn, arn);
        AwsFailures.call(
                "s3:PutBucketPolicy",
                () -> s3.putBucketPolicy(request -> request.bucket(bucket).policy(policy)));
    }

    @Override
    public Optional<StateLock> lock(String bucket, String stateKey) {
        try {
            String json = AwsFailures.call(
                            "s3:GetObject",
                            () -> s3.getObjectAsBytes(
                                    request -> request.bucket(bucket).key(stateKey + ".tflock")))
                    .asUtf8String();
            return Optional.of(StateLock.ofObject(json));
        } catch (AwsFailure failure) {
            if (failure.kind() == AwsFailure.Kind.NOT_FOUND) {
                return Optional.empty();
            }
            throw failure;
        }
    }
}
