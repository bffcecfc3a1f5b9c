package io.jenkins.plugins.amideploy.jenkins;

import io.jenkins.plugins.amideploy.engine.AppId;
import io.jenkins.plugins.amideploy.engine.Tags;
import java.util.Map;
import java.util.UUID;
import software.amazon.awssdk.services.autoscaling.AutoScalingClient;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.InstanceType;
import software.amazon.awssdk.services.ec2.model.RequestLaunchTemplateData;

/** An Auto Scaling group of one record of an instance, without a balancer, in the embedded AWS. */
public final class EmbeddedGroup implements AutoCloseable {
    private final String name;
    private final Ec2Client ec2;
    private final AutoScalingClient autoScaling;
    private final String image;
    private final String template;

    public EmbeddedGroup(EmbeddedAws aws) {
        this(aws, "jenkins-" + UUID.randomUUID().toString().substring(0, 8));
    }

    /** @param name of the group and its launch template */
    public EmbeddedGroup(EmbeddedAws aws, String name) {
        this.name = name;
        ec2 = aws.client(Ec2Client.builder());
        autoScaling = aws.client(AutoScalingClient.builder());
        image = ec2.describeImages(request -> request.owners("136693071363"))
                .images()
                .get(0)
                .imageId();
        template = ec2.createLaunchTemplate(
                        request -> request.launchTemplateName(name).launchTemplateData(data(image)))
                .launchTemplate()
                .launchTemplateId();
    }

    /** Makes the group, at version 1. */
    public EmbeddedGroup create() {
        String subnet = ec2.describeSubnets().subnets().get(0).subnetId();
        autoScaling.createAutoScalingGroup(request -> request.autoScalingGroupName(name)
                .minSize(1)
                .maxSize(1)
                .desiredCapacity(1)
                .vpcZoneIdentifier(subnet)
                .defaultInstanceWarmup(0)
                .launchTemplate(chosen -> chosen.launchTemplateId(template).version("1")));
        return this;
    }

    /** Gives it the tags of an environment, as Terraform does. */
    public EmbeddedGroup tag(AppId app) {
        Map.of(Tags.APP, app.app(), Tags.ENVIRONMENT, app.environment())
                .forEach((key, value) ->
                        autoScaling.createOrUpdateTags(request -> request.tags(tag -> tag.resourceId(name)
                                .resourceType("auto-scaling-group")
                                .propagateAtLaunch(false)
                                .key(key)
                                .value(value))));
        return this;
    }

    /** Whether it is there and not going. */
    public boolean isThere() {
        return autoScaling
                .describeAutoScalingGroups(request -> request.autoScalingGroupNames(name))
                .autoScalingGroups()
                .stream()
                .anyMatch(group -> group.status() == null);
    }

    /** Publishes another version. @return its number */
    public String publish(String imageId) {
        return ec2.createLaunchTemplateVersion(
                        request -> request.launchTemplateId(template).launchTemplateData(data(imageId)))
                .launchTemplateVersion()
                .versionNumber()
                .toString();
    }

    public String image() {
        return image;
    }

    public String template() {
        return template;
    }

    public String name() {
        return name;
    }

    /** Begins a refresh to a version, which goes on for minutes. @return its id */
    public String refresh(String version) {
        return autoScaling
                .startInstanceRefresh(request -> request.autoScalingGroupName(name)
                        .desiredConfiguration(wanted -> wanted.launchTemplate(
                                chosen -> chosen.launchTemplateId(template).version(version)))
                        .preferences(preferences -> preferences
                                .instanceWarmup(300)
                                .minHealthyPercentage(100)
                                .maxHealthyPercentage(200)))
                .instanceRefreshId();
    }

    /** How many refreshes there were. */
    public int refreshes() {
        return autoScaling
                .describeInstanceRefreshes(request -> request.autoScalingGroupName(name))
                .instanceRefreshes()
                .size();
    }

    /** Status of the newest refresh. */
    public String refreshStatus() {
        return autoScaling
                .describeInstanceRefreshes(request -> request.autoScalingGroupName(name))
                .instanceRefreshes()
                .get(0)
                .statusAsString();
    }

    /** The step's arguments that name this group at a version. */
    public String arguments(String version) {
        return "asgName: '" + name + "', launchTemplateId: '" + template + "', launchTemplateVersion: '" + version
                + "'";
    }

    private static RequestLaunchTemplateData data(String imageId) {
        return RequestLaunchTemplateData.builder()
                .imageId(imageId)
                .instanceType(InstanceType.T3_SMALL)
                .build();
    }

    @Override
    public void close() {
        ec2.close();
        autoScaling.close();
    }
}
