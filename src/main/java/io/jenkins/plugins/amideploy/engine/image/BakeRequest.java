package io.jenkins.plugins.amideploy.engine.image;

import io.jenkins.plugins.amideploy.engine.AppId;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * All that one bake is made from; plain values, so that it can be stored while the bake runs.
 *
 * @param app application and environment
 * @param commit commit of the application
 * @param appVersion version of the application as people call it
 * @param build id of the build that owns the bake's temporary resources
 * @param startedAt when the bake was asked for; part of the image's name
 * @param directory absolute path of the checkout
 * @param templateDirectory Packer's directory within the checkout
 * @param variablesFile absolute path of the environment's variables file
 * @param workDirectory absolute path for what the bake makes on this machine
 */
public record BakeRequest(
        AppId app,
        String commit,
        String appVersion,
        String build,
        Instant startedAt,
        String directory,
        String templateDirectory,
        String variablesFile,
        String workDirectory) {

    /**
     * How long after its start a bake's temporary resources become leftovers. A bake takes minutes; three hours also cover
     * one on a slow mirror, and a nightly sweep still finds what an abort left.
     */
    public static final Duration LIFETIME = Duration.ofHours(3);

    public BakeRequest {
        Objects.requireNonNull(app, "app");
        Objects.requireNonNull(commit, "commit");
        Objects.requireNonNull(appVersion, "appVersion");
        Objects.requireNonNull(build, "build");
        Objects.requireNonNull(startedAt, "startedAt");
        Objects.requireNonNull(directory, "directory");
        Objects.requireNonNull(templateDirectory, "templateDirectory");
        Objects.requireNonNull(variablesFile, "variablesFile");
        Objects.requireNonNull(workDirectory, "workDirectory");
    }

    /** The name that the image will have. */
    public String imageName() {
        return ImageName.of(app, startedAt, commit);
    }

    /** Where Packer writes its manifest: a file of this run alone, since Packer appends to one that is there. */
    public String manifestPath() {
        return workDirectory + "/manifest-" + imageName() + ".json";
    }

    /** The template's variables that this run determines, in the order in which they are given. */
    public Map<String, String> runVariables() {
        Map<String, String> variables = new LinkedHashMap<>();
        variables.put("commit", commit);
        variables.put("app_version", appVersion);
        variables.put("build", build);
        variables.put(
                "expires_at",
                startedAt
                        .plus(LIFETIME)
                        .truncatedTo(java.time.temporal.ChronoUnit.SECONDS)
                        .toString());
        variables.put("image_name", imageName());
        variables.put("manifest_path", manifestPath());
        variables.put("work_dir", workDirectory);
        variables.put("webapp_dir", directory + "/webapp");
        return variables;
    }
}
