package io.jenkins.plugins.amideploy.engine.release;

import io.jenkins.plugins.amideploy.engine.AwsFailure;
import java.util.List;
import java.util.Objects;

/** Port: looks at the way in of target groups. The {@code aws} package implements it over the SDK, tests in memory. */
@FunctionalInterface
public interface BalancerReader {
    /**
     * A listener of a load balancer.
     *
     * @param protocol {@code HTTP}, {@code HTTPS}, …
     * @param port on which it listens
     * @param targetGroupArns target groups to which it forwards what no rule of it takes; none where it answers by itself
     */
    record Listener(String protocol, int port, List<String> targetGroupArns) {
        public Listener {
            Objects.requireNonNull(protocol, "protocol");
            targetGroupArns = targetGroupArns.stream().sorted().toList();
        }

        /** {@code HTTP 80}. */
        String name() {
            return protocol + " " + port;
        }
    }

    /**
     * All listeners of the load balancers that use one of these target groups.
     *
     * @param targetGroupArns of which one may be gone
     * @throws AwsFailure when AWS does not answer as hoped
     */
    List<Listener> listeners(List<String> targetGroupArns);
}
