package io.jenkins.plugins.amideploy.engine.tool;

import java.util.Optional;
import java.util.function.Consumer;

/** One tool that was started, to be polled until it ends. */
public interface ToolRun {
    /**
     * Hands over the lines that came since the last call, secrets masked, and looks whether the tool has ended.
     *
     * @return the result once the tool has ended and all its lines were handed over; empty while it runs
     */
    Optional<ToolResult> poll(Consumer<String> lines);

    /**
     * Asks the tool to end cleanly: one SIGTERM to the tool's own process, never to its children, which for Packer and
     * Terraform are plugins that must outlive it. Further calls do nothing: a second signal makes Terraform drop what
     * it is creating. The run is over only when {@link #poll} says so.
     */
    void stop();
}
