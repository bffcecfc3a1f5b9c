package io.jenkins.plugins.amideploy.jenkins.steps;

import hudson.Extension;
import hudson.Util;
import hudson.util.FormValidation;
import io.jenkins.plugins.amideploy.engine.AppId;
import io.jenkins.plugins.amideploy.jenkins.waits.LeftoversExecution;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/**
 * {@code removeLeftovers}: after {@code terraformDestroy}, removes the images that no other environment needs and what a bake
 * left, on demand also what Terraform made and does not know, and proves by tag that nothing else is left.
 */
public final class RemoveLeftoversStep extends AwsStep {
    private final String app;
    private final String environment;
    private boolean orphans;
    private String stateBucket;

    @DataBoundConstructor
    public RemoveLeftoversStep(String app, String environment) {
        this.app = Util.fixNull(app).trim();
        this.environment = Util.fixNull(environment).trim();
    }

    public String getApp() {
        return app;
    }

    public String getEnvironment() {
        return environment;
    }

    /** Whether parts of the stack that are still there are removed too; otherwise they fail the step. */
    public boolean isOrphans() {
        return orphans;
    }

    @DataBoundSetter
    public void setOrphans(boolean orphans) {
        this.orphans = orphans;
    }

    /** Bucket of the Terraform state, where runs say on which images they count; null: the account's default one. */
    public String getStateBucket() {
        return stateBucket;
    }

    @DataBoundSetter
    public void setStateBucket(String stateBucket) {
        this.stateBucket = Util.fixEmptyAndTrim(stateBucket);
    }

    @Override
    public StepExecution start(StepContext context) {
        return new LeftoversExecution(context, access(), app, environment, orphans, stateBucket);
    }

    /** Descriptor. */
    @Extension
    public static final class DescriptorImpl extends AwsStepDescriptor {
        public DescriptorImpl() {
            super(
                    "removeLeftovers",
                    "Remove images that no environment needs and leftovers, prove that nothing is left",
                    ANYWHERE,
                    "environment");
        }

        /** For the form; looks at the text alone. */
        @POST
        public FormValidation doCheckApp(@QueryParameter String value) {
            return name(value);
        }

        /** For the form; looks at the text alone. */
        @POST
        public FormValidation doCheckEnvironment(@QueryParameter String value) {
            return name(value);
        }

        private static FormValidation name(String value) {
            return Util.fixNull(value).contains("$")
                            || AppId.NAME.matcher(Util.fixNull(value)).matches()
                    ? FormValidation.ok()
                    : FormValidation.error("2 to 21 characters of a-z, 0-9 and -, starting with a letter");
        }
    }
}
