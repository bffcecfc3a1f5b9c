package io.jenkins.plugins.amideploy.engine.rollout;

import java.time.Duration;
import java.util.Objects;

/**
 * How a target group checks its targets (DescribeTargetGroups). Says how long a failure takes to show, by which {@link HealthWindow} measures.
 *
 * @param interval between two checks of a target
 * @param timeout after which a check without an answer has failed
 * @param healthyThreshold good checks in a row that make an unhealthy target healthy
 * @param unhealthyThreshold failed checks in a row that make a target unhealthy
 * @param path path that is asked; empty where the check only connects
 * @param port port that is asked, or {@code traffic-port}
 * @param matcher codes of a healthy answer; empty where the check only connects
 */
public record HealthCheck(
        Duration interval,
        Duration timeout,
        int healthyThreshold,
        int unhealthyThreshold,
        String path,
        String port,
        String matcher) {
    public HealthCheck {
        Objects.requireNonNull(interval, "interval");
        Objects.requireNonNull(timeout, "timeout");
        Objects.requireNonNull(path, "path");
        Objects.requireNonNull(port, "port");
        Objects.requireNonNull(matcher, "matcher");
    }

    /** How long it takes at most from a failure to a target that reads unhealthy (Application Load Balancer guide, "Health checks for target groups"). */
    public Duration toNotice() {
        return interval.multipliedBy(unhealthyThreshold).plus(timeout);
    }

    /** How long an unhealthy target reads so at least, before good checks make it healthy again. */
    Duration toHeal() {
        return interval.multipliedBy(healthyThreshold);
    }
}
