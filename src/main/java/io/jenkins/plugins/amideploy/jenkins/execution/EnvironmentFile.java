package io.jenkins.plugins.amideploy.jenkins.execution;

import hudson.AbortException;
import hudson.FilePath;
import io.jenkins.plugins.amideploy.jenkins.run.NamedFailure;
import java.io.IOException;

/** The variables file of an environment, as it is in a step's directory on the agent. */
final class EnvironmentFile {
    private EnvironmentFile() {}

    /** @throws AbortException when there is none */
    static String read(FilePath workspace, ToolParameters parameters) throws IOException, InterruptedException {
        FilePath file = workspace.child(parameters.variablesFile());
        if (!file.exists()) {
            throw NamedFailure.badInput(
                    parameters.variablesFile() + " does not exist in " + workspace.getRemote(),
                    "copy environments/example.pkrvars.hcl to it, or name another environment");
        }
        return AgentFiles.text(file);
    }
}
