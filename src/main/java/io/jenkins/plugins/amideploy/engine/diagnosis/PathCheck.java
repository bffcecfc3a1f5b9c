package io.jenkins.plugins.amideploy.engine.diagnosis;

import io.jenkins.plugins.amideploy.engine.diagnosis.BalancerPath.Balancer;
import io.jenkins.plugins.amideploy.engine.diagnosis.BalancerPath.Listener;
import io.jenkins.plugins.amideploy.engine.diagnosis.BalancerPath.Machine;
import io.jenkins.plugins.amideploy.engine.diagnosis.BalancerPath.Place;
import io.jenkins.plugins.amideploy.engine.diagnosis.BalancerPath.Rule;
import io.jenkins.plugins.amideploy.engine.diagnosis.BalancerPath.SecurityGroup;
import io.jenkins.plugins.amideploy.engine.diagnosis.BalancerPath.TargetGroup;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Judges whether a request can get from a load balancer to the instances. Pure, and silent wherever something was not read or cannot be judged: what it says is
 * certain. Network ACLs and route tables are not looked at. Called by rollouts and waits when a target does not get healthy, and before a rollout.
 *
 * <p>Rules: Application Load Balancer guide, "Security groups for your Application Load Balancer" (both sides need a rule for listener, traffic and health check
 * port), "Target groups" and "Availability Zones for your Application Load Balancer" (targets in a zone that is not enabled are {@code unused}).
 */
public final class PathCheck {
    /** Terraform makes what its state has and AWS has not, and stops where somebody made it meanwhile. */
    private static final String BY_HAND = "; or by hand, to be taken back before the next apply:";

    private static final String APPLY_AGAIN = "apply the stack again, which puts it back" + BY_HAND;

    private PathCheck() {}

    /** The first thing that keeps requests and health checks from an instance; empty where nothing is seen. */
    public static Optional<Diagnosis> closed(BalancerPath path) {
        return path.targetGroups().stream()
                .flatMap(target -> closed(path, target).stream())
                .findFirst();
    }

    private static Optional<Diagnosis> closed(BalancerPath path, TargetGroup target) {
        List<Balancer> leading = path.leadingTo(target);
        if (leading.isEmpty()) {
            return Optional.of(noListener(path, target));
        }
        for (Balancer balancer : leading) {
            for (Machine machine : path.machines()) {
                Optional<Diagnosis> found = zone(balancer, machine).or(() -> rules(path, balancer, target, machine));
                if (found.isPresent()) {
                    return found;
                }
            }
        }
        return Optional.empty();
    }

    /** Health checks do not come this way, so that everything may be healthy and nobody gets in. */
    public static Optional<Diagnosis> closedToClients(BalancerPath path) {
        for (TargetGroup target : path.targetGroups()) {
            for (Balancer balancer : path.leadingTo(target)) {
                List<Listener> open = balancer.listeners().stream()
                        .filter(listener -> listener.forwardsTo().contains(target.arn()))
                        .toList();
                boolean shut = path.knows(balancer.securityGroups())
                        && open.stream().noneMatch(listener -> covered(path, balancer, listener.port()));
                if (shut) {
                    return Optional.of(noClient(path, balancer, open.get(0)));
                }
            }
        }
        return Optional.empty();
    }

    private static boolean covered(BalancerPath path, Balancer balancer, int port) {
        return path.groups(balancer.securityGroups()).stream()
                .flatMap(group -> group.ingress().stream())
                .anyMatch(rule -> rule.covers(port));
    }

    private static Diagnosis noListener(BalancerPath path, TargetGroup target) {
        List<String> evidence = new ArrayList<>();
        evidence.add(
                "target group " + target.name() + " is in no action of any listener, so that its targets are unused");
        path.balancers()
                .forEach(balancer -> evidence.add("load balancer " + balancer.name() + " has "
                        + (balancer.listeners().isEmpty()
                                ? "no listener"
                                : "the listeners "
                                        + balancer.listeners().stream()
                                                .map(Listener::toString)
                                                .collect(Collectors.joining(", "))
                                        + ", which lead elsewhere")));
        Optional<Balancer> own = path.balancers().stream()
                .filter(balancer -> balancer.name().equals(target.name()))
                .findFirst()
                .or(() -> path.balancers().size() == 1
                        ? Optional.of(path.balancers().get(0))
                        : Optional.empty());
        String command = own.filter(balancer -> balancer.listeners().isEmpty())
                .map(balancer -> "aws elbv2 create-listener --load-balancer-arn " + balancer.arn()
                        + " --protocol HTTP --port 80 --default-actions Type=forward,TargetGroupArn=" + target.arn())
                .orElse("");
        String words = "apply the stack again, which makes the listener" + (command.isEmpty() ? "" : BY_HAND);
        return new Diagnosis(
                Cause.LISTENER_MISSING,
                "no listener of "
                        + own.map(balancer -> "load balancer " + balancer.name())
                                .orElse("any load balancer") + " leads to target group " + target.name()
                        + ", so no request and no health check gets in",
                evidence,
                "",
                words,
                command);
    }

    private static Optional<Diagnosis> zone(Balancer balancer, Machine machine) {
        if (balancer.places().isEmpty()
                || machine.zone().isEmpty()
                || balancer.zones().contains(machine.zone())) {
            return Optional.empty();
        }
        String subnets = Stream.concat(balancer.places().stream().map(Place::subnetId), Stream.of(machine.subnetId()))
                .collect(Collectors.joining(" "));
        return Optional.of(new Diagnosis(
                Cause.ZONE_NOT_ENABLED,
                "load balancer " + balancer.name() + " is not enabled in zone " + machine.zone() + ", in which "
                        + machine.id() + " is",
                List.of("zones of load balancer " + balancer.name() + ": " + String.join(", ", balancer.zones())),
                "",
                APPLY_AGAIN,
                "aws elbv2 set-subnets --load-balancer-arn " + balancer.arn() + " --subnets " + subnets));
    }

    private static Optional<Diagnosis> rules(
            BalancerPath path, Balancer balancer, TargetGroup target, Machine machine) {
        if (!path.knows(balancer.securityGroups()) || !path.knows(machine.securityGroups())) {
            return Optional.empty();
        }
        for (int port : new TreeSet<>(target.ports())) {
            if (none(path, machine.securityGroups(), SecurityGroup::ingress, admits(port, balancer))) {
                return Optional.of(noWayIn(path, balancer, machine, port));
            }
            if (none(path, balancer.securityGroups(), SecurityGroup::egress, reaches(port, machine))) {
                return Optional.of(noWayOut(path, balancer, machine, port));
            }
        }
        return Optional.empty();
    }

    private static boolean none(
            BalancerPath path, List<String> ids, Function<SecurityGroup, List<Rule>> side, Predicate<Rule> fits) {
        return path.groups(ids).stream()
                .flatMap(group -> side.apply(group).stream())
                .noneMatch(fits);
    }

    /** From one of the balancer's groups, or from one of the subnets in which it has addresses. */
    private static Predicate<Rule> admits(int port, Balancer balancer) {
        List<Cidr> subnets = balancer.places().stream()
                .flatMap(place -> Cidr.of(place.cidr()).stream())
                .toList();
        boolean unknown = subnets.size() < balancer.places().size() || subnets.isEmpty();
        return rule -> rule.covers(port)
                && (rule.unknown()
                        || rule.groups().stream().anyMatch(balancer.securityGroups()::contains)
                        || ranges(rule)
                                .anyMatch(
                                        range -> unknown || subnets.stream().anyMatch(subnet -> meet(range, subnet))));
    }

    private static Predicate<Rule> reaches(int port, Machine machine) {
        Optional<Cidr> address = Cidr.of(machine.address());
        return rule -> rule.covers(port)
                && (rule.unknown()
                        || rule.groups().stream().anyMatch(machine.securityGroups()::contains)
                        || ranges(rule).anyMatch(range -> address.isEmpty() || range.contains(address.get())));
    }

    private static Stream<Cidr> ranges(Rule rule) {
        return rule.cidrs().stream().flatMap(text -> Cidr.of(text).stream());
    }

    /** A rule for part of a subnet may well be for the balancer's address in it. */
    private static boolean meet(Cidr one, Cidr other) {
        return one.contains(other) || other.contains(one);
    }

    private static Diagnosis noWayIn(BalancerPath path, Balancer balancer, Machine machine, int port) {
        SecurityGroup own = path.groups(machine.securityGroups()).get(0);
        String from = balancer.securityGroups().get(0);
        return new Diagnosis(
                Cause.PATH_CLOSED,
                "security group " + own + " of the instances admits nothing on port " + port + " from load balancer "
                        + balancer.name() + " (" + from + ")",
                evidence(path, machine.securityGroups(), SecurityGroup::ingress, "from", "lets in"),
                "",
                APPLY_AGAIN,
                "aws ec2 authorize-security-group-ingress --group-id " + own.id() + " --protocol tcp --port " + port
                        + " --source-group " + from);
    }

    private static Diagnosis noWayOut(BalancerPath path, Balancer balancer, Machine machine, int port) {
        SecurityGroup own = path.groups(balancer.securityGroups()).get(0);
        String to = machine.securityGroups().get(0);
        return new Diagnosis(
                Cause.PATH_CLOSED,
                "security group " + own + " of load balancer " + balancer.name() + " lets nothing out on port " + port
                        + " to the instances (" + to + ")",
                evidence(path, balancer.securityGroups(), SecurityGroup::egress, "to", "lets out"),
                "",
                APPLY_AGAIN,
                "aws ec2 authorize-security-group-egress --group-id " + own.id()
                        + " --ip-permissions IpProtocol=tcp,FromPort=" + port + ",ToPort=" + port
                        + ",UserIdGroupPairs=[{GroupId=" + to + "}]");
    }

    private static Diagnosis noClient(BalancerPath path, Balancer balancer, Listener listener) {
        SecurityGroup own = path.groups(balancer.securityGroups()).get(0);
        return new Diagnosis(
                Cause.PATH_CLOSED,
                "security group " + own + " of load balancer " + balancer.name() + " admits nobody on port "
                        + listener.port() + ", so no client gets in",
                evidence(path, balancer.securityGroups(), SecurityGroup::ingress, "from", "lets in"),
                "",
                APPLY_AGAIN,
                "aws ec2 authorize-security-group-ingress --group-id " + own.id() + " --protocol tcp --port "
                        + listener.port() + " --cidr 0.0.0.0/0");
    }

    private static List<String> evidence(
            BalancerPath path,
            List<String> ids,
            Function<SecurityGroup, List<Rule>> side,
            String direction,
            String verb) {
        return path.groups(ids).stream()
                .map(group -> group + " " + verb + ": "
                        + (side.apply(group).isEmpty()
                                ? "nothing"
                                : side.apply(group).stream()
                                        .map(rule -> rule.text(direction))
                                        .collect(Collectors.joining("; "))))
                .toList();
    }
}
