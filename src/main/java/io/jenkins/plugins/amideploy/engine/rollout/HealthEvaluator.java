package io.jenkins.plugins.amideploy.engine.rollout;

import java.time.Instant;

/** stub. */
public final class HealthEvaluator {
    private HealthEvaluator() {}

    public static Verdict evaluate(
            GroupSnapshot snapshot, Wanted wanted, HealthPolicy policy, HealthMemory memory, Instant now) {
        throw new UnsupportedOperationException();
    }
}
