package io.jenkins.plugins.amideploy.jenkins.tools;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.FilePath;
import io.jenkins.plugins.amideploy.jenkins.polling.PollingExecution;
import org.jenkinsci.plugins.workflow.steps.StepContext;

/** {@code deployRecipes} while it runs; persists the step's parameter. Begun again after a restart it finds what it unpacked before. */
public final class RecipesExecution extends PollingExecution {
    private static final long serialVersionUID = 1L;

    private final String recipes;

    /** @param recipes directory that has them, relative to the current one; null for the plugin's */
    public RecipesExecution(StepContext context, @CheckForNull String recipes) {
        super(context);
        this.recipes = recipes;
    }

    @Override
    public boolean start() {
        lookSoon();
        return false;
    }

    @Override
    protected boolean look() throws Exception {
        FilePath workspace = context().get(FilePath.class);
        if (workspace == null) {
            return false;
        }
        succeed(AgentRecipes.directory(workspace, recipes));
        return true;
    }

    @Override
    protected String subject() {
        return recipes == null ? "" : recipes;
    }

    @Override
    public String getStatus() {
        return "looking for the recipes";
    }
}
