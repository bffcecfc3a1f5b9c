package io.jenkins.plugins.amideploy.jenkins.config;

import hudson.Extension;
import hudson.Util;
import hudson.model.Describable;
import hudson.model.Descriptor;
import hudson.util.FormValidation;
import io.jenkins.plugins.amideploy.engine.TagRule;
import jenkins.model.Jenkins;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** One tag of {@link AmiDeployConfiguration#getTags()}. */
public final class Tag implements Describable<Tag> {
    private final String key;
    private final String value;

    @DataBoundConstructor
    public Tag(String key, String value) {
        this.key = Util.fixNull(key).trim();
        this.value = Util.fixNull(value).trim();
    }

    public String getKey() {
        return key;
    }

    public String getValue() {
        return value;
    }

    /** Descriptor. */
    @Extension
    public static final class DescriptorImpl extends Descriptor<Tag> {
        @Override
        public String getDisplayName() {
            return "Tag";
        }

        /** For the form. AWS keeps keys that begin with {@code aws:} to itself, we keep ours. */
        @POST
        public FormValidation doCheckKey(@QueryParameter String value) {
            Jenkins.get().checkPermission(Jenkins.ADMINISTER);
            String key = Util.fixNull(value).trim();
            if (key.isEmpty()) {
                return FormValidation.error("A tag needs a key");
            }
            return TagRule.ofKey(key).map(FormValidation::error).orElseGet(FormValidation::ok);
        }

        /** For the form. */
        @POST
        public FormValidation doCheckValue(@QueryParameter String value) {
            Jenkins.get().checkPermission(Jenkins.ADMINISTER);
            return TagRule.ofValue("value", Util.fixNull(value).trim())
                    .map(FormValidation::error)
                    .orElseGet(FormValidation::ok);
        }
    }
}
