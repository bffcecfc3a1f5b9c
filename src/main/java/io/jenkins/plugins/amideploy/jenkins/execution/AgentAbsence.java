package io.jenkins.plugins.amideploy.jenkins.execution;

import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import jenkins.model.Jenkins;

/** How long the agent has been away, and for how long that is borne. Nothing of it is persisted: a restart counts anew. */
final class AgentAbsence implements Serializable {
    private static final long serialVersionUID = 1L;

    /**
     * An agent that no longer exists is not waited for longer than Jenkins itself does ({@code sh}: ExecutorStepExecution,
     * TIMEOUT_WAITING_FOR_NODE_MILLIS).
     */
    static final Duration REMOVED = Duration.ofMinutes(5);

    /** One that is only disconnected may be rebooting its network or waiting for an administrator; its tool works on. */
    static final Duration OFFLINE = Duration.ofMinutes(60);

    private transient Instant since;

    /**
     * What to do about an absence.
     *
     * @param first whether it was noticed now
     * @param givenUp why it is not waited for any longer
     */
    record Judgement(boolean first, Optional<String> givenUp) {}

    Judgement noticed(String node, Throwable why, Instant now) {
        boolean first = since == null;
        if (first) {
            since = now;
        }
        boolean removed = !node.isEmpty() && Jenkins.get().getNode(node) == null;
        Duration limit = removed ? REMOVED : OFFLINE;
        Duration away = Duration.between(since, now);
        return new Judgement(
                first,
                away.compareTo(limit) < 0
                        ? Optional.empty()
                        : Optional.of("Agent " + name(node) + " has been " + (removed ? "removed" : "away") + " for "
                                + away.toMinutes() + " min while a tool ran there, and is not waited for any longer"
                                + (why == null ? "" : " (" + why + ")")
                                + "; the tool may still run: look for what it left before you run the step again"));
    }

    /** Whether an absence has ended with this look. */
    boolean over() {
        boolean was = since != null;
        since = null;
        return was;
    }

    /** As people call it. */
    static String name(String node) {
        return node.isEmpty() ? "built-in" : node;
    }
}
