package io.jenkins.plugins.amideploy.jenkins.parameters;

import hudson.Extension;
import java.util.List;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;

/** {@code environmentChoice}: the name of an environment; its form offers those that exist, and takes a new one. */
public final class EnvironmentParameter extends OfferedParameter {
    private static final long serialVersionUID = 1L;

    @DataBoundConstructor
    public EnvironmentParameter(String name) {
        super(name);
    }

    /** For the form. */
    public List<String> getChoices() {
        return KnownReleases.environments();
    }

    @Override
    OfferedParameter named(String name) {
        return new EnvironmentParameter(name);
    }

    /** Descriptor. */
    @Extension
    @Symbol("environmentChoice")
    public static final class DescriptorImpl extends ParameterDescriptor {
        @Override
        public String getDisplayName() {
            return "Environment of an image deployment";
        }
    }
}
