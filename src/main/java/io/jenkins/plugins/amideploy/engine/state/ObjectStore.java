package io.jenkins.plugins.amideploy.engine.state;

import io.jenkins.plugins.amideploy.engine.AwsFailure;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Port: small texts in the state bucket, for {@link ImageClaims} and the records of releases. The {@code aws} package implements it over S3, tests in memory.
 * Where the bucket does not exist, reading finds nothing and writing throws NOT_FOUND. Every method throws {@link AwsFailure}.
 */
public interface ObjectStore {
    /**
     * A text with its version.
     *
     * @param version changes with every write; S3's ETag
     */
    record Stored(String text, String version) {
        public Stored {
            Objects.requireNonNull(text, "text");
            Objects.requireNonNull(version, "version");
        }
    }

    /** All keys that begin with {@code prefix}. What was written before this is called is among them. */
    List<String> list(String prefix);

    /**
     * Names of what is directly below a directory, as if keys were paths: of the keys that begin with {@code directory}, which ends with a slash,
     * the part up to the next slash.
     */
    List<String> directories(String directory);

    Optional<Stored> read(String key);

    /** Writes whatever was there before. */
    void write(String key, String text);

    /** Writes if nothing is there; of several callers at once, one gets true. */
    boolean create(String key, String text);

    /** Writes if {@code version} is still there; of several callers at once, one gets true. */
    boolean replace(String key, String text, String version);

    /** Deletes it; that nothing is there is as good. */
    void delete(String key);

    /** Deletes it if {@code version} is still there; false where it is another, or gone. */
    boolean delete(String key, String version);
}
