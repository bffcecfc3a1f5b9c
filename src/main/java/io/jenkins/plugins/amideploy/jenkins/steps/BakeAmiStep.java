package io.jenkins.plugins.amideploy.jenkins.steps;

import hudson.Extension;
import io.jenkins.plugins.amideploy.jenkins.execution.BakeExecution;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.kohsuke.stapler.DataBoundConstructor;

/** {@code bakeAmi}: makes an image of the application with Packer and Ansible. */
public final class BakeAmiStep extends EnvironmentStep {
    /** A bake takes 5 to 15 minutes; an hour also covers a slow mirror. */
    public static final int DEFAULT_TIMEOUT_MINUTES = 60;

    @DataBoundConstructor
    public BakeAmiStep(String environment) {
        super(environment, DEFAULT_TIMEOUT_MINUTES);
    }

    @Override
    public StepExecution start(StepContext context) {
        return new BakeExecution(context, parameters());
    }

    /** Descriptor. */
    @Extension
    public static final class DescriptorImpl extends EnvironmentStepDescriptor {
        public DescriptorImpl() {
            super("bakeAmi", "Bake an AMI of the application");
        }
    }
}
