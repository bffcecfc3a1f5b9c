package io.jenkins.plugins.amideploy.engine.rollout;

import java.util.Objects;
import java.util.Set;

/**
 * One instance as its group sees it (DescribeAutoScalingGroups). States are AWS's own words; one that is not known counts as not ready.
 *
 * @param id {@code i-…}
 * @param lifecycle for example {@code Pending}, {@code InService}, {@code Terminating:Wait}
 * @param health {@code Healthy} or {@code Unhealthy}
 * @param template what it was launched from; null when AWS does not say (launch configuration, deleted template)
 * @param zone availability zone
 * @param protectedFromScaleIn an instance refresh waits for such instances by default
 */
public record InstanceState(
        String id,
        String lifecycle,
        String health,
        TemplateVersion template,
        String zone,
        boolean protectedFromScaleIn) {
    /** States in which an instance is on its way out and takes no new requests (user guide, "Amazon EC2 Auto Scaling instance lifecycle"). */
    private static final Set<String> LEAVING =
            Set.of("Terminating", "Terminating:Wait", "Terminating:Proceed", "Terminated", "Detaching", "Detached");

    public InstanceState {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(lifecycle, "lifecycle");
        Objects.requireNonNull(health, "health");
        Objects.requireNonNull(zone, "zone");
    }

    public boolean isInService() {
        return lifecycle.equals("InService");
    }

    public boolean isLeaving() {
        return LEAVING.contains(lifecycle);
    }

    public boolean isHealthy() {
        return health.equals("Healthy");
    }

    public boolean runs(TemplateVersion wanted) {
        return wanted.equals(template);
    }
}
