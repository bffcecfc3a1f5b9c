package io.jenkins.plugins.amideploy.jenkins.releases;

import hudson.model.Action;
import hudson.model.InvisibleAction;
import hudson.model.Queue;
import java.util.List;
import java.util.Objects;

/**
 * A release that was asked for on the Deployments page, on the build that shall bring it: a job need not declare parameters for that. The step
 * {@code findRelease} reads it. Persisted with the build.
 */
public final class AskedRelease extends InvisibleAction implements Queue.QueueAction {
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

    /** A build of the same job that waits already and was asked for something else is no reason not to queue this one. */
    @Override
    public boolean shouldSchedule(List<Action> actions) {
        return !actions.contains(this);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof AskedRelease asked
                && environment.equals(asked.environment)
                && sourceEnvironment.equals(asked.sourceEnvironment)
                && number == asked.number;
    }

    @Override
    public int hashCode() {
        return Objects.hash(environment, sourceEnvironment, number);
    }
}
