package io.jenkins.plugins.amideploy.jenkins.tools;

import hudson.EnvVars;
import hudson.FilePath;
import hudson.Launcher;
import hudson.model.TaskListener;
import io.jenkins.plugins.amideploy.engine.tool.ToolCommand;
import java.io.IOException;
import java.util.regex.Pattern;

/**
 * The agent as a running step reaches it now. Everything is fetched when it is asked for, since connection, launcher and log
 * are other objects after a restart or a reconnect.
 */
interface Workplace {
    /** The directory in which the step was called. */
    FilePath workspace() throws IOException;

    /** The step's own directory on the agent, readable by the agent's user alone. */
    FilePath directory() throws IOException;

    /** Starts processes, inside the stage's container where there is one. */
    Launcher launcher() throws IOException, InterruptedException;

    /** Variables for tools: what the surrounding blocks set, without what the agent has by itself. */
    ToolEnvironment environment() throws IOException, InterruptedException;

    /** The build's log. */
    TaskListener listener() throws IOException, InterruptedException;

    /** Matches the secrets that the step knows. */
    Pattern secrets();

    /** Where a command's output is kept, absolute. */
    String logFile(ToolCommand command);

    /** PATH as the surrounding blocks set it; containers have their own and ignore it. */
    EnvVars launchVariables() throws IOException, InterruptedException;
}
