package io.jenkins.plugins.amideploy.jenkins.steps;

import hudson.Extension;
import hudson.Util;
import hudson.util.FormValidation;
import io.jenkins.plugins.amideploy.engine.AppId;
import io.jenkins.plugins.amideploy.engine.release.History;
import io.jenkins.plugins.amideploy.jenkins.waits.PruneExecution;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/**
 * {@code pruneImages}: removes the application's images that no environment runs, can go back to or is about to deploy, with their snapshots.
 */
public final class PruneImagesStep extends AwsStep {
    private final String app;
    private int keep = History.DEFAULT_KEPT;
    private boolean dryRun;
    private String stateBucket;

    @DataBoundConstructor
    public PruneImagesStep(String app) {
        this.app = Util.fixNull(app).trim();
    }

    public String getApp() {
        return app;
    }

    /** For how many different images of its newest proven releases each environment can go back. */
    public int getKeep() {
        return keep;
    }

    /** What is not positive means the default. */
    @DataBoundSetter
    public void setKeep(int keep) {
        this.keep = keep > 0 ? keep : History.DEFAULT_KEPT;
    }

    /** Whether it only shows what would go. */
    public boolean isDryRun() {
        return dryRun;
    }

    @DataBoundSetter
    public void setDryRun(boolean dryRun) {
        this.dryRun = dryRun;
    }

    /** Bucket of the Terraform state, with the records of releases; null: the account's default one. */
    public String getStateBucket() {
        return stateBucket;
    }

    @DataBoundSetter
    public void setStateBucket(String stateBucket) {
        this.stateBucket = Util.fixEmptyAndTrim(stateBucket);
    }

    @Override
    public StepExecution start(StepContext context) {
        return new PruneExecution(context, access(), app, keep, dryRun, stateBucket);
    }

    /** Descriptor. */
    @Extension
    public static final class DescriptorImpl extends AwsStepDescriptor {
        public DescriptorImpl() {
            super("pruneImages", "Remove images that no environment runs or can go back to", ANYWHERE, "app");
        }

        /** For the form; looks at the text alone. */
        @POST
        public FormValidation doCheckApp(@QueryParameter String value) {
            return Util.fixNull(value).contains("$")
                            || AppId.NAME.matcher(Util.fixNull(value)).matches()
                    ? FormValidation.ok()
                    : FormValidation.error("2 to 21 characters of a-z, 0-9 and -, starting with a letter");
        }

        /** For the form; looks at the text alone. */
        @POST
        public FormValidation doCheckKeep(@QueryParameter String value) {
            return FormValidation.validatePositiveInteger(value);
        }
    }
}
