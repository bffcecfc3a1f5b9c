package io.jenkins.plugins.amideploy.aws;

import io.jenkins.plugins.amideploy.engine.AwsFailure;
import io.jenkins.plugins.amideploy.engine.diagnosis.BalancerPath;
import io.jenkins.plugins.amideploy.engine.diagnosis.EvidenceReader;
import io.jenkins.plugins.amideploy.engine.diagnosis.LaunchSource;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.services.autoscaling.AutoScalingClient;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.MetricAlarm;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.Filter;
import software.amazon.awssdk.services.ec2.model.Image;
import software.amazon.awssdk.services.ec2.model.InstanceTypeInfo;
import software.amazon.awssdk.services.ec2.model.LaunchTemplateVersion;
import software.amazon.awssdk.services.ec2.model.ResponseLaunchTemplateData;
import software.amazon.awssdk.services.elasticloadbalancingv2.ElasticLoadBalancingV2Client;

/** Reads what explains a failure, each part in as few calls as AWS allows; clients are made at the first of them. */
final class SdkEvidenceReader implements EvidenceReader {
    private final AutoScalingClient autoScaling;
    private final Lazy<Ec2Client> ec2;
    private final Lazy<CloudWatchClient> cloudWatch;
    private final SdkPathReader path;

    SdkEvidenceReader(
            AutoScalingClient autoScaling,
            ElasticLoadBalancingV2Client balancing,
            Lazy<Ec2Client> ec2,
            Lazy<CloudWatchClient> cloudWatch) {
        this.autoScaling = autoScaling;
        this.ec2 = ec2;
        this.cloudWatch = cloudWatch;
        this.path = new SdkPathReader(balancing, ec2);
    }

    @Override
    public BalancerPath path(List<String> targetGroupArns, List<String> instanceIds) {
        return path.read(targetGroupArns, instanceIds);
    }

    /** The latest there is, where the type can tell (EC2 user guide, "Instance console output": Nitro only); else what EC2 has kept. */
    @Override
    public String console(String instanceId) {
        try {
            return console(instanceId, true);
        } catch (AwsFailure notOfThisType) {
            return console(instanceId, false);
        }
    }

    private String console(String instanceId, boolean latest) {
        String encoded = AwsFailures.call("ec2:GetConsoleOutput", () -> ec2.get()
                        .getConsoleOutput(
                                request -> request.instanceId(instanceId).latest(latest)))
                .output();
        return encoded == null ? "" : new String(Base64.getMimeDecoder().decode(encoded), StandardCharsets.UTF_8);
    }

    @Override
    public GroupSetup setup(String groupName) {
        boolean mixed = AwsFailures.call(
                        "autoscaling:DescribeAutoScalingGroups",
                        () -> autoScaling.describeAutoScalingGroups(
                                request -> request.autoScalingGroupNames(groupName)))
                .autoScalingGroups()
                .stream()
                .anyMatch(group -> group.mixedInstancesPolicy() != null);
        List<Hook> hooks = AwsFailures.call(
                        "autoscaling:DescribeLifecycleHooks",
                        () -> autoScaling.describeLifecycleHooks(request -> request.autoScalingGroupName(groupName)))
                .lifecycleHooks()
                .stream()
                .map(hook -> new Hook(
                        hook.lifecycleHookName(),
                        "autoscaling:EC2_INSTANCE_LAUNCHING".equals(hook.lifecycleTransition()),
                        hook.heartbeatTimeout() == null ? 0 : hook.heartbeatTimeout(),
                        text(hook.defaultResult())))
                .toList();
        return new GroupSetup(mixed, hooks);
    }

    @Override
    public List<Alarm> alarms(List<String> names) {
        if (names.isEmpty()) {
            return List.of();
        }
        return AwsFailures.call(
                        "cloudwatch:DescribeAlarms",
                        () -> cloudWatch.get().describeAlarms(request -> request.alarmNames(names)))
                .metricAlarms()
                .stream()
                .map(SdkEvidenceReader::alarm)
                .toList();
    }

    private static Alarm alarm(MetricAlarm alarm) {
        return new Alarm(alarm.alarmName(), text(alarm.stateValueAsString()), text(alarm.stateReason()));
    }

    @Override
    public LaunchSource launchSource(String templateId, String version) {
        Optional<ResponseLaunchTemplateData> found = template(templateId, version);
        if (found.isEmpty()) {
            return LaunchSource.MISSING;
        }
        String image = text(found.get().imageId());
        String type = text(found.get().instanceTypeAsString());
        // A parameter of Systems Manager in place of an id is resolved at launch.
        boolean named = image.startsWith("ami-");
        Optional<Image> read = named ? image(image) : Optional.empty();
        return new LaunchSource(
                true,
                true,
                named ? image : "",
                read.map(one -> text(one.stateAsString())).orElse(""),
                read.map(one -> text(one.architectureAsString())).orElse(""),
                type,
                read.isPresent() && !type.isEmpty() ? architectures(type) : List.of());
    }

    private Optional<ResponseLaunchTemplateData> template(String templateId, String version) {
        try {
            return AwsFailures.call("ec2:DescribeLaunchTemplateVersions", () -> ec2.get()
                            .describeLaunchTemplateVersions(request ->
                                    request.launchTemplateId(templateId).versions(version)))
                    .launchTemplateVersions()
                    .stream()
                    .findFirst()
                    .map(LaunchTemplateVersion::launchTemplateData);
        } catch (AwsFailure failure) {
            if (failure.code().startsWith("InvalidLaunchTemplateId.")) {
                return Optional.empty();
            }
            throw failure;
        }
    }

    /** By a filter, so that one that is not there is no error. */
    private Optional<Image> image(String id) {
        Filter filter = Filter.builder().name("image-id").values(id).build();
        return AwsFailures.call(
                        "ec2:DescribeImages", () -> ec2.get().describeImages(request -> request.filters(filter)))
                .images()
                .stream()
                .findFirst();
    }

    private List<String> architectures(String type) {
        Filter filter = Filter.builder().name("instance-type").values(type).build();
        return AwsFailures.call("ec2:DescribeInstanceTypes", () -> ec2.get()
                        .describeInstanceTypes(request -> request.filters(filter)))
                .instanceTypes()
                .stream()
                .map(InstanceTypeInfo::processorInfo)
                .filter(processor -> processor != null)
                .flatMap(processor -> processor.supportedArchitecturesAsStrings().stream())
                .toList();
    }

    private static String text(String value) {
        return value == null ? "" : value.strip();
    }
}
