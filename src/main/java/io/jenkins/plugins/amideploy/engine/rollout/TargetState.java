package io.jenkins.plugins.amideploy.engine.rollout;

import java.util.Objects;

/**
 * One registered target of a target group (DescribeTargetHealth).
 *
 * @param id instance id, or an address in a target group of type {@code ip}
 * @param port port that is checked; 0 when AWS does not say
 * @param state {@code initial}, {@code healthy}, {@code unhealthy}, {@code unhealthy.draining}, {@code unused}, {@code draining}, {@code unavailable}
 *     or a word that a later AWS invented
 * @param reason for example {@code Target.ResponseCodeMismatch}; empty when healthy
 * @param description AWS's sentence to the reason, for example {@code Health checks failed with these codes: [503]}; empty when none
 */
public record TargetState(String id, int port, String state, String reason, String description) {
    public TargetState {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(state, "state");
        Objects.requireNonNull(reason, "reason");
        Objects.requireNonNull(description, "description");
    }

    public boolean isHealthy() {
        return state.equals("healthy");
    }

    public boolean isUnhealthy() {
        return state.equals("unhealthy");
    }

    /** The state with its reason and, where AWS names them, the codes that were answered: {@code unhealthy: Target.ResponseCodeMismatch [503]}. */
    public String explained() {
        int codes = description.lastIndexOf('[');
        String code = codes >= 0 && description.endsWith("]") ? " " + description.substring(codes) : "";
        return reason.isEmpty() ? state : state + ": " + reason + code;
    }
}
