package io.jenkins.plugins.amideploy.aws;

import io.jenkins.plugins.amideploy.engine.Tags;
import io.jenkins.plugins.amideploy.engine.teardown.Resource;
import io.jenkins.plugins.amideploy.engine.teardown.Resource.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import software.amazon.awssdk.services.autoscaling.AutoScalingClient;
import software.amazon.awssdk.services.autoscaling.model.AutoScalingGroup;
import software.amazon.awssdk.services.autoscaling.model.Filter;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.MetricAlarm;
import software.amazon.awssdk.services.cloudwatch.model.ResourceNotFoundException;
import software.amazon.awssdk.services.elasticloadbalancingv2.ElasticLoadBalancingV2Client;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.LoadBalancerNotFoundException;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.Tag;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TagDescription;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetGroupNotFoundException;

/** What Auto Scaling, Elastic Load Balancing and CloudWatch have with the application's tag. The latter two filter nothing by tag, so their tags are read and compared. */
final class TaggedServices {
    /** Limit of DescribeTags (Elastic Load Balancing API reference). */
    private static final int ARNS_PER_CALL = 20;

    private final AutoScalingClient autoScaling;
    private final ElasticLoadBalancingV2Client balancing;
    private final CloudWatchClient cloudWatch;

    TaggedServices(AutoScalingClient autoScaling, ElasticLoadBalancingV2Client balancing, CloudWatchClient cloudWatch) {
        this.autoScaling = autoScaling;
        this.balancing = balancing;
        this.cloudWatch = cloudWatch;
    }

    List<Resource> groups(String app) {
        return AwsFailures.call("autoscaling:DescribeAutoScalingGroups", () -> autoScaling
                .describeAutoScalingGroupsPaginator(request -> request.filters(
                        Filter.builder().name("tag:" + Tags.APP).values(app).build()))
                .autoScalingGroups()
                .stream()
                .map(TaggedServices::group)
                .toList());
    }

    private static Resource group(AutoScalingGroup group) {
        Map<String, String> tags = new HashMap<>();
        group.tags().forEach(tag -> tags.put(tag.key(), text(tag.value())));
        String name = group.autoScalingGroupName();
        return new Resource(Kind.GROUP, name, name, text(group.status()), tags, related(group));
    }

    private static List<String> related(AutoScalingGroup group) {
        return group.launchTemplate() == null || group.launchTemplate().launchTemplateId() == null
                ? List.of()
                : List.of(group.launchTemplate().launchTemplateId());
    }

    List<Resource> loadBalancers(String app) {
        return AwsFailures.call("elasticloadbalancing:DescribeLoadBalancers", () -> {
            Map<String, Resource> found = new LinkedHashMap<>();
            balancing
                    .describeLoadBalancersPaginator()
                    .loadBalancers()
                    .forEach(balancer -> found.put(
                            balancer.loadBalancerArn(),
                            new Resource(
                                    Kind.LOAD_BALANCER,
                                    balancer.loadBalancerArn(),
                                    text(balancer.loadBalancerName()),
                                    balancer.state() == null
                                            ? ""
                                            : text(balancer.state().codeAsString()),
                                    Map.of(),
                                    balancer.securityGroups())));
            return tagged(found);
        });
    }

    List<Resource> targetGroups(String app) {
        return AwsFailures.call("elasticloadbalancing:DescribeTargetGroups", () -> {
            Map<String, Resource> found = new LinkedHashMap<>();
            balancing
                    .describeTargetGroupsPaginator()
                    .targetGroups()
                    .forEach(group -> found.put(
                            group.targetGroupArn(),
                            new Resource(
                                    Kind.TARGET_GROUP,
                                    group.targetGroupArn(),
                                    text(group.targetGroupName()),
                                    "",
                                    Map.of(),
                                    List.of())));
            return tagged(found);
        });
    }

    private List<Resource> tagged(Map<String, Resource> untagged) {
        List<Resource> result = new ArrayList<>();
        List<String> arns = List.copyOf(untagged.keySet());
        for (int from = 0; from < arns.size(); from += ARNS_PER_CALL) {
            List<String> some = arns.subList(from, Math.min(arns.size(), from + ARNS_PER_CALL));
            descriptions(some).forEach(description -> {
                Resource resource = untagged.get(description.resourceArn());
                Map<String, String> tags =
                        description.tags().stream().collect(Collectors.toMap(Tag::key, tag -> text(tag.value())));
                result.add(new Resource(
                        resource.kind(), resource.id(), resource.name(), resource.state(), tags, resource.related()));
            });
        }
        return result;
    }

    /** The whole call fails when one of them was deleted since it was listed, by whomever: then the halves are asked. */
    private List<TagDescription> descriptions(List<String> arns) {
        try {
            return balancing.describeTags(request -> request.resourceArns(arns)).tagDescriptions();
        } catch (LoadBalancerNotFoundException | TargetGroupNotFoundException gone) {
            int half = arns.size() / 2;
            return half == 0
                    ? List.of()
                    : Stream.concat(
                                    descriptions(arns.subList(0, half)).stream(),
                                    descriptions(arns.subList(half, arns.size())).stream())
                            .toList();
        }
    }

    /** Alarms of a stack carry its name, which spares a call for the tags of every other alarm of the account. */
    List<Resource> alarms(String app) {
        return AwsFailures.call(
                "cloudwatch:DescribeAlarms",
                () ->
                        cloudWatch
                                .describeAlarmsPaginator(request -> request.alarmNamePrefix(app + "-"))
                                .metricAlarms()
                                .stream()
                                .flatMap(alarm -> alarm(alarm).stream())
                                .toList());
    }

    /** Empty where it was deleted since it was listed. */
    private Optional<Resource> alarm(MetricAlarm alarm) {
        Map<String, String> tags = new HashMap<>();
        try {
            cloudWatch
                    .listTagsForResource(request -> request.resourceARN(alarm.alarmArn()))
                    .tags()
                    .forEach(tag -> tags.put(tag.key(), text(tag.value())));
        } catch (ResourceNotFoundException gone) {
            return Optional.empty();
        }
        return Optional.of(new Resource(Kind.ALARM, alarm.alarmName(), alarm.alarmName(), "", tags, List.of()));
    }

    private static String text(String value) {
        return value == null ? "" : value;
    }
}
