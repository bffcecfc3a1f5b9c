package io.jenkins.plugins.amideploy.jenkins.tools;

import hudson.AbortException;
import hudson.EnvVars;
import hudson.FilePath;
import hudson.model.Run;
import hudson.model.TaskListener;
import io.jenkins.plugins.amideploy.engine.ShapeVariables;
import io.jenkins.plugins.amideploy.engine.Variables;
import io.jenkins.plugins.amideploy.engine.stack.Backend;
import io.jenkins.plugins.amideploy.engine.stack.StackRequest;
import io.jenkins.plugins.amideploy.jenkins.credentials.AwsPorts;
import io.jenkins.plugins.amideploy.jenkins.releases.BuildOwner;
import io.jenkins.plugins.amideploy.jenkins.run.NamedFailure;
import io.jenkins.plugins.amideploy.jenkins.run.ReleaseAction;
import io.jenkins.plugins.amideploy.jenkins.run.ReleaseFact;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import org.jenkinsci.plugins.workflow.steps.StepContext;

/**
 * What an operation is made from: the checkout on the agent and the build.
 *
 * @param parameters the step's
 * @param workspace the directory of the step
 * @param variables what the environment's variables file says
 * @param settings what it says of new instances, which a rollback sets again; see {@link ShapeVariables#settings}
 * @param run the build
 * @param env variables of the surrounding blocks
 * @param startedAt when the step began, also before a restart
 * @param ports to AWS, from the controller
 * @param listener the build's log
 */
record ToolWork(
        ToolParameters parameters,
        FilePath workspace,
        Variables variables,
        Map<String, String> settings,
        Run<?, ?> run,
        EnvVars env,
        Instant startedAt,
        AwsPorts ports,
        TaskListener listener) {

    /**
     * Puts it together; asks nobody.
     *
     * @param text of the variables file
     * @param known ports of an earlier call; null: new ones
     * @throws AbortException when the file and the step's parameters are not of one environment
     */
    static ToolWork of(
            StepContext context,
            ToolParameters parameters,
            FilePath workspace,
            String text,
            Instant startedAt,
            AwsPorts known,
            TaskListener listener)
            throws IOException, InterruptedException {
        Variables variables = parse(parameters, text);
        Map<String, String> settings = settings(parameters, text);
        EnvVars env = context.get(EnvVars.class);
        Run<?, ?> run = context.get(Run.class);
        AwsPorts ports = known != null
                ? known
                : new AwsPorts(parameters.access().inRegion(variables.region()), run, env, Clock.systemUTC());
        return new ToolWork(parameters, workspace, variables, settings, run, env, startedAt, ports, listener);
    }

    /** Owner of what is made: the job and the build's number, as tags and file names allow them. */
    String build() {
        return BuildOwner.id(run);
    }

    /** Keeps a fact about the stack on the build's page. */
    void record(ReleaseFact.Kind kind, String value) throws IOException {
        ReleaseAction.record(run, new ReleaseFact(variables.app().stackName(), kind, value));
    }

    /** Absolute path of the variables file. */
    String variablesFile() {
        return path(parameters.variablesFile());
    }

    /** A path below the step's directory, absolute. */
    String path(String relative) {
        return workspace.child(relative).getRemote();
    }

    /** Where all goes that is made for the environment on the agent. */
    String workDirectory() {
        return path(workDirectory(variables));
    }

    static String workDirectory(Variables variables) {
        return ".work/" + variables.app().app() + "/" + variables.app().environment();
    }

    /**
     * What Terraform is asked with.
     *
     * @param recipesDirectory absolute
     */
    StackRequest stack(String recipesDirectory, Backend backend, Map<String, String> runVariables) {
        return new StackRequest(
                path(recipesDirectory + "/terraform"),
                variablesFile(),
                workDirectory() + "/terraform",
                workDirectory() + "/stack.tfplan",
                backend,
                runVariables);
    }

    /** Reads of the variables file's text what a rollback sets again. */
    private static Map<String, String> settings(ToolParameters parameters, String text) throws AbortException {
        try {
            return ShapeVariables.parse(parameters.variablesFile(), text).settings();
        } catch (IllegalArgumentException malformed) {
            throw NamedFailure.badInput(malformed.getMessage(), "");
        }
    }

    /** Reads the variables file's text. */
    private static Variables parse(ToolParameters parameters, String text) throws AbortException {
        try {
            Variables variables = Variables.parse(parameters.variablesFile(), text);
            String named = variables.app().environment();
            if (!named.equals(parameters.environment())) {
                throw NamedFailure.badInput(
                        parameters.variablesFile() + ": environment is \"" + named + "\", but \""
                                + parameters.environment() + "\" was asked for",
                        "they must be the same");
            }
            String region = parameters.access().ownRegion().orElse(variables.region());
            if (!region.equals(variables.region())) {
                throw NamedFailure.badInput(
                        parameters.variablesFile() + ": region is \"" + variables.region() + "\", but the step says \""
                                + region + "\"",
                        "leave region out of the step");
            }
            return variables;
        } catch (IllegalArgumentException malformed) {
            throw NamedFailure.badInput(malformed.getMessage(), "");
        }
    }
}
