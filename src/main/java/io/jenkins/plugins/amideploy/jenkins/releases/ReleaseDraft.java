package io.jenkins.plugins.amideploy.jenkins.releases;

import hudson.EnvVars;
import io.jenkins.plugins.amideploy.engine.AppId;
import io.jenkins.plugins.amideploy.engine.Audience;
import io.jenkins.plugins.amideploy.engine.release.Begin.Kind;
import io.jenkins.plugins.amideploy.engine.release.Begin.Source;
import io.jenkins.plugins.amideploy.jenkins.credentials.AwsAccess;
import io.jenkins.plugins.amideploy.jenkins.credentials.AwsPorts;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What a step wants to begin.
 *
 * @param app application and environment
 * @param bucket the state bucket, which need not exist
 * @param access the step's, with the region of the environment
 * @param env variables of the surrounding blocks
 * @param ports to AWS, of the step
 * @param kind what sort of deployment
 * @param source the release whose image it takes; empty for a deployment
 * @param settings variables of Terraform that a rollback sets again; null for others
 * @param audience who is told of its end
 * @param force whether the environment is taken also from a run of which nobody knows whether it lives
 */
public record ReleaseDraft(
        AppId app,
        String bucket,
        AwsAccess access,
        EnvVars env,
        AwsPorts ports,
        Kind kind,
        Optional<Source> source,
        Map<String, String> settings,
        Audience audience,
        boolean force) {
    public ReleaseDraft {
        Objects.requireNonNull(app, "app");
        Objects.requireNonNull(bucket, "bucket");
        Objects.requireNonNull(access, "access");
        Objects.requireNonNull(env, "env");
        Objects.requireNonNull(ports, "ports");
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(audience, "audience");
    }

    /** A deployment of the application as it is. */
    public static ReleaseDraft deployment(
            AppId app, String bucket, AwsAccess access, EnvVars env, AwsPorts ports, Audience audience) {
        return new ReleaseDraft(
                app, bucket, access, env, ports, Kind.DEPLOYMENT, Optional.empty(), null, audience, false);
    }

    /** The same of another kind. */
    public ReleaseDraft of(Kind other, Source from, Map<String, String> again) {
        return new ReleaseDraft(app, bucket, access, env, ports, other, Optional.of(from), again, audience, force);
    }

    /** The same, taken over also where nobody knows. */
    public ReleaseDraft forced(boolean isForced) {
        return new ReleaseDraft(app, bucket, access, env, ports, kind, source, settings, audience, isForced);
    }
}
