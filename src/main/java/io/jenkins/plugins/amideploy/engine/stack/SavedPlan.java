package io.jenkins.plugins.amideploy.engine.stack;

import java.util.Objects;

/**
 * A plan on disk that can be applied exactly as it was shown.
 *
 * @param path absolute path of the plan file
 * @param sha256 its hash, in hex, when it was summarised
 * @param destroy whether it takes the stack away
 * @param summary what it would do
 */
public record SavedPlan(String path, String sha256, boolean destroy, PlanSummary summary) {
    public SavedPlan {
        Objects.requireNonNull(path, "path");
        Objects.requireNonNull(sha256, "sha256");
        Objects.requireNonNull(summary, "summary");
    }
}
