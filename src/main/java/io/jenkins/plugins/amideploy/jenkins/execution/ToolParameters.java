package io.jenkins.plugins.amideploy.jenkins.execution;

import hudson.EnvVars;
import io.jenkins.plugins.amideploy.jenkins.credentials.AwsAccess;
import java.io.Serializable;
import java.time.Duration;
import java.util.Optional;

/** What every tool step is told; persisted with the running step, so names and plain values only. */
public final class ToolParameters implements Serializable {
    private static final long serialVersionUID = 1L;

    private static final String UNKNOWN = "unknown";

    private final AwsAccess access;
    private final String environment;
    private final String variablesFile;
    private final String commit;
    private final String appVersion;
    private final int timeoutMinutes;

    /**
     * @param environment name of the environment
     * @param variablesFile path of its variables file, relative to the current directory; null for the usual place
     * @param commit null: {@code GIT_COMMIT}
     * @param appVersion null: the commit's first twelve characters
     * @param timeoutMinutes minutes after which the tool is asked to end
     */
    public ToolParameters(
            AwsAccess access,
            String environment,
            String variablesFile,
            String commit,
            String appVersion,
            int timeoutMinutes) {
        this.access = access;
        this.environment = environment;
        this.variablesFile = variablesFile;
        this.commit = commit;
        this.appVersion = appVersion;
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

    Duration timeout() {
        return Duration.ofMinutes(timeoutMinutes);
    }

    /** The commit given, else the one that Jenkins checked out. */
    String commit(EnvVars env) {
        return Optional.ofNullable(commit).orElseGet(() -> env.get("GIT_COMMIT", UNKNOWN));
    }

    /** The version given, else the abbreviated commit. */
    String appVersion(EnvVars env) {
        String full = commit(env);
        return Optional.ofNullable(appVersion)
                .orElse(full.length() > ABBREVIATED ? full.substring(0, ABBREVIATED) : full);
    }

    /** As many characters of a commit as Git shows in the largest repositories. */
    private static final int ABBREVIATED = 12;
}
