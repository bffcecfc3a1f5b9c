package io.jenkins.plugins.amideploy.engine.diagnosis;

import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What lies between a client and the instances of a group, as it was read: load balancers, listeners, target groups, instances and the security groups in
 * between. Read by an {@link EvidenceReader}, judged by {@link PathCheck}.
 *
 * @param balancers those that lead to one of the target groups; where none does, those of the same VPC
 * @param targetGroups those that are attached to the group
 * @param machines the instances in question
 * @param securityGroups all that balancers and machines name
 */
public record BalancerPath(
        List<Balancer> balancers,
        List<TargetGroup> targetGroups,
        List<Machine> machines,
        List<SecurityGroup> securityGroups) {
    /** Nothing was read. */
    public static final BalancerPath UNREAD = new BalancerPath(List.of(), List.of(), List.of(), List.of());

    public BalancerPath {
        balancers = List.copyOf(balancers);
        targetGroups = List.copyOf(targetGroups);
        machines = List.copyOf(machines);
        securityGroups = List.copyOf(securityGroups);
    }

    /** The groups of these ids, as far as they were read. */
    List<SecurityGroup> groups(List<String> ids) {
        return securityGroups.stream().filter(group -> ids.contains(group.id())).toList();
    }

    /** Whether every one of these ids was read: only then can anything be said of what they admit. */
    boolean knows(List<String> ids) {
        return !ids.isEmpty() && groups(ids).size() == Set.copyOf(ids).size();
    }

    /** Balancers with a listener that leads to the target group. */
    List<Balancer> leadingTo(TargetGroup target) {
        return balancers.stream()
                .filter(balancer -> balancer.listeners().stream()
                        .anyMatch(listener -> listener.forwardsTo().contains(target.arn())))
                .toList();
    }

    /**
     * A load balancer.
     *
     * @param securityGroups ids; empty for one that has none, as Network Load Balancers may
     * @param places zones that are enabled, with their subnets
     */
    public record Balancer(
            String arn, String name, List<String> securityGroups, List<Place> places, List<Listener> listeners) {
        public Balancer {
            Objects.requireNonNull(arn, "arn");
            Objects.requireNonNull(name, "name");
            securityGroups = List.copyOf(securityGroups);
            places = List.copyOf(places);
            listeners = List.copyOf(listeners);
        }

        List<String> zones() {
            return places.stream().map(Place::zone).distinct().sorted().toList();
        }
    }

    /**
     * A subnet in which a balancer has its addresses.
     *
     * @param cidr IPv4 range; empty when it was not read
     */
    public record Place(String zone, String subnetId, String cidr) {}

    /**
     * A listener.
     *
     * @param forwardsTo ARNs of the target groups to which its default action or one of its rules forwards
     */
    public record Listener(String protocol, int port, List<String> forwardsTo) {
        public Listener {
            forwardsTo = List.copyOf(forwardsTo);
        }

        @Override
        public String toString() {
            return protocol + " " + port;
        }
    }

    /**
     * A target group.
     *
     * @param port port of the targets that are registered without one
     * @param healthCheckPort what the health check asks; equal to {@code port} where it is the traffic port
     */
    public record TargetGroup(String arn, String name, int port, int healthCheckPort) {
        Set<Integer> ports() {
            return Stream.of(port, healthCheckPort).collect(Collectors.toSet());
        }
    }

    /**
     * An instance.
     *
     * @param address its private IPv4 address; empty when it was not read
     */
    public record Machine(String id, String zone, String subnetId, String address, List<String> securityGroups) {
        public Machine {
            securityGroups = List.copyOf(securityGroups);
        }
    }

    /** A security group with what it lets in and out. */
    public record SecurityGroup(String id, String name, List<Rule> ingress, List<Rule> egress) {
        public SecurityGroup {
            ingress = List.copyOf(ingress);
            egress = List.copyOf(egress);
        }

        @Override
        public String toString() {
            return name.isEmpty() ? id : id + " (" + name + ")";
        }
    }

    /**
     * One rule.
     *
     * @param protocol {@code tcp}, {@code udp}, … or {@code -1} for all
     * @param fromPort first port; negative for all
     * @param toPort last port
     * @param cidrs IPv4 ranges on the other side
     * @param groups security groups on the other side
     * @param unknown whether it names something whose addresses are not known here, such as a prefix list or IPv6
     */
    public record Rule(
            String protocol, int fromPort, int toPort, List<String> cidrs, List<String> groups, boolean unknown) {
        public Rule {
            cidrs = List.copyOf(cidrs);
            groups = List.copyOf(groups);
        }

        /** Whether it is about TCP on the port, whoever is on the other side. */
        boolean covers(int port) {
            boolean everything = protocol.equals("-1");
            boolean tcp = everything || protocol.equals("tcp") || protocol.equals("6");
            return tcp && (everything || fromPort < 0 || fromPort <= port && port <= toPort);
        }

        /** {@code tcp 80 from sg-0a, 10.0.0.0/16}. */
        String text(String direction) {
            String ports = protocol.equals("-1") || fromPort < 0
                    ? "everything"
                    : fromPort == toPort ? protocol + " " + fromPort : protocol + " " + fromPort + "-" + toPort;
            String others = Stream.concat(groups.stream(), cidrs.stream()).collect(Collectors.joining(", "));
            return ports + " " + direction + " " + (others.isEmpty() ? "others" : others);
        }
    }
}
