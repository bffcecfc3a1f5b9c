package io.jenkins.plugins.amideploy.engine.image;

import io.jenkins.plugins.amideploy.engine.AppId;
import io.jenkins.plugins.amideploy.engine.BakeVariables;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;

/**
 * All that one bake is made from; plain values, the same whenever they are put together for the same bake.
 *
 * @param app application, and the environment that the bake was asked for: temporary resources are its
 * @param region where the image is to be
 * @param settings what the application's images are made from
 * @param variables what a bake heeds of the environment
 * @param fresh whether images that are there already are of no interest
 * @param commit commit of the application; empty for the one that the survey finds
 * @param appVersion version of the application as people call it; empty for the one that the survey finds
 * @param build id of the build that owns the bake's temporary resources
 * @param startedAt when the bake was asked for; part of the images' names
 * @param recipesDirectory absolute path of the recipes: packer, ansible, terraform in this repository's layout
 * @param applicationDirectory absolute path of the application
 * @param tasksFile absolute path of the application's own tasks; empty for none
 * @param workDirectory absolute path for what the bake makes on this machine
 */
public record BakeRequest(
        AppId app,
        String region,
        ImageSettings settings,
        BakeVariables variables,
        boolean fresh,
        String commit,
        String appVersion,
        String build,
        Instant startedAt,
        String recipesDirectory,
        String applicationDirectory,
        String tasksFile,
        String workDirectory) {

    /**
     * How long after its start a bake's temporary resources become leftovers. A bake takes minutes; three hours also cover
     * one on a slow mirror, and a nightly sweep still finds what an abort left.
     */
    static final Duration LIFETIME = Duration.ofHours(3);

    public BakeRequest {
        Objects.requireNonNull(app, "app");
        Objects.requireNonNull(region, "region");
        Objects.requireNonNull(settings, "settings");
        Objects.requireNonNull(variables, "variables");
        Objects.requireNonNull(commit, "commit");
        Objects.requireNonNull(appVersion, "appVersion");
        Objects.requireNonNull(build, "build");
        Objects.requireNonNull(startedAt, "startedAt");
        Objects.requireNonNull(recipesDirectory, "recipesDirectory");
        Objects.requireNonNull(applicationDirectory, "applicationDirectory");
        Objects.requireNonNull(tasksFile, "tasksFile");
        Objects.requireNonNull(workDirectory, "workDirectory");
    }

    /** After this what the bake made for its own time is a leftover. */
    public Instant expiresAt() {
        return startedAt.plus(LIFETIME).truncatedTo(ChronoUnit.SECONDS);
    }
}
