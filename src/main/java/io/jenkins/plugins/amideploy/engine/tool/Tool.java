package io.jenkins.plugins.amideploy.engine.tool;

import java.time.Duration;

/** The external tools, and how long each may take to end cleanly once it was asked to. */
public enum Tool {
    /**
     * Five minutes: after a cancel Packer terminates its instance and waits until it is gone, tries five times to
     * delete the security group, and deregisters a half-made image (packer-plugin-amazon, step Cleanup methods).
     */
    PACKER("packer", Duration.ofMinutes(5)),

    /**
     * Ten minutes: Terraform finishes the operation it is in before it writes the state; creating a load balancer
     * alone takes minutes. Ending it sooner loses what it was creating.
     */
    TERRAFORM("terraform", Duration.ofMinutes(10)),

    /** Ten seconds: it only reads files, and the Git that it may wait for ends with it. */
    PYTHON("python3", Duration.ofSeconds(10));

    private final String executable;
    private final Duration graceTime;

    Tool(String executable, Duration graceTime) {
        this.executable = executable;
        this.graceTime = graceTime;
    }

    /** Name of the program, looked up on the PATH. */
    public String executable() {
        return executable;
    }

    /** How long to wait, after the one polite signal, before anything harder may be thought of. */
    public Duration graceTime() {
        return graceTime;
    }

    /** The line for a user whose PATH lacks the program. */
    public String missingMessage() {
        return executable + " not found on PATH: install " + executable + " or run make tools";
    }
}
