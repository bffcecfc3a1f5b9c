package io.jenkins.plugins.amideploy.jenkins.tools;

import hudson.FilePath;
import hudson.model.Run;
import java.io.IOException;
import java.io.Serializable;
import org.jenkinsci.plugins.workflow.FilePathUtils;
import org.jenkinsci.plugins.workflow.graph.FlowNode;
import org.jenkinsci.plugins.workflow.steps.StepContext;

/**
 * Where a step with tools works: which directory of which agent, with which recipes and variables. Found out once, so that a restart or a changed checkout
 * moves nothing under a running tool. Persisted with {@link ToolExecution}.
 */
final class ToolPlace implements Serializable {
    private static final long serialVersionUID = 1L;

    private final String node;
    private final String remote;
    private String variablesText;

    /** Absolute, on the agent; null until it is known. */
    private String recipesDirectory;

    ToolPlace(FilePath workspace) {
        node = FilePathUtils.getNodeName(workspace);
        remote = workspace.getRemote();
    }

    /** Name of the agent. */
    String node() {
        return node;
    }

    /** The directory; null while the agent is away. */
    FilePath find() {
        return AgentWorkplace.find(node, remote);
    }

    /** What the variables file said at the first look. */
    String variables(FilePath workspace, ToolParameters parameters) throws IOException, InterruptedException {
        if (variablesText == null) {
            variablesText = EnvironmentFile.read(workspace, parameters);
        }
        return variablesText;
    }

    /** Where the recipes are on the agent, absolute; null until they were looked for. */
    String recipesDirectory() {
        return recipesDirectory;
    }

    /** Looks for the recipes, or unpacks them. @return whether that is news to be stored */
    boolean findRecipes(FilePath workspace, ToolParameters parameters) throws IOException, InterruptedException {
        boolean news = recipesDirectory == null;
        if (news) {
            recipesDirectory = AgentRecipes.directory(workspace, parameters.recipes());
        }
        return news;
    }

    /** Name of the step's temporary directory: the same after a restart, another one for every call of a step in every build. */
    static String directoryName(Run<?, ?> run, StepContext context) throws IOException, InterruptedException {
        String call = run.getExternalizableId() + " " + run.getStartTimeInMillis() + " "
                + context.get(FlowNode.class).getId();
        return "ami-deploy-" + hudson.Util.getDigestOf(call).substring(0, 12);
    }
}
