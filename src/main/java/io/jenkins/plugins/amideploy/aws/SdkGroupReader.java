package io.jenkins.plugins.amideploy.aws;

import io.jenkins.plugins.amideploy.engine.AwsFailure;
import io.jenkins.plugins.amideploy.engine.diagnosis.EvidenceReader;
import io.jenkins.plugins.amideploy.engine.rollout.ActivityState;
import io.jenkins.plugins.amideploy.engine.rollout.GroupReader;
import io.jenkins.plugins.amideploy.engine.rollout.GroupSnapshot;
import io.jenkins.plugins.amideploy.engine.rollout.HealthCheck;
import io.jenkins.plugins.amideploy.engine.rollout.InstanceState;
import io.jenkins.plugins.amideploy.engine.rollout.RefreshState;
import io.jenkins.plugins.amideploy.engine.rollout.TargetGroupState;
import io.jenkins.plugins.amideploy.engine.rollout.TargetState;
import io.jenkins.plugins.amideploy.engine.rollout.TemplateVersion;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import software.amazon.awssdk.services.autoscaling.AutoScalingClient;
import software.amazon.awssdk.services.autoscaling.model.Activity;
import software.amazon.awssdk.services.autoscaling.model.AutoScalingGroup;
import software.amazon.awssdk.services.autoscaling.model.Instance;
import software.amazon.awssdk.services.autoscaling.model.InstanceRefresh;
import software.amazon.awssdk.services.autoscaling.model.LaunchTemplateSpecification;
import software.amazon.awssdk.services.autoscaling.model.SuspendedProcess;
import software.amazon.awssdk.services.autoscaling.model.TrafficSourceIdentifier;
import software.amazon.awssdk.services.elasticloadbalancingv2.ElasticLoadBalancingV2Client;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetGroup;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetHealthDescription;

/** Reads a group with three calls to Auto Scaling, one for the checks of all attached target groups and one for the targets of each. */
final class SdkGroupReader implements GroupReader {
    /** The newest are all that matters to a rollout; AWS keeps six weeks. */
    private static final int MAX_REFRESHES = 10;

    /** One page of AWS: far more than happen in a rollout that has not yet failed. */
    private static final int MAX_ACTIVITIES = 100;

    /** Names in one call, and answers on one page (Auto Scaling API reference, {@code DescribeAutoScalingGroups}). */
    private static final int MAX_GROUPS = 100;

    private final AutoScalingClient autoScaling;
    private final ElasticLoadBalancingV2Client balancing;
    private final EvidenceReader evidence;

    SdkGroupReader(AutoScalingClient autoScaling, ElasticLoadBalancingV2Client balancing, EvidenceReader evidence) {
        this.autoScaling = autoScaling;
        this.balancing = balancing;
        this.evidence = evidence;
    }

    @Override
    public EvidenceReader evidence() {
        return evidence;
    }

    @Override
    public GroupSnapshot read(String groupName) {
        return readAll(List.of(groupName)).get(groupName).get();
    }

    @Override
    public Map<String, Supplier<GroupSnapshot>> readAll(Collection<String> groupNames) {
        Map<String, AutoScalingGroup> groups = new HashMap<>();
        List<String> names = groupNames.stream().distinct().toList();
        for (int from = 0; from < names.size(); from += MAX_GROUPS) {
            List<String> page = names.subList(from, Math.min(names.size(), from + MAX_GROUPS));
            AwsFailures.call(
                            "autoscaling:DescribeAutoScalingGroups",
                            () -> autoScaling.describeAutoScalingGroups(request ->
                                    request.autoScalingGroupNames(page).maxRecords(MAX_GROUPS)))
                    .autoScalingGroups()
                    .forEach(group -> groups.put(group.autoScalingGroupName(), group));
        }
        return names.stream().collect(Collectors.toMap(name -> name, name -> () -> rest(name, groups.get(name))));
    }

    private GroupSnapshot rest(String name, AutoScalingGroup group) {
        if (group == null) {
            return GroupSnapshot.missing(name);
        }
        try {
            return snapshot(group);
        } catch (AwsFailure failure) {
            if (failure.code().equals("ValidationError") && failure.getMessage().contains("name not found")) {
                return GroupSnapshot.missing(name);
            }
            throw failure;
        }
    }

    private GroupSnapshot snapshot(AutoScalingGroup group) {
        String name = group.autoScalingGroupName();
        return new GroupSnapshot(
                name,
                true,
                text(group.status()),
                number(group.minSize()),
                number(group.maxSize()),
                number(group.desiredCapacity()),
                template(template(group)),
                number(group.healthCheckGracePeriod()),
                suspended(group),
                group.instances().stream().map(SdkGroupReader::instance).toList(),
                targetGroups(targetGroups(group).toList()),
                refreshes(name),
                activities(name));
    }

    /** A target group is attached by its ARN or as a traffic source, and AWS names it in either or both lists. */
    private static Stream<String> targetGroups(AutoScalingGroup group) {
        Stream<String> sources = group.trafficSources().stream()
                .filter(source -> "elbv2".equals(source.type()))
                .map(TrafficSourceIdentifier::identifier);
        return Stream.concat(group.targetGroupARNs().stream(), sources).distinct();
    }

    private static LaunchTemplateSpecification template(AutoScalingGroup group) {
        if (group.launchTemplate() != null || group.mixedInstancesPolicy() == null) {
            return group.launchTemplate();
        }
        return group.mixedInstancesPolicy().launchTemplate() == null
                ? null
                : group.mixedInstancesPolicy().launchTemplate().launchTemplateSpecification();
    }

    private static Set<String> suspended(AutoScalingGroup group) {
        return group.suspendedProcesses().stream()
                .map(SuspendedProcess::processName)
                .collect(Collectors.toSet());
    }

    private static InstanceState instance(Instance instance) {
        return new InstanceState(
                instance.instanceId(),
                text(instance.lifecycleStateAsString()),
                text(instance.healthStatus()),
                template(instance.launchTemplate()),
                text(instance.availabilityZone()),
                Boolean.TRUE.equals(instance.protectedFromScaleIn()));
    }

    private List<TargetGroupState> targetGroups(List<String> arns) {
        Map<String, HealthCheck> checks = arns.isEmpty() ? Map.of() : checks(arns);
        return arns.stream().map(arn -> targetGroup(arn, checks.get(arn))).toList();
    }

    /** Read at each look, since a check may be changed while an instance is proven. */
    private Map<String, HealthCheck> checks(List<String> arns) {
        return AwsFailures.call(
                        "elasticloadbalancing:DescribeTargetGroups",
                        () -> balancing.describeTargetGroups(request -> request.targetGroupArns(arns)))
                .targetGroups()
                .stream()
                .collect(Collectors.toMap(TargetGroup::targetGroupArn, SdkGroupReader::check));
    }

    private static HealthCheck check(TargetGroup group) {
        return new HealthCheck(
                Duration.ofSeconds(number(group.healthCheckIntervalSeconds())),
                Duration.ofSeconds(number(group.healthCheckTimeoutSeconds())),
                number(group.healthyThresholdCount()),
                number(group.unhealthyThresholdCount()),
                text(group.healthCheckPath()),
                text(group.healthCheckPort()),
                group.matcher() == null ? "" : text(group.matcher().httpCode()));
    }

    private TargetGroupState targetGroup(String arn, HealthCheck check) {
        List<TargetState> targets = AwsFailures.call(
                        "elasticloadbalancing:DescribeTargetHealth",
                        () -> balancing.describeTargetHealth(request -> request.targetGroupArn(arn)))
                .targetHealthDescriptions()
                .stream()
                .map(SdkGroupReader::target)
                .toList();
        return new TargetGroupState(arn, nameOf(arn), targets, check);
    }

    /** {@code arn:aws:elasticloadbalancing:REGION:ACCOUNT:targetgroup/NAME/ID}. */
    private static String nameOf(String arn) {
        String[] parts = arn.split("/");
        return parts.length == 3 ? parts[1] : arn;
    }

    private static TargetState target(TargetHealthDescription target) {
        return new TargetState(
                target.target().id(),
                number(target.target().port()),
                target.targetHealth() == null ? "" : text(target.targetHealth().stateAsString()),
                target.targetHealth() == null ? "" : text(target.targetHealth().reasonAsString()),
                target.targetHealth() == null ? "" : text(target.targetHealth().description()));
    }

    private List<RefreshState> refreshes(String name) {
        return AwsFailures.call(
                        "autoscaling:DescribeInstanceRefreshes",
                        () -> autoScaling.describeInstanceRefreshes(
                                request -> request.autoScalingGroupName(name).maxRecords(MAX_REFRESHES)))
                .instanceRefreshes()
                .stream()
                .map(SdkGroupReader::refresh)
                .toList();
    }

    private static RefreshState refresh(InstanceRefresh refresh) {
        TemplateVersion wanted = refresh.desiredConfiguration() == null
                ? null
                : template(refresh.desiredConfiguration().launchTemplate());
        return new RefreshState(
                refresh.instanceRefreshId(),
                text(refresh.statusAsString()),
                number(refresh.percentageComplete()),
                text(refresh.statusReason()),
                wanted,
                refresh.startTime(),
                refresh.endTime());
    }

    private List<ActivityState> activities(String name) {
        return AwsFailures.call(
                        "autoscaling:DescribeScalingActivities",
                        () -> autoScaling.describeScalingActivities(
                                request -> request.autoScalingGroupName(name).maxRecords(MAX_ACTIVITIES)))
                .activities()
                .stream()
                .map(SdkGroupReader::activity)
                .toList();
    }

    private static ActivityState activity(Activity activity) {
        return new ActivityState(
                activity.activityId(),
                text(activity.description()),
                text(activity.cause()),
                text(activity.statusCodeAsString()),
                text(activity.statusMessage()),
                activity.startTime() == null ? Instant.EPOCH : activity.startTime());
    }

    private static TemplateVersion template(LaunchTemplateSpecification specification) {
        if (specification == null || specification.launchTemplateId() == null) {
            return null;
        }
        return new TemplateVersion(
                specification.launchTemplateId(),
                specification.version() == null ? "$Default" : specification.version());
    }

    private static String text(String value) {
        return value == null ? "" : value.strip();
    }

    private static int number(Integer value) {
        return value == null ? 0 : value;
    }
}
