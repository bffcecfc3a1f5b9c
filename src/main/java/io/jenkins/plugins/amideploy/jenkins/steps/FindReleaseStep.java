package io.jenkins.plugins.amideploy.jenkins.steps;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Extension;
import hudson.Util;
import hudson.util.FormValidation;
import io.jenkins.plugins.amideploy.engine.AppId;
import io.jenkins.plugins.amideploy.jenkins.tools.FindExecution;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** {@code findRelease}: the release that is to be promoted or gone back to, if one is asked for; takes the environment in any case. */
public final class FindReleaseStep extends EnvironmentStep {
    /** A few calls to AWS, and patience where it does not answer at once. */
    public static final int DEFAULT_TIMEOUT_MINUTES = 5;

    private String from;
    private String rollbackTo;
    private boolean takeOver;

    @DataBoundConstructor
    public FindReleaseStep(String environment) {
        super(environment, DEFAULT_TIMEOUT_MINUTES);
    }

    /** Environment to promote from; null: none. */
    @CheckForNull
    public String getFrom() {
        return from;
    }

    @DataBoundSetter
    public void setFrom(@CheckForNull String from) {
        this.from = Util.fixEmptyAndTrim(from);
    }

    /** {@code previous} or a number; null: no rollback. */
    @CheckForNull
    public String getRollbackTo() {
        return rollbackTo;
    }

    @DataBoundSetter
    public void setRollbackTo(@CheckForNull String rollbackTo) {
        this.rollbackTo = Util.fixEmptyAndTrim(rollbackTo);
    }

    public boolean isTakeOver() {
        return takeOver;
    }

    @DataBoundSetter
    public void setTakeOver(boolean takeOver) {
        this.takeOver = takeOver;
    }

    @Override
    public StepExecution start(StepContext context) {
        return new FindExecution(context, parameters(), Util.fixNull(from), Util.fixNull(rollbackTo), takeOver);
    }

    /** Descriptor. */
    @Extension
    public static final class DescriptorImpl extends EnvironmentStepDescriptor {
        public DescriptorImpl() {
            super("findRelease", "Find the release to promote or to go back to");
        }

        /** For the form; looks at the text alone. */
        @POST
        public FormValidation doCheckFrom(@QueryParameter String value) {
            String text = Util.fixNull(value).trim();
            return text.isEmpty()
                            || text.contains("$")
                            || AppId.NAME.matcher(text).matches()
                    ? FormValidation.ok()
                    : FormValidation.error("The name of an environment: 2 to 21 characters of a-z, 0-9 and -");
        }

        /** For the form; looks at the text alone. */
        @POST
        public FormValidation doCheckRollbackTo(@QueryParameter String value) {
            String text = Util.fixNull(value).trim();
            return text.isEmpty() || text.contains("$") || text.matches("previous|([a-z][a-z0-9-]* )?[1-9]\\d{0,5}")
                    ? FormValidation.ok()
                    : FormValidation.error("previous, or the number of a release");
        }
    }
}
