package io.jenkins.plugins.amideploy.jenkins.releases;

import io.jenkins.plugins.amideploy.jenkins.credentials.AwsAccess;
import java.util.Objects;

/**
 * Where the records of an environment's releases are, and which job writes them: all that a page needs to find them again. Plain values, no
 * secret.
 *
 * @param app application
 * @param environment name of the environment
 * @param bucket the state bucket
 * @param access how the build reached AWS, with region and endpoint as they were in force
 * @param job full name of the job that deployed last
 */
public record Place(String app, String environment, String bucket, AwsAccess access, String job) {
    public Place {
        Objects.requireNonNull(app, "app");
        Objects.requireNonNull(environment, "environment");
        Objects.requireNonNull(bucket, "bucket");
        Objects.requireNonNull(access, "access");
        Objects.requireNonNull(job, "job");
    }
}
