package io.jenkins.plugins.amideploy.jenkins.parameters;

import hudson.Extension;
import io.jenkins.plugins.amideploy.jenkins.parameters.KnownReleases.Choice;
import java.util.List;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;

/** {@code releaseChoice}: a release to go back to, for {@code rollbackTo} of {@code findRelease}; its form offers those that were proven healthy. */
public final class ReleaseParameter extends OfferedParameter {
    private static final long serialVersionUID = 1L;

    @DataBoundConstructor
    public ReleaseParameter(String name) {
        super(name);
    }

    /** For the form. */
    public List<Choice> getChoices() {
        return KnownReleases.releases();
    }

    @Override
    OfferedParameter named(String name) {
        return new ReleaseParameter(name);
    }

    /** Descriptor. */
    @Extension
    @Symbol("releaseChoice")
    public static final class DescriptorImpl extends ParameterDescriptor {
        @Override
        public String getDisplayName() {
            return "Release of an image deployment to go back to";
        }
    }
}
