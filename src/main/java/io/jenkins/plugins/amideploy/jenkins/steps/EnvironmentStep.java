package io.jenkins.plugins.amideploy.jenkins.steps;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Util;
import hudson.util.FormValidation;
import io.jenkins.plugins.amideploy.engine.AppId;
import io.jenkins.plugins.amideploy.jenkins.tools.ToolParameters;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** Parameters of the steps that run a tool for an environment. */
public abstract class EnvironmentStep extends AwsStep {
    private final String environment;
    private final int defaultTimeoutMinutes;
    private String variablesFile;
    private String commit;
    private String appVersion;
    private String recipes;
    private int timeoutMinutes;

    EnvironmentStep(String environment, int defaultTimeoutMinutes) {
        this.environment = Util.fixNull(environment).trim();
        this.defaultTimeoutMinutes = defaultTimeoutMinutes;
        this.timeoutMinutes = defaultTimeoutMinutes;
    }

    public String getEnvironment() {
        return environment;
    }

    @CheckForNull
    public String getVariablesFile() {
        return variablesFile;
    }

    @DataBoundSetter
    public void setVariablesFile(@CheckForNull String variablesFile) {
        this.variablesFile = Util.fixEmptyAndTrim(variablesFile);
    }

    @CheckForNull
    public String getCommit() {
        return commit;
    }

    @DataBoundSetter
    public void setCommit(@CheckForNull String commit) {
        this.commit = Util.fixEmptyAndTrim(commit);
    }

    @CheckForNull
    public String getAppVersion() {
        return appVersion;
    }

    @DataBoundSetter
    public void setAppVersion(@CheckForNull String appVersion) {
        this.appVersion = Util.fixEmptyAndTrim(appVersion);
    }

    /** Directory of recipes; null for those of the plugin. */
    @CheckForNull
    public String getRecipes() {
        return recipes;
    }

    @DataBoundSetter
    public void setRecipes(@CheckForNull String recipes) {
        this.recipes = Util.fixEmptyAndTrim(recipes);
    }

    public int getTimeoutMinutes() {
        return timeoutMinutes;
    }

    /** Minutes; what is not positive means the default. */
    @DataBoundSetter
    public void setTimeoutMinutes(int timeoutMinutes) {
        this.timeoutMinutes = timeoutMinutes > 0 ? timeoutMinutes : defaultTimeoutMinutes;
    }

    final ToolParameters parameters() {
        return new ToolParameters(access(), environment, variablesFile, commit, appVersion, recipes, timeoutMinutes);
    }

    /** Descriptor of such steps. */
    public abstract static class EnvironmentStepDescriptor extends AwsStepDescriptor {
        EnvironmentStepDescriptor(String functionName, String displayName) {
            super(functionName, displayName, ON_AN_AGENT, "environment");
        }

        /** For the form; looks at the text alone. */
        @POST
        public FormValidation doCheckEnvironment(@QueryParameter String value) {
            return Util.fixNull(value).contains("$")
                            || AppId.NAME.matcher(Util.fixNull(value)).matches()
                    ? FormValidation.ok()
                    : FormValidation.error("2 to 21 characters of a-z, 0-9 and -, starting with a letter");
        }

        /** For the form; looks at the text alone. */
        @POST
        public FormValidation doCheckTimeoutMinutes(@QueryParameter String value) {
            return FormValidation.validatePositiveInteger(value);
        }
    }
}
