package io.jenkins.plugins.amideploy.jenkins.steps;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Extension;
import hudson.Util;
import io.jenkins.plugins.amideploy.jenkins.tools.PushExecution;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/** {@code pushState}: writes the state that an apply could not write. */
public final class PushStateStep extends EnvironmentStep {
    /** Terraform's init and one object in S3. */
    public static final int DEFAULT_TIMEOUT_MINUTES = 10;

    private String file;

    @DataBoundConstructor
    public PushStateStep(String environment) {
        super(environment, DEFAULT_TIMEOUT_MINUTES);
    }

    /** The state, relative to the current directory; null: the one that an apply left. */
    @CheckForNull
    public String getFile() {
        return file;
    }

    @DataBoundSetter
    public void setFile(@CheckForNull String file) {
        this.file = Util.fixEmptyAndTrim(file);
    }

    @Override
    public StepExecution start(StepContext context) {
        return new PushExecution(context, parameters(), file);
    }

    /** Descriptor. */
    @Extension
    public static final class DescriptorImpl extends EnvironmentStepDescriptor {
        public DescriptorImpl() {
            super("pushState", "Write the state that an apply could not write");
        }
    }
}
