package io.jenkins.plugins.amideploy.jenkins.tools;

import hudson.AbortException;
import hudson.FilePath;
import io.jenkins.plugins.amideploy.engine.DeclaredVariables;
import io.jenkins.plugins.amideploy.engine.OutsideVariables;
import io.jenkins.plugins.amideploy.jenkins.run.NamedFailure;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;

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

    /**
     * Asks the agent once.
     *
     * @param recipes whose configuration says what a variables file may give
     * @param outside names of the variables that the tools would inherit
     * @throws AbortException when the file gives a name that nothing heeds, or a variable outside of it what only Terraform would heed
     */
    static void requireKnown(ToolParameters parameters, String text, FilePath recipes, Set<String> outside)
            throws IOException, InterruptedException {
        DeclaredVariables declared = new DeclaredVariables(AgentFiles.texts(recipes.child("terraform"), "*.tf"));
        Optional<String> refusal = declared.refusal(parameters.variablesFile(), text)
                .or(() -> OutsideVariables.refusal(parameters.variablesFile(), text, outside));
        if (refusal.isPresent()) {
            throw NamedFailure.badInput(refusal.get(), "");
        }
    }
}
