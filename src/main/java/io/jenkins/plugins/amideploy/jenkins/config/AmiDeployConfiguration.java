package io.jenkins.plugins.amideploy.jenkins.config;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Extension;
import hudson.ExtensionList;
import hudson.Util;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.amideploy.jenkins.steps.AwsFields;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import jenkins.model.GlobalConfiguration;
import jenkins.model.Jenkins;
import net.sf.json.JSONObject;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.StaplerRequest2;
import org.kohsuke.stapler.verb.POST;

/**
 * Defaults for all steps of the controller: region, credentials, endpoint, tags and the budget of calls. Configuration as code knows it as {@code
 * unclassified: amiDeploy:}.
 */
@Extension
@Symbol("amiDeploy")
public final class AmiDeployConfiguration extends GlobalConfiguration {
    /**
     * Calls a second in each account and region. AWS publishes no number for Auto Scaling and Elastic Load Balancing; others in the account, the console among them, call the
     * same actions, and Describe calls are throttled from a few dozen a second on.
     */
    public static final int DEFAULT_CALLS_PER_SECOND = 10;

    private String region;
    private String credentialsId;
    private String endpoint;
    private List<Tag> tags = new ArrayList<>();

    /** 0: not said. */
    private int callsPerSecond;

    public AmiDeployConfiguration() {
        load();
    }

    public static AmiDeployConfiguration get() {
        return ExtensionList.lookupSingleton(AmiDeployConfiguration.class);
    }

    /** A form without tags has no such key, so that what is no longer there would stay. */
    @Override
    public boolean configure(StaplerRequest2 request, JSONObject form) throws FormException {
        tags = new ArrayList<>();
        return super.configure(request, form);
    }

    /** Region for steps that name none. */
    @CheckForNull
    public String getRegion() {
        return region;
    }

    @DataBoundSetter
    public void setRegion(@CheckForNull String region) {
        this.region = Util.fixEmptyAndTrim(region);
        save();
    }

    /** Id of AWS credentials for steps that name none. */
    @CheckForNull
    public String getCredentialsId() {
        return credentialsId;
    }

    @DataBoundSetter
    public void setCredentialsId(@CheckForNull String credentialsId) {
        this.credentialsId = Util.fixEmptyAndTrim(credentialsId);
        save();
    }

    /** URL that answers in place of AWS's own endpoints; null on AWS. */
    @CheckForNull
    public String getEndpoint() {
        return endpoint;
    }

    @DataBoundSetter
    public void setEndpoint(@CheckForNull String endpoint) {
        this.endpoint = Util.fixEmptyAndTrim(endpoint);
        save();
    }

    /** How many calls a second the waits of this controller may make in each account and region. */
    public int getCallsPerSecond() {
        return callsPerSecond > 0 ? callsPerSecond : DEFAULT_CALLS_PER_SECOND;
    }

    /** @param callsPerSecond 0 or less: the default */
    @DataBoundSetter
    public void setCallsPerSecond(int callsPerSecond) {
        this.callsPerSecond = callsPerSecond;
        save();
    }

    /** Tags that everything gets beside ours, for example a cost centre. */
    public List<Tag> getTags() {
        return List.copyOf(tags);
    }

    @DataBoundSetter
    public void setTags(@CheckForNull List<Tag> tags) {
        this.tags = new ArrayList<>(Util.fixNull(tags));
        save();
    }

    /** The same tags by key; a later one replaces an earlier one of the same key. */
    public Map<String, String> tagMap() {
        Map<String, String> map = new LinkedHashMap<>();
        tags.forEach(tag -> map.put(tag.getKey(), tag.getValue()));
        return map;
    }

    /** For the form. */
    @POST
    public ListBoxModel doFillCredentialsIdItems(@QueryParameter String credentialsId) {
        return AwsFields.credentials(null, credentialsId);
    }

    /** For the form. */
    @POST
    public FormValidation doCheckRegion(@QueryParameter String value) {
        Jenkins.get().checkPermission(Jenkins.ADMINISTER);
        return AwsFields.region(value);
    }

    /** For the form. */
    @POST
    public FormValidation doCheckEndpoint(@QueryParameter String value) {
        Jenkins.get().checkPermission(Jenkins.ADMINISTER);
        return AwsFields.endpoint(value);
    }

    /** For the form. */
    @POST
    public FormValidation doCheckCallsPerSecond(@QueryParameter String value) {
        Jenkins.get().checkPermission(Jenkins.ADMINISTER);
        try {
            return Integer.parseInt(value) > 0
                    ? FormValidation.ok()
                    : FormValidation.error("more than 0: without calls nothing is looked at");
        } catch (NumberFormatException notANumber) {
            return FormValidation.error("calls a second, for example 10");
        }
    }
}
