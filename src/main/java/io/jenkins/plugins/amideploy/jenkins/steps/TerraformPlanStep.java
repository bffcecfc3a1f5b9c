package io.jenkins.plugins.amideploy.jenkins.steps;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Extension;
import hudson.Util;
import io.jenkins.plugins.amideploy.jenkins.tools.PlanExecution;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/** {@code terraformPlan}: what Terraform would do, saved so that exactly that can be applied. */
public final class TerraformPlanStep extends StackStep {
    private String amiId;
    private boolean destroy;

    @DataBoundConstructor
    public TerraformPlanStep(String environment) {
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

    public boolean isDestroy() {
        return destroy;
    }

    @DataBoundSetter
    public void setDestroy(boolean destroy) {
        this.destroy = destroy;
    }

    @Override
    public StepExecution start(StepContext context) {
        return new PlanExecution(context, parameters(), amiId, destroy, isCreateStateBucket());
    }

    /** Descriptor. */
    @Extension
    public static final class DescriptorImpl extends EnvironmentStepDescriptor {
        public DescriptorImpl() {
            super("terraformPlan", "Plan the infrastructure of an environment");
        }
    }
}
