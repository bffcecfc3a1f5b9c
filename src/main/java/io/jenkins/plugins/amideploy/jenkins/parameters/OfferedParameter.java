package io.jenkins.plugins.amideploy.jenkins.parameters;

import hudson.Util;
import hudson.model.ParameterDefinition;
import hudson.model.ParameterValue;
import hudson.model.SimpleParameterDefinition;
import hudson.model.StringParameterValue;
import net.sf.json.JSONObject;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.StaplerRequest2;

/**
 * A text parameter whose form offers what is known of the folder's deployments. A build gets a plain text: scripts may give any, and the step that
 * reads it judges it.
 */
public abstract class OfferedParameter extends SimpleParameterDefinition {
    private static final long serialVersionUID = 1L;

    private String defaultValue = "";

    OfferedParameter(String name) {
        super(name);
    }

    /** What a build gets that is given nothing. */
    public final String getDefaultValue() {
        return defaultValue;
    }

    @DataBoundSetter
    public final void setDefaultValue(String defaultValue) {
        this.defaultValue = Util.fixNull(defaultValue).trim();
    }

    @Override
    public final StringParameterValue getDefaultParameterValue() {
        return value(defaultValue);
    }

    /** Nothing means the default. */
    @Override
    public final ParameterValue createValue(String value) {
        String text = Util.fixNull(value).trim();
        return value(text.isEmpty() ? defaultValue : text);
    }

    @Override
    public final ParameterValue createValue(StaplerRequest2 request, JSONObject form) {
        return createValue(form.optString("value"));
    }

    @Override
    public final ParameterDefinition copyWithDefaultValue(ParameterValue value) {
        OfferedParameter copy = named(getName());
        copy.setDescription(getDescription());
        copy.setDefaultValue(value instanceof StringParameterValue text ? text.getValue() : defaultValue);
        return copy;
    }

    abstract OfferedParameter named(String name);

    private StringParameterValue value(String text) {
        return new StringParameterValue(getName(), text, getDescription());
    }
}
