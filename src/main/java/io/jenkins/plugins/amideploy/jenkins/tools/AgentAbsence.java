package io.jenkins.plugins.amideploy.jenkins.tools;

import hudson.AbortException;
import io.jenkins.plugins.amideploy.engine.AwsFailure;
import io.jenkins.plugins.amideploy.engine.diagnosis.Cause;
import io.jenkins.plugins.amideploy.engine.diagnosis.Diagnosis;
import io.jenkins.plugins.amideploy.jenkins.run.NamedFailure;
import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import jenkins.model.Jenkins;

/**
 * For how long no look at the tool was possible, mostly because the agent is away, and for how long that is borne. Nothing of
 * it is persisted: a restart counts anew.
 */
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
    private transient boolean agentAway;

    /**
     * What to do about an absence.
     *
     * @param news what the log is to say, when it was noticed now
     * @param givenUp why it is not waited for any longer
     */
    record Judgement(Optional<String> news, Optional<Diagnosis> givenUp) {}

    /** @param why what broke the look off; null where there is no connection */
    Judgement noticed(String node, Throwable why, Instant now) {
        boolean first = since == null;
        if (first) {
            since = now;
        }
        // What says itself what is wrong is not about the agent: AWS, credentials, the variables file.
        agentAway = !(why instanceof AwsFailure || why instanceof AbortException);
        boolean removed = !node.isEmpty() && Jenkins.get().getNode(node) == null;
        Duration away = Duration.between(since, now);
        return new Judgement(
                first ? Optional.of(news(node, why)) : Optional.empty(),
                away.compareTo(removed ? REMOVED : OFFLINE) < 0
                        ? Optional.empty()
                        : Optional.of(givenUp(node, removed, why, away)));
    }

    private String news(String node, Throwable why) {
        return agentAway
                ? "Agent " + name(node) + " does not answer" + inBrackets(why)
                        + "; what runs there goes on, waiting for it to come back"
                : why.getMessage() + "; looking again";
    }

    private Diagnosis givenUp(String node, boolean removed, Throwable why, Duration away) {
        String minutes = away.toMinutes() + " min";
        String cure = "the tool may still run: look for what it left before you run the step again";
        if (agentAway) {
            return Diagnosis.of(
                    Cause.DEADLINE,
                    "agent " + name(node) + " has been " + (removed ? "removed" : "away") + " for " + minutes
                            + " while a tool ran there, and is not waited for any longer",
                    why == null ? List.of() : List.of(why.toString()),
                    cure);
        }
        Diagnosis known = NamedFailure.diagnosis(why).orElseThrow();
        return known.withEvidence(List.of("the tool on agent " + name(node) + " could not be looked at for " + minutes
                        + ", and that is not tried any longer"))
                .withCure(known.cure().isEmpty() ? cure : known.cure() + "; " + cure, known.command());
    }

    private static String inBrackets(Throwable why) {
        return why == null ? "" : " (" + why + ")";
    }

    /** What the log is to say when an absence has ended with this look. */
    Optional<String> over(String node) {
        boolean was = since != null;
        since = null;
        return was
                ? Optional.of(agentAway ? "Agent " + name(node) + " is back" : "Looking works again")
                : Optional.empty();
    }

    /** As people call it. */
    static String name(String node) {
        return node.isEmpty() ? "built-in" : node;
    }
}
