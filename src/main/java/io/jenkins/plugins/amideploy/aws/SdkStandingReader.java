package io.jenkins.plugins.amideploy.aws;

import io.jenkins.plugins.amideploy.engine.AppId;
import io.jenkins.plugins.amideploy.engine.teardown.Inventory;
import io.jenkins.plugins.amideploy.engine.teardown.Resource;
import io.jenkins.plugins.amideploy.engine.teardown.Resource.Kind;
import io.jenkins.plugins.amideploy.engine.teardown.StandingReader;
import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.Filter;
import software.amazon.awssdk.services.ec2.model.SecurityGroupRule;
import software.amazon.awssdk.services.elasticloadbalancingv2.ElasticLoadBalancingV2Client;

/** What stands of a stack: found by tag as for a teardown, and of that the parts that no tag is needed for. */
final class SdkStandingReader implements StandingReader {
    private final SdkResourceReader resources;
    private final Ec2Client ec2;
    private final ElasticLoadBalancingV2Client balancing;

    SdkStandingReader(SdkResourceReader resources, Ec2Client ec2, ElasticLoadBalancingV2Client balancing) {
        this.resources = resources;
        this.ec2 = ec2;
        this.balancing = balancing;
    }

    @Override
    public Standing find(AppId app) {
        Inventory inventory = resources.findStack(app.app());
        List<Resource> ours = inventory.resources().stream()
                .filter(resource -> resource.belongsTo(app))
                .toList();
        List<String> unread = new ArrayList<>(inventory.unread());
        List<Listener> listeners = SdkResourceReader.read(unread, () -> listeners(ids(ours, Kind.LOAD_BALANCER)));
        List<Rule> rules = SdkResourceReader.read(unread, () -> rules(ids(ours, Kind.SECURITY_GROUP)));
        return new Standing(ours, listeners, rules, unread);
    }

    private static List<String> ids(List<Resource> resources, Kind kind) {
        return resources.stream()
                .filter(resource -> resource.kind() == kind)
                .map(Resource::id)
                .toList();
    }

    private List<Listener> listeners(List<String> balancers) {
        return balancers.stream()
                .flatMap(
                        arn -> AwsFailures.call("elasticloadbalancing:DescribeListeners", () -> balancing
                                        .describeListenersPaginator(request -> request.loadBalancerArn(arn))
                                        .listeners()
                                        .stream()
                                        .map(each -> new Listener(
                                                each.listenerArn(), arn, each.port() == null ? 0 : each.port()))
                                        .toList())
                                .stream())
                .toList();
    }

    private List<Rule> rules(List<String> groups) {
        return groups.isEmpty()
                ? List.of()
                : AwsFailures.call("ec2:DescribeSecurityGroupRules", () -> ec2
                        .describeSecurityGroupRulesPaginator(request -> request.filters(
                                Filter.builder().name("group-id").values(groups).build()))
                        .securityGroupRules()
                        .stream()
                        .filter(rule ->
                                rule.fromPort() != null && rule.fromPort().equals(rule.toPort()))
                        .map(SdkStandingReader::rule)
                        .toList());
    }

    private static Rule rule(SecurityGroupRule rule) {
        return new Rule(
                rule.securityGroupRuleId(),
                rule.groupId(),
                Boolean.TRUE.equals(rule.isEgress()),
                rule.ipProtocol(),
                rule.fromPort(),
                rule.cidrIpv4() == null ? "" : rule.cidrIpv4(),
                rule.referencedGroupInfo() == null || rule.referencedGroupInfo().groupId() == null
                        ? ""
                        : rule.referencedGroupInfo().groupId());
    }
}
