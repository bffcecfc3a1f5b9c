package io.jenkins.plugins.amideploy.jenkins.steps;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Extension;
import hudson.Util;
import io.jenkins.plugins.amideploy.jenkins.tools.UnlockExecution;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/** {@code unlockState}: whose the lock of the state and the environment are; what a dead run left is freed. */
public final class UnlockStateStep extends EnvironmentStep {
    /** A few calls to AWS, and patience where it does not answer at once. */
    public static final int DEFAULT_TIMEOUT_MINUTES = 5;

    private String forceId;

    @DataBoundConstructor
    public UnlockStateStep(String environment) {
        super(environment, DEFAULT_TIMEOUT_MINUTES);
    }

    /** Id of what is freed though nobody can find out whether its owner lives; null: none. */
    @CheckForNull
    public String getForceId() {
        return forceId;
    }

    @DataBoundSetter
    public void setForceId(@CheckForNull String forceId) {
        this.forceId = Util.fixEmptyAndTrim(forceId);
    }

    @Override
    public StepExecution start(StepContext context) {
        return new UnlockExecution(context, parameters(), Util.fixNull(forceId));
    }

    /** Descriptor. */
    @Extension
    public static final class DescriptorImpl extends EnvironmentStepDescriptor {
        public DescriptorImpl() {
            super("unlockState", "Tell who holds the state, and free what a dead run left");
        }
    }
}
