package io.jenkins.plugins.amideploy.aws;

import io.jenkins.plugins.amideploy.engine.AwsFailure;
import io.jenkins.plugins.amideploy.engine.state.ObjectStore;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import software.amazon.awssdk.core.ResponseBytes;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Object;

/** Small texts in one bucket, with S3's conditional writes (S3 user guide, "How to prevent object overwrites with conditional writes", "How to perform conditional deletes"). */
final class S3ObjectStore implements ObjectStore {
    /** The condition does not hold, or another conditional write of the same key is just being made. */
    private static final Set<String> LOST = Set.of("PreconditionFailed", "ConditionalRequestConflict");

    private static final String NO_BUCKET = "NoSuchBucket";

    private final S3Client s3;
    private final String bucket;

    S3ObjectStore(S3Client s3, String bucket) {
        this.s3 = s3;
        this.bucket = bucket;
    }

    @Override
    public List<String> list(String prefix) {
        return found(
                        "s3:ListBucket",
                        () ->
                                s3
                                        .listObjectsV2Paginator(request ->
                                                request.bucket(bucket).prefix(prefix))
                                        .contents()
                                        .stream()
                                        .map(S3Object::key)
                                        .toList())
                .orElse(List.of());
    }

    @Override
    public List<String> directories(String directory) {
        return found("s3:ListBucket", () -> s3
                        .listObjectsV2Paginator(request ->
                                request.bucket(bucket).prefix(directory).delimiter("/"))
                        .commonPrefixes()
                        .stream()
                        .map(common -> common.prefix()
                                .substring(directory.length(), common.prefix().length() - 1))
                        .toList())
                .orElse(List.of());
    }

    @Override
    public Optional<Stored> read(String key) {
        Optional<ResponseBytes<GetObjectResponse>> answer = found(
                "s3:GetObject",
                () -> s3.getObjectAsBytes(request -> request.bucket(bucket).key(key)));
        return answer.map(
                bytes -> new Stored(bytes.asUtf8String(), bytes.response().eTag()));
    }

    @Override
    public void write(String key, String text) {
        put(key, text, request -> {});
    }

    @Override
    public boolean create(String key, String text) {
        return won(() -> put(key, text, request -> request.ifNoneMatch("*")));
    }

    @Override
    public boolean replace(String key, String text, String version) {
        return won(() -> put(key, text, request -> request.ifMatch(version)));
    }

    @Override
    public void delete(String key) {
        found(
                "s3:DeleteObject",
                () -> s3.deleteObject(request -> request.bucket(bucket).key(key)));
    }

    @Override
    public boolean delete(String key, String version) {
        return won(() -> AwsFailures.call(
                "s3:DeleteObject",
                () -> s3.deleteObject(request -> request.bucket(bucket).key(key).ifMatch(version))));
    }

    private void put(String key, String text, Consumer<PutObjectRequest.Builder> condition) {
        AwsFailures.call(
                "s3:PutObject",
                () -> s3.putObject(
                        request -> {
                            request.bucket(bucket).key(key).contentType("application/json");
                            condition.accept(request);
                        },
                        RequestBody.fromString(text)));
    }

    /** What was to be replaced may be gone, too: S3 says so with NoSuchKey. */
    private static boolean won(Runnable write) {
        try {
            write.run();
            return true;
        } catch (AwsFailure failure) {
            boolean gone = failure.kind() == AwsFailure.Kind.NOT_FOUND
                    && !failure.code().equals(NO_BUCKET);
            if (gone || LOST.contains(failure.code())) {
                return false;
            }
            throw failure;
        }
    }

    private static <T> Optional<T> found(String action, Supplier<T> call) {
        try {
            return Optional.of(AwsFailures.call(action, call));
        } catch (AwsFailure failure) {
            if (failure.kind() == AwsFailure.Kind.NOT_FOUND) {
                return Optional.empty();
            }
            throw failure;
        }
    }
}
