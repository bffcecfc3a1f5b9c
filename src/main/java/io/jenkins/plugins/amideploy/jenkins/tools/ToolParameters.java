package io.jenkins.plugins.amideploy.jenkins.tools;

import io.jenkins.plugins.amideploy.jenkins.credentials.AwsAccess;
import java.io.Serializable;
import java.time.Duration;
import java.util.Optional;

/** What every tool step is told; persisted with the running step, so names and plain values only. */
public final class ToolParameters implements Serializable {
    private static final long serialVersionUID = 1L;

    private final AwsAccess access;
    private final String environment;
    private final String variablesFile;
    private final String commit;
    private final String appVersion;

    /** Null in builds of versions that had none, too. */
    private final String recipes;

    private final int timeoutMinutes;

    /**
     * @param environment name of the environment
     * @param variablesFile path of its variables file, relative to the current directory; null for the usual place
     * @param commit null: the one that is found in the application, or in the image
     * @param appVersion null: the same
     * @param recipes directory of recipes, relative to the current directory; null for those of the plugin
     * @param timeoutMinutes minutes after which the tool is asked to end
     */
    public ToolParameters(
            AwsAccess access,
            String environment,
            String variablesFile,
            String commit,
            String appVersion,
            String recipes,
            int timeoutMinutes) {
        this.access = access;
        this.environment = environment;
        this.variablesFile = variablesFile;
        this.commit = commit;
        this.appVersion = appVersion;
        this.recipes = recipes;
        this.timeoutMinutes = timeoutMinutes;
    }

    AwsAccess access() {
        return access;
    }

    String environment() {
        return environment;
    }

    String variablesFile() {
        return variablesFile == null ? "environments/" + environment + ".pkrvars.hcl" : variablesFile;
    }

    /** Directory of recipes, relative to the current directory; null for those of the plugin. */
    String recipes() {
        return recipes;
    }

    Duration timeout() {
        return Duration.ofMinutes(timeoutMinutes);
    }

    /**
     * The commit given. The build's own, {@code GIT_COMMIT}, is not asked: a push that changes nothing of the image would roll
     * every instance.
     */
    Optional<String> commit() {
        return Optional.ofNullable(commit);
    }

    /** The version given. */
    Optional<String> appVersion() {
        return Optional.ofNullable(appVersion);
    }
}
