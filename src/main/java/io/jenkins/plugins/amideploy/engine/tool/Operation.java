package io.jenkins.plugins.amideploy.engine.tool;

/**
 * Several commands that depend on each other, as a function: given how the last one ended, what comes next. It keeps
 * nothing between the calls, so that a front door which restarts needs to remember the request and the phase alone.
 *
 * @param <T> what the operation yields
 */
public interface Operation<T> {
    /** The command to begin with. */
    ToolCommand first();

    /** What follows a command that ended. {@link ToolResult#phase()} tells which one it was. */
    Step<T> after(ToolResult result);

    /** A fresh parser for the output of a phase. */
    OutputParser parser(String phase);
}
