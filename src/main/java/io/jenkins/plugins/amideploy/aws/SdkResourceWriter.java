package io.jenkins.plugins.amideploy.aws;

import io.jenkins.plugins.amideploy.engine.AwsFailure;
import io.jenkins.plugins.amideploy.engine.teardown.ResourceWriter;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import software.amazon.awssdk.services.autoscaling.AutoScalingClient;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.Filter;
import software.amazon.awssdk.services.ec2.model.SecurityGroupRule;
import software.amazon.awssdk.services.ec2.model.Tag;
import software.amazon.awssdk.services.elasticloadbalancingv2.ElasticLoadBalancingV2Client;

/** Removes images, snapshots, what a bake left and what a state lost. What is already gone is as good as removed. */
final class SdkResourceWriter implements ResourceWriter {
    private final Ec2Client ec2;
    private final AutoScalingClient autoScaling;
    private final ElasticLoadBalancingV2Client balancing;
    private final CloudWatchClient cloudWatch;
    private final InstanceRoles roles;

    SdkResourceWriter(
            Ec2Client ec2,
            AutoScalingClient autoScaling,
            ElasticLoadBalancingV2Client balancing,
            CloudWatchClient cloudWatch,
            InstanceRoles roles) {
        this.ec2 = ec2;
        this.autoScaling = autoScaling;
        this.balancing = balancing;
        this.cloudWatch = cloudWatch;
        this.roles = roles;
    }

    @Override
    public void tag(String id, Map<String, String> tags) {
        List<Tag> all = tags.entrySet().stream()
                .map(tag ->
                        Tag.builder().key(tag.getKey()).value(tag.getValue()).build())
                .toList();
        remove(
                "ec2:CreateTags",
                () -> ec2.createTags(request -> request.resources(id).tags(all)));
    }

    @Override
    public void deregisterImage(String imageId, boolean snapshots) {
        remove(
                "ec2:DeregisterImage",
                () -> ec2.deregisterImage(request -> {
                    request.imageId(imageId);
                    if (snapshots) {
                        request.deleteAssociatedSnapshots(true);
                    }
                }));
    }

    @Override
    public void deleteSnapshot(String snapshotId) {
        remove("ec2:DeleteSnapshot", () -> ec2.deleteSnapshot(request -> request.snapshotId(snapshotId)));
    }

    @Override
    public void terminateInstance(String instanceId) {
        remove("ec2:TerminateInstances", () -> ec2.terminateInstances(request -> request.instanceIds(instanceId)));
    }

    @Override
    public void deleteVolume(String volumeId) {
        remove("ec2:DeleteVolume", () -> ec2.deleteVolume(request -> request.volumeId(volumeId)));
    }

    @Override
    public void deleteKeyPair(String name) {
        remove("ec2:DeleteKeyPair", () -> ec2.deleteKeyPair(request -> request.keyName(name)));
    }

    @Override
    public void deleteSecurityGroup(String groupId) {
        remove("ec2:RevokeSecurityGroupEgress", () -> {
            letGo(groupId);
            return null;
        });
        remove("ec2:DeleteSecurityGroup", () -> ec2.deleteSecurityGroup(request -> request.groupId(groupId)));
    }

    /** Two groups whose rules name each other could neither be deleted (EC2 user guide, "Delete a security group"). */
    private void letGo(String groupId) {
        for (SecurityGroupRule rule : ec2.describeSecurityGroupRulesPaginator(request -> request.filters(
                        Filter.builder().name("group-id").values(groupId).build()))
                .securityGroupRules()) {
            if (rule.referencedGroupInfo() == null) {
                continue;
            }
            if (Boolean.TRUE.equals(rule.isEgress())) {
                ec2.revokeSecurityGroupEgress(
                        request -> request.groupId(groupId).securityGroupRuleIds(rule.securityGroupRuleId()));
            } else {
                ec2.revokeSecurityGroupIngress(
                        request -> request.groupId(groupId).securityGroupRuleIds(rule.securityGroupRuleId()));
            }
        }
    }

    @Override
    public void deleteLaunchTemplate(String templateId) {
        remove(
                "ec2:DeleteLaunchTemplate",
                () -> ec2.deleteLaunchTemplate(request -> request.launchTemplateId(templateId)));
    }

    @Override
    public void deleteGroup(String groupName) {
        remove(
                "autoscaling:DeleteAutoScalingGroup",
                () -> autoScaling.deleteAutoScalingGroup(
                        request -> request.autoScalingGroupName(groupName).forceDelete(true)));
    }

    @Override
    public void deleteLoadBalancer(String arn) {
        remove(
                "elasticloadbalancing:DeleteLoadBalancer",
                () -> balancing.deleteLoadBalancer(request -> request.loadBalancerArn(arn)));
    }

    @Override
    public void deleteTargetGroup(String arn) {
        remove(
                "elasticloadbalancing:DeleteTargetGroup",
                () -> balancing.deleteTargetGroup(request -> request.targetGroupArn(arn)));
    }

    @Override
    public void deleteInstanceProfile(String name) {
        remove("iam:DeleteInstanceProfile", () -> {
            roles.deleteProfile(name);
            return null;
        });
    }

    @Override
    public void deleteRole(String name) {
        remove("iam:DeleteRole", () -> {
            roles.deleteRole(name);
            return null;
        });
    }

    @Override
    public void deleteAlarm(String alarmName) {
        remove("cloudwatch:DeleteAlarms", () -> cloudWatch.deleteAlarms(request -> request.alarmNames(alarmName)));
    }

    private static void remove(String action, Supplier<?> call) {
        try {
            AwsFailures.call(action, call);
        } catch (AwsFailure failure) {
            boolean gone = failure.kind() == AwsFailure.Kind.NOT_FOUND
                    || failure.code().equals("InvalidAMIID.Unavailable");
            if (!gone) {
                throw failure;
            }
        }
    }
}
