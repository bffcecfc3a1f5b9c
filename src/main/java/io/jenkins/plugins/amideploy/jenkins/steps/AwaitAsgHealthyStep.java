package io.jenkins.plugins.amideploy.jenkins.steps;

import hudson.Extension;
import io.jenkins.plugins.amideploy.jenkins.waits.AwaitExecution;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.kohsuke.stapler.DataBoundConstructor;

/** {@code awaitAsgHealthy}: waits until every instance of a group is proven healthy in the wanted version. */
public final class AwaitAsgHealthyStep extends GroupStep {
    @DataBoundConstructor
    public AwaitAsgHealthyStep(String asgName, String launchTemplateId, String launchTemplateVersion) {
        super(asgName, launchTemplateId, launchTemplateVersion);
    }

    @Override
    public StepExecution start(StepContext context) {
        return new AwaitExecution(context, access(), target());
    }

    /** Descriptor. */
    @Extension
    public static final class DescriptorImpl extends GroupStepDescriptor {
        public DescriptorImpl() {
            super("awaitAsgHealthy", "Wait until an Auto Scaling group is healthy in a version");
        }
    }
}
