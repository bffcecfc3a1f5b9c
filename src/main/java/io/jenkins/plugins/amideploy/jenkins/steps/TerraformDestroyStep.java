package io.jenkins.plugins.amideploy.jenkins.steps;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Extension;
import hudson.Util;
import io.jenkins.plugins.amideploy.jenkins.tools.ApplyExecution;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/** {@code terraformDestroy}: takes away all that Terraform made for an environment. */
public final class TerraformDestroyStep extends StackStep {
    private String planSha256;

    @DataBoundConstructor
    public TerraformDestroyStep(String environment) {
        super(environment);
    }

    @CheckForNull
    public String getPlanSha256() {
        return planSha256;
    }

    @DataBoundSetter
    public void setPlanSha256(@CheckForNull String planSha256) {
        this.planSha256 = Util.fixEmptyAndTrim(planSha256);
    }

    @Override
    public StepExecution start(StepContext context) {
        return new ApplyExecution(context, parameters(), null, planSha256, true, isCreateStateBucket());
    }

    /** Descriptor. */
    @Extension
    public static final class DescriptorImpl extends EnvironmentStepDescriptor {
        public DescriptorImpl() {
            super("terraformDestroy", "Destroy the infrastructure of an environment");
        }
    }
}
