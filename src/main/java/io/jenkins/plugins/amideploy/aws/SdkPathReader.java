package io.jenkins.plugins.amideploy.aws;

import io.jenkins.plugins.amideploy.engine.diagnosis.BalancerPath;
import io.jenkins.plugins.amideploy.engine.diagnosis.BalancerPath.Balancer;
import io.jenkins.plugins.amideploy.engine.diagnosis.BalancerPath.Listener;
import io.jenkins.plugins.amideploy.engine.diagnosis.BalancerPath.Machine;
import io.jenkins.plugins.amideploy.engine.diagnosis.BalancerPath.Place;
import io.jenkins.plugins.amideploy.engine.diagnosis.BalancerPath.Rule;
import io.jenkins.plugins.amideploy.engine.diagnosis.BalancerPath.SecurityGroup;
import io.jenkins.plugins.amideploy.engine.diagnosis.BalancerPath.TargetGroup;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.Filter;
import software.amazon.awssdk.services.ec2.model.GroupIdentifier;
import software.amazon.awssdk.services.ec2.model.Instance;
import software.amazon.awssdk.services.ec2.model.IpPermission;
import software.amazon.awssdk.services.ec2.model.IpRange;
import software.amazon.awssdk.services.ec2.model.Reservation;
import software.amazon.awssdk.services.ec2.model.Subnet;
import software.amazon.awssdk.services.ec2.model.UserIdGroupPair;
import software.amazon.awssdk.services.elasticloadbalancingv2.ElasticLoadBalancingV2Client;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.Action;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.AvailabilityZone;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.LoadBalancer;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetGroupTuple;

/** Reads the way from clients over load balancers to instances, for {@link SdkEvidenceReader}: five calls, and two for each balancer and its listeners. */
final class SdkPathReader {
    private final ElasticLoadBalancingV2Client balancing;
    private final Lazy<Ec2Client> ec2;

    SdkPathReader(ElasticLoadBalancingV2Client balancing, Lazy<Ec2Client> ec2) {
        this.balancing = balancing;
        this.ec2 = ec2;
    }

    BalancerPath read(List<String> targetGroupArns, List<String> instanceIds) {
        if (targetGroupArns.isEmpty()) {
            return BalancerPath.UNREAD;
        }
        var targets = AwsFailures.call(
                        "elasticloadbalancing:DescribeTargetGroups",
                        () -> balancing.describeTargetGroups(request -> request.targetGroupArns(targetGroupArns)))
                .targetGroups();
        List<LoadBalancer> found = balancers(targets);
        List<Machine> machines = machines(instanceIds);
        Map<String, String> ranges = ranges(found);
        List<String> groups = Stream.concat(
                        found.stream().flatMap(balancer -> balancer.securityGroups().stream()),
                        machines.stream().flatMap(machine -> machine.securityGroups().stream()))
                .distinct()
                .toList();
        return new BalancerPath(
                found.stream().map(balancer -> balancer(balancer, ranges)).toList(),
                targets.stream().map(SdkPathReader::target).toList(),
                machines,
                securityGroups(groups));
    }

    private static TargetGroup target(software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetGroup target) {
        int port = target.port() == null ? 0 : target.port();
        String check = target.healthCheckPort();
        boolean own = check != null && check.matches("[0-9]{1,5}");
        return new TargetGroup(
                target.targetGroupArn(), target.targetGroupName(), port, own ? Integer.parseInt(check) : port);
    }

    /** Those that the target groups are used by; where none is, those of their VPC, one of which may have lost its listener. */
    private List<LoadBalancer> balancers(
            List<software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetGroup> targets) {
        List<String> arns = targets.stream()
                .flatMap(target -> target.loadBalancerArns().stream())
                .distinct()
                .toList();
        if (!arns.isEmpty()) {
            return AwsFailures.call(
                            "elasticloadbalancing:DescribeLoadBalancers",
                            () -> balancing.describeLoadBalancers(request -> request.loadBalancerArns(arns)))
                    .loadBalancers();
        }
        return AwsFailures.call(
                        "elasticloadbalancing:DescribeLoadBalancers",
                        () -> balancing.describeLoadBalancers(request -> {}))
                .loadBalancers()
                .stream()
                .filter(balancer -> targets.stream()
                        .anyMatch(target ->
                                target.vpcId() != null && target.vpcId().equals(balancer.vpcId())))
                .toList();
    }

    private Balancer balancer(LoadBalancer balancer, Map<String, String> ranges) {
        List<Place> places = balancer.availabilityZones().stream()
                .map(zone ->
                        new Place(zone.zoneName(), text(zone.subnetId()), ranges.getOrDefault(zone.subnetId(), "")))
                .toList();
        List<Listener> listeners = AwsFailures.call(
                        "elasticloadbalancing:DescribeListeners",
                        () -> balancing.describeListeners(
                                request -> request.loadBalancerArn(balancer.loadBalancerArn())))
                .listeners()
                .stream()
                .map(listener -> new Listener(
                        text(listener.protocolAsString()),
                        listener.port() == null ? 0 : listener.port(),
                        forwardsTo(listener.listenerArn())))
                .toList();
        return new Balancer(
                balancer.loadBalancerArn(), balancer.loadBalancerName(), balancer.securityGroups(), places, listeners);
    }

    /** The default action is the last rule. */
    private List<String> forwardsTo(String listenerArn) {
        return AwsFailures.call(
                        "elasticloadbalancing:DescribeRules",
                        () -> balancing.describeRules(request -> request.listenerArn(listenerArn)))
                .rules()
                .stream()
                .flatMap(rule -> rule.actions().stream())
                .flatMap(SdkPathReader::targets)
                .distinct()
                .toList();
    }

    private static Stream<String> targets(Action action) {
        Stream<String> single = Stream.ofNullable(action.targetGroupArn());
        return action.forwardConfig() == null
                ? single
                : Stream.concat(
                        single, action.forwardConfig().targetGroups().stream().map(TargetGroupTuple::targetGroupArn));
    }

    private Map<String, String> ranges(List<LoadBalancer> balancers) {
        List<String> ids = balancers.stream()
                .flatMap(balancer -> balancer.availabilityZones().stream())
                .map(AvailabilityZone::subnetId)
                .filter(id -> id != null)
                .distinct()
                .toList();
        if (ids.isEmpty()) {
            return Map.of();
        }
        return AwsFailures.call("ec2:DescribeSubnets", () -> ec2.get()
                        .describeSubnets(request -> request.filters(filter("subnet-id", ids))))
                .subnets()
                .stream()
                .collect(Collectors.toMap(Subnet::subnetId, subnet -> text(subnet.cidrBlock()), (one, other) -> one));
    }

    /** By a filter, so that one that is gone meanwhile is no error. */
    private List<Machine> machines(List<String> ids) {
        if (ids.isEmpty()) {
            return List.of();
        }
        return AwsFailures.call("ec2:DescribeInstances", () -> ec2.get()
                        .describeInstances(request -> request.filters(filter("instance-id", ids))))
                .reservations()
                .stream()
                .map(Reservation::instances)
                .flatMap(List::stream)
                .map(SdkPathReader::machine)
                .toList();
    }

    private static Machine machine(Instance instance) {
        return new Machine(
                instance.instanceId(),
                instance.placement() == null ? "" : text(instance.placement().availabilityZone()),
                text(instance.subnetId()),
                text(instance.privateIpAddress()),
                instance.securityGroups().stream().map(GroupIdentifier::groupId).toList());
    }

    private List<SecurityGroup> securityGroups(List<String> ids) {
        if (ids.isEmpty()) {
            return List.of();
        }
        return AwsFailures.call("ec2:DescribeSecurityGroups", () -> ec2.get()
                        .describeSecurityGroups(request -> request.filters(filter("group-id", ids))))
                .securityGroups()
                .stream()
                .map(group -> new SecurityGroup(
                        group.groupId(),
                        text(group.groupName()),
                        rules(group.ipPermissions()),
                        rules(group.ipPermissionsEgress())))
                .toList();
    }

    private static List<Rule> rules(List<IpPermission> permissions) {
        return permissions.stream().map(SdkPathReader::rule).toList();
    }

    private static Rule rule(IpPermission permission) {
        return new Rule(
                text(permission.ipProtocol()),
                permission.fromPort() == null ? -1 : permission.fromPort(),
                permission.toPort() == null ? -1 : permission.toPort(),
                permission.ipRanges().stream().map(IpRange::cidrIp).toList(),
                permission.userIdGroupPairs().stream()
                        .map(UserIdGroupPair::groupId)
                        .filter(id -> id != null)
                        .toList(),
                !permission.prefixListIds().isEmpty()
                        || !permission.ipv6Ranges().isEmpty());
    }

    private static Filter filter(String name, List<String> values) {
        return Filter.builder().name(name).values(values).build();
    }

    private static String text(String value) {
        return value == null ? "" : value.strip();
    }
}
