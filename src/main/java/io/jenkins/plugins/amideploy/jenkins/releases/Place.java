package io.jenkins.plugins.amideploy.jenkins.releases;

import io.jenkins.plugins.amideploy.jenkins.credentials.AwsAccess;
import java.util.Objects;

/**
 * Where the records of an environment's releases are, and which job writes them: all that a page needs to find them again. Plain values, no
 * secret. A class, since {@link Places} stores it with XStream, which makes no records.
 */
public final class Place {
    private final String app;
    private final String environment;
    private final String bucket;
    private final AwsAccess access;
    private final String job;

    /**
     * @param app application
     * @param environment name of the environment
     * @param bucket the state bucket
     * @param access how the build reached AWS, with region and endpoint as they were in force
     * @param job name of the job that deployed last, in its folder or in full: its folder is where this is kept
     */
    public Place(String app, String environment, String bucket, AwsAccess access, String job) {
        this.app = Objects.requireNonNull(app, "app");
        this.environment = Objects.requireNonNull(environment, "environment");
        this.bucket = Objects.requireNonNull(bucket, "bucket");
        this.access = Objects.requireNonNull(access, "access");
        this.job = job.substring(job.lastIndexOf('/') + 1);
    }

    public String app() {
        return app;
    }

    public String environment() {
        return environment;
    }

    public String bucket() {
        return bucket;
    }

    public AwsAccess access() {
        return access;
    }

    /** Name of the job in its folder, so that the folder may be renamed. */
    public String job() {
        return job;
    }

    boolean isOf(Place other) {
        return app.equals(other.app) && environment.equals(other.environment);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Place place
                && isOf(place)
                && bucket.equals(place.bucket)
                && access.equals(place.access)
                && job.equals(place.job);
    }

    @Override
    public int hashCode() {
        return Objects.hash(app, environment, bucket, access, job);
    }

    @Override
    public String toString() {
        return app + "-" + environment + " in " + bucket + " by " + job;
    }
}
