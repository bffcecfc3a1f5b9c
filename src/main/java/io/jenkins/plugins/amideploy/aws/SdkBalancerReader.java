package io.jenkins.plugins.amideploy.aws;

import io.jenkins.plugins.amideploy.engine.AwsFailure;
import io.jenkins.plugins.amideploy.engine.release.BalancerReader;
import io.jenkins.plugins.amideploy.engine.stack.ProtectionReader;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import software.amazon.awssdk.services.elasticloadbalancingv2.ElasticLoadBalancingV2Client;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.Action;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.LoadBalancer;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetGroup;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetGroupTuple;

/** Reads listeners with one call for each target group and one for each of their load balancers. Rules beside a listener's default are not looked at. */
final class SdkBalancerReader implements BalancerReader, ProtectionReader {
    private final ElasticLoadBalancingV2Client balancing;

    SdkBalancerReader(ElasticLoadBalancingV2Client balancing) {
        this.balancing = balancing;
    }

    @Override
    public List<Listener> listeners(List<String> targetGroupArns) {
        return targetGroupArns.stream()
                .flatMap(this::balancers)
                .distinct()
                .flatMap(this::listeners)
                .toList();
    }

    @Override
    public boolean isProtected(String loadBalancerName) {
        List<String> arns = found(
                        "elasticloadbalancing:DescribeLoadBalancers",
                        () ->
                                balancing
                                        .describeLoadBalancers(request -> request.names(loadBalancerName))
                                        .loadBalancers()
                                        .stream())
                .map(LoadBalancer::loadBalancerArn)
                .toList();
        return arns.stream()
                .flatMap(
                        arn -> found(
                                "elasticloadbalancing:DescribeLoadBalancerAttributes",
                                () -> balancing
                                        .describeLoadBalancerAttributes(request -> request.loadBalancerArn(arn))
                                        .attributes()
                                        .stream()))
                .anyMatch(each -> each.key().equals("deletion_protection.enabled") && "true".equals(each.value()));
    }

    /** Asked one by one: AWS refuses a list of which one is gone. */
    private Stream<String> balancers(String targetGroup) {
        return found(
                "elasticloadbalancing:DescribeTargetGroups",
                () ->
                        balancing
                                .describeTargetGroups(request -> request.targetGroupArns(targetGroup))
                                .targetGroups()
                                .stream()
                                .map(TargetGroup::loadBalancerArns)
                                .flatMap(List::stream));
    }

    private Stream<Listener> listeners(String balancer) {
        return found(
                "elasticloadbalancing:DescribeListeners",
                () -> balancing
                        .describeListenersPaginator(request -> request.loadBalancerArn(balancer))
                        .listeners()
                        .stream()
                        .map(each -> new Listener(
                                each.protocolAsString() == null ? "" : each.protocolAsString(),
                                each.port() == null ? 0 : each.port(),
                                each.defaultActions().stream()
                                        .flatMap(SdkBalancerReader::forwards)
                                        .distinct()
                                        .toList()))
                        .toList()
                        .stream());
    }

    /** A forward names its one target group twice, several with their weights. */
    private static Stream<String> forwards(Action action) {
        Stream<String> weighted = action.forwardConfig() == null
                ? Stream.empty()
                : action.forwardConfig().targetGroups().stream().map(TargetGroupTuple::targetGroupArn);
        return Stream.concat(Stream.ofNullable(action.targetGroupArn()), weighted);
    }

    private static <T> Stream<T> found(String action, Supplier<Stream<T>> call) {
        try {
            return AwsFailures.call(action, call);
        } catch (AwsFailure failure) {
            if (failure.kind() == AwsFailure.Kind.NOT_FOUND) {
                return Stream.empty();
            }
            throw failure;
        }
    }
}
