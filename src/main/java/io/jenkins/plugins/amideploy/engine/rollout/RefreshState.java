package io.jenkins.plugins.amideploy.engine.rollout;

import java.time.Instant;
import java.util.Objects;
import java.util.Set;

/**
 * One instance refresh of a group (DescribeInstanceRefreshes).
 *
 * @param id instance refresh id
 * @param status AWS's word; see {@code InstanceRefreshStatus} in the service's API reference
 * @param percentage how much is replaced; falls back to 0 in a rollback
 * @param statusReason AWS's sentence; empty when none
 * @param wanted the desired configuration's launch template; null when the refresh was started without one
 * @param startedAt null while it is pending
 * @param endedAt null while it runs
 */
public record RefreshState(
        String id,
        String status,
        int percentage,
        String statusReason,
        TemplateVersion wanted,
        Instant startedAt,
        Instant endedAt) {
    private static final Set<String> FINAL =
            Set.of("Successful", "Failed", "Cancelled", "RollbackFailed", "RollbackSuccessful");
    private static final Set<String> FORWARD = Set.of("Pending", "InProgress", "Baking");
    private static final Set<String> BACKWARD = Set.of("Cancelling", "RollbackInProgress");

    public RefreshState {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(status, "status");
        Objects.requireNonNull(statusReason, "statusReason");
    }

    /** Whether it is over. A status that is not known counts as running: looking again is always right, calling it a success never. */
    public boolean isOver() {
        return FINAL.contains(status);
    }

    public boolean isSuccessful() {
        return status.equals("Successful");
    }

    /** Whether it is on its way to the wanted version. */
    public boolean goesForward() {
        return FORWARD.contains(status);
    }

    /** Whether it is being cancelled or rolled back. */
    public boolean goesBack() {
        return BACKWARD.contains(status);
    }

    /** {@code InProgress 50%: Waiting for instances to warm up}. */
    public String explained() {
        return status + " " + percentage + "%" + (statusReason.isEmpty() ? "" : ": " + statusReason);
    }
}
