package io.jenkins.plugins.amideploy.jenkins.tools;

/** A look at the agent broke off: connection lost, or too slow. Nothing is decided by it; the step looks again later. */
final class AgentUnreachable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    AgentUnreachable(Throwable cause) {
        super(cause);
    }
}
