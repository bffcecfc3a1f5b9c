package io.jenkins.plugins.amideploy.engine.tool;

/**
 * Port to whatever runs processes: a thread of the command line, or a durable task on a Jenkins agent. A runner gives
 * every tool the credentials that belong to the front door, writes the log, and masks secrets in it.
 */
public interface ToolRunner {
    /**
     * Starts the tool and returns at once. That a program is missing, or that an expected file differs, is told by the
     * run's result.
     */
    ToolRun start(ToolCommand command);
}
