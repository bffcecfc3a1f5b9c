package io.jenkins.plugins.amideploy.jenkins.releases;

import hudson.model.InvisibleAction;
import java.util.Objects;

/**
 * A release that was asked for on the Deployments page, on the build that shall bring it: a job need not declare parameters for that. The step
 * {@code findRelease} reads it. Persisted with the build.
 */
public final class AskedRelease extends InvisibleAction {
    private final String environment;
    private final String sourceEnvironment;
    private final int number;

    /**
     * @param environment which environment gets it
     * @param sourceEnvironment whose release it is: the same for a rollback, another for a promotion
     * @param number of that release
     */
    public AskedRelease(String environment, String sourceEnvironment, int number) {
        this.environment = Objects.requireNonNull(environment, "environment");
        this.sourceEnvironment = Objects.requireNonNull(sourceEnvironment, "sourceEnvironment");
        this.number = number;
    }

    public String getEnvironment() {
        return environment;
    }

    public String getSourceEnvironment() {
        return sourceEnvironment;
    }

    public int getNumber() {
        return number;
    }

    public boolean isRollback() {
        return environment.equals(sourceEnvironment);
    }
}
