package io.jenkins.plugins.amideploy.jenkins.steps;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Extension;
import hudson.Util;
import io.jenkins.plugins.amideploy.jenkins.tools.BakeExecution;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/** {@code bakeAmi}: an image of the application, found by what it is made of, or made with Packer and Ansible. */
public final class BakeAmiStep extends EnvironmentStep {
    /** Two layers take 5 to 15 minutes each at most; an hour also covers a slow mirror. */
    public static final int DEFAULT_TIMEOUT_MINUTES = 60;

    private boolean fresh;
    private String applicationDirectory;
    private String imageFile;

    @DataBoundConstructor
    public BakeAmiStep(String environment) {
        super(environment, DEFAULT_TIMEOUT_MINUTES);
    }

    public boolean isFresh() {
        return fresh;
    }

    @DataBoundSetter
    public void setFresh(boolean fresh) {
        this.fresh = fresh;
    }

    @CheckForNull
    public String getApplicationDirectory() {
        return applicationDirectory;
    }

    @DataBoundSetter
    public void setApplicationDirectory(@CheckForNull String applicationDirectory) {
        this.applicationDirectory = Util.fixEmptyAndTrim(applicationDirectory);
    }

    @CheckForNull
    public String getImageFile() {
        return imageFile;
    }

    @DataBoundSetter
    public void setImageFile(@CheckForNull String imageFile) {
        this.imageFile = Util.fixEmptyAndTrim(imageFile);
    }

    @Override
    public StepExecution start(StepContext context) {
        return new BakeExecution(context, parameters(), fresh, applicationDirectory, imageFile);
    }

    /** Descriptor. */
    @Extension
    public static final class DescriptorImpl extends EnvironmentStepDescriptor {
        public DescriptorImpl() {
            super("bakeAmi", "Bake an AMI of the application");
        }
    }
}
