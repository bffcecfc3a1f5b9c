package io.jenkins.plugins.amideploy.engine.teardown;

import io.jenkins.plugins.amideploy.engine.AppId;
import io.jenkins.plugins.amideploy.engine.AwsFailure;
import java.util.List;
import java.util.Objects;

/** Port: what stands of one stack, as AWS tells, for {@link TakeUp}. */
public interface StandingReader {
    /**
     * Looks for all that Terraform would make, but for what it writes over anyway.
     *
     * @throws AwsFailure when nothing can be looked at at all
     */
    Standing find(AppId app);

    /**
     * What stands.
     *
     * @param resources with the application's tag
     * @param listeners of the stack's load balancers
     * @param rules of its security groups
     * @param unread kinds that could not be looked at, one line each with AWS's reason
     */
    record Standing(List<Resource> resources, List<Listener> listeners, List<Rule> rules, List<String> unread) {
        public Standing {
            resources = List.copyOf(resources);
            listeners = List.copyOf(listeners);
            rules = List.copyOf(rules);
            unread = List.copyOf(unread);
        }
    }

    /** A listener of a load balancer. */
    record Listener(String arn, String balancerArn, int port) {
        public Listener {
            Objects.requireNonNull(arn, "arn");
            Objects.requireNonNull(balancerArn, "balancerArn");
        }
    }

    /**
     * A rule of a security group for one port.
     *
     * @param cidr empty where it is for a group
     * @param peer id of the group that it is for; empty where it is for addresses
     */
    record Rule(String id, String groupId, boolean isEgress, String protocol, int port, String cidr, String peer) {
        public Rule {
            Objects.requireNonNull(id, "id");
            Objects.requireNonNull(groupId, "groupId");
            Objects.requireNonNull(protocol, "protocol");
            Objects.requireNonNull(cidr, "cidr");
            Objects.requireNonNull(peer, "peer");
        }

        /** As the recipes name a rule that opens something to an address range. */
        String key() {
            return protocol + "-" + port + "-" + cidr;
        }
    }
}
