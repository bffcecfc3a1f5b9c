package io.jenkins.plugins.amideploy.jenkins.steps;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Extension;
import hudson.FilePath;
import hudson.Util;
import hudson.model.TaskListener;
import io.jenkins.plugins.amideploy.jenkins.tools.RecipesExecution;
import java.util.Set;
import org.jenkinsci.plugins.workflow.steps.Step;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepDescriptor;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/** {@code deployRecipes}: the directory of the recipes on the agent, for whoever builds the tooling image from them. */
public final class DeployRecipesStep extends Step {
    private String recipes;

    @DataBoundConstructor
    public DeployRecipesStep() {
        // All that it takes is optional.
    }

    @CheckForNull
    public String getRecipes() {
        return recipes;
    }

    @DataBoundSetter
    public void setRecipes(@CheckForNull String recipes) {
        this.recipes = Util.fixEmptyAndTrim(recipes);
    }

    @Override
    public StepExecution start(StepContext context) {
        return new RecipesExecution(context, recipes);
    }

    /** Descriptor. */
    @Extension
    public static final class DescriptorImpl extends StepDescriptor {
        @Override
        public String getFunctionName() {
            return "deployRecipes";
        }

        @Override
        public String getDisplayName() {
            return "Bring the recipes of Packer, Ansible and Terraform to the agent";
        }

        @Override
        public Set<? extends Class<?>> getRequiredContext() {
            return Set.of(FilePath.class, TaskListener.class);
        }
    }
}
