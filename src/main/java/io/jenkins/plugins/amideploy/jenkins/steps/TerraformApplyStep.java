package io.jenkins.plugins.amideploy.jenkins.steps;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Extension;
import hudson.Util;
import io.jenkins.plugins.amideploy.jenkins.tools.ApplyExecution;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/** {@code terraformApply}: brings the infrastructure into the planned shape and returns its outputs. */
public final class TerraformApplyStep extends StackStep {
    private String amiId;
    private String planSha256;

    @DataBoundConstructor
    public TerraformApplyStep(String environment) {
        super(environment);
    }

    @CheckForNull
    public String getAmiId() {
        return amiId;
    }

    @DataBoundSetter
    public void setAmiId(@CheckForNull String amiId) {
        this.amiId = Util.fixEmptyAndTrim(amiId);
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
        return new ApplyExecution(context, parameters(), amiId, planSha256, false, isCreateStateBucket());
    }

    /** Descriptor. */
    @Extension
    public static final class DescriptorImpl extends EnvironmentStepDescriptor {
        public DescriptorImpl() {
            super("terraformApply", "Apply the infrastructure of an environment");
        }
    }
}
