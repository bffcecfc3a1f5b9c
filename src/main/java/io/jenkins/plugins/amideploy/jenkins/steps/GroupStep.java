package io.jenkins.plugins.amideploy.jenkins.steps;

import hudson.Util;
import hudson.util.FormValidation;
import io.jenkins.plugins.amideploy.jenkins.waits.WaitTarget;
import java.util.List;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** Parameters of the steps that wait for an Auto Scaling group. */
public abstract class GroupStep extends AwsStep {
    /** Minutes: what {@code HealthPolicy} recommends. */
    public static final int DEFAULT_TIMEOUT_MINUTES = 30;

    /** Seconds: what {@code HealthPolicy} recommends; slow health checks make it longer. */
    public static final int DEFAULT_STABILITY_SECONDS = 30;

    private final String asgName;
    private final String launchTemplateId;
    private final String launchTemplateVersion;
    private List<String> targetGroupArns = List.of();
    private int timeoutMinutes = DEFAULT_TIMEOUT_MINUTES;
    private int stabilitySeconds = DEFAULT_STABILITY_SECONDS;

    GroupStep(String asgName, String launchTemplateId, String launchTemplateVersion) {
        this.asgName = Util.fixNull(asgName).trim();
        this.launchTemplateId = Util.fixNull(launchTemplateId).trim();
        this.launchTemplateVersion = Util.fixNull(launchTemplateVersion).trim();
    }

    public String getAsgName() {
        return asgName;
    }

    public String getLaunchTemplateId() {
        return launchTemplateId;
    }

    public String getLaunchTemplateVersion() {
        return launchTemplateVersion;
    }

    public List<String> getTargetGroupArns() {
        return targetGroupArns;
    }

    /** For the form: with commas between them. */
    public String getTargetGroupArnsText() {
        return String.join(", ", targetGroupArns);
    }

    @DataBoundSetter
    public void setTargetGroupArns(List<String> targetGroupArns) {
        this.targetGroupArns = Lists.withoutBlanks(targetGroupArns);
    }

    public int getTimeoutMinutes() {
        return timeoutMinutes;
    }

    /** Minutes; what is not positive means the default. */
    @DataBoundSetter
    public void setTimeoutMinutes(int timeoutMinutes) {
        this.timeoutMinutes = timeoutMinutes > 0 ? timeoutMinutes : DEFAULT_TIMEOUT_MINUTES;
    }

    public int getStabilitySeconds() {
        return stabilitySeconds;
    }

    /** Seconds; what is negative means the default. */
    @DataBoundSetter
    public void setStabilitySeconds(int stabilitySeconds) {
        this.stabilitySeconds = stabilitySeconds >= 0 ? stabilitySeconds : DEFAULT_STABILITY_SECONDS;
    }

    final WaitTarget target() {
        return new WaitTarget(
                asgName, launchTemplateId, launchTemplateVersion, targetGroupArns, timeoutMinutes, stabilitySeconds);
    }

    /** Descriptor of such steps. */
    public abstract static class GroupStepDescriptor extends AwsStepDescriptor {
        GroupStepDescriptor(String functionName, String displayName) {
            super(functionName, displayName, ANYWHERE, "asgName");
        }

        /** For the form; looks at the text alone. */
        @POST
        public FormValidation doCheckAsgName(@QueryParameter String value) {
            return FormValidation.validateRequired(value);
        }

        /** For the form; looks at the text alone. */
        @POST
        public FormValidation doCheckLaunchTemplateId(@QueryParameter String value) {
            return Util.fixNull(value).matches("lt-[0-9a-f]+|.*\\$.*")
                    ? FormValidation.ok()
                    : FormValidation.error("The id of a launch template looks like lt-0123456789abcdef0");
        }

        /** For the form; looks at the text alone. */
        @POST
        public FormValidation doCheckLaunchTemplateVersion(@QueryParameter String value) {
            return Util.fixNull(value).matches("[1-9][0-9]*|\\$\\{.*")
                    ? FormValidation.ok()
                    : FormValidation.error("A number: $Latest and $Default prove nothing and cannot be rolled back to");
        }

        /** For the form; looks at the text alone. */
        @POST
        public FormValidation doCheckTimeoutMinutes(@QueryParameter String value) {
            return FormValidation.validatePositiveInteger(value);
        }

        /** For the form; looks at the text alone. */
        @POST
        public FormValidation doCheckStabilitySeconds(@QueryParameter String value) {
            return FormValidation.validateNonNegativeInteger(value);
        }
    }
}
