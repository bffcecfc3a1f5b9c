package io.jenkins.plugins.amideploy.aws;

import io.jenkins.plugins.amideploy.engine.Tags;
import io.jenkins.plugins.amideploy.engine.teardown.ImageUses.Chosen;
import io.jenkins.plugins.amideploy.engine.teardown.ImageUses.Published;
import io.jenkins.plugins.amideploy.engine.teardown.ImageUses.Running;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import software.amazon.awssdk.services.autoscaling.AutoScalingClient;
import software.amazon.awssdk.services.autoscaling.model.AutoScalingGroup;
import software.amazon.awssdk.services.autoscaling.model.LaunchTemplateSpecification;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.Filter;
import software.amazon.awssdk.services.ec2.model.InstanceStateName;
import software.amazon.awssdk.services.ec2.model.LaunchTemplate;
import software.amazon.awssdk.services.ec2.model.Tag;

/** What launches or runs an application's images, for {@link SdkResourceReader}. */
final class ImageUsers {
    private final Ec2Client ec2;
    private final AutoScalingClient autoScaling;

    ImageUsers(Ec2Client ec2, AutoScalingClient autoScaling) {
        this.ec2 = ec2;
        this.autoScaling = autoScaling;
    }

    /** Every version of every launch template with the application's tag. */
    List<Published> published(String app) {
        List<LaunchTemplate> templates =
                AwsFailures.call(
                        "ec2:DescribeLaunchTemplates", () -> ec2
                                .describeLaunchTemplatesPaginator(request -> request.filters(tagged(app)))
                                .launchTemplates()
                                .stream()
                                .toList());
        List<Published> published = new ArrayList<>();
        for (LaunchTemplate template : templates) {
            Map<String, String> tags = tags(template.tags());
            AwsFailures.call("ec2:DescribeLaunchTemplateVersions", () -> ec2
                            .describeLaunchTemplateVersionsPaginator(
                                    request -> request.launchTemplateId(template.launchTemplateId()))
                            .launchTemplateVersions()
                            .stream()
                            .toList())
                    .stream()
                    .filter(version -> version.launchTemplateData() != null
                            && version.launchTemplateData().imageId() != null)
                    .forEach(version -> published.add(new Published(
                            template.launchTemplateId(),
                            version.versionNumber(),
                            Boolean.TRUE.equals(version.defaultVersion()),
                            version.launchTemplateData().imageId(),
                            tags)));
        }
        return published;
    }

    /** What the application's groups are set to start. */
    List<Chosen> chosen(String app) {
        return AwsFailures.call("autoscaling:DescribeAutoScalingGroups", () -> autoScaling
                .describeAutoScalingGroupsPaginator(
                        request -> request.filters(software.amazon.awssdk.services.autoscaling.model.Filter.builder()
                                .name("tag:" + Tags.APP)
                                .values(app)
                                .build()))
                .autoScalingGroups()
                .stream()
                .flatMap(ImageUsers::templates)
                .filter(template -> template.launchTemplateId() != null)
                .map(template -> new Chosen(
                        template.launchTemplateId(),
                        Optional.ofNullable(template.version()).orElse("$Default")))
                .toList());
    }

    /** The group's own template, and those that its instances were started from while they are being replaced. */
    private static Stream<LaunchTemplateSpecification> templates(AutoScalingGroup group) {
        return Stream.concat(
                        Stream.of(Optional.ofNullable(group.launchTemplate())),
                        group.instances().stream().map(instance -> Optional.ofNullable(instance.launchTemplate())))
                .flatMap(Optional::stream);
    }

    /** Instances of the account that run one of the images; terminated ones are history. */
    List<Running> running(Collection<String> imageIds) {
        List<Running> running = new ArrayList<>();
        for (Filter images : Filters.of("image-id", imageIds)) {
            AwsFailures.call(
                            "ec2:DescribeInstances",
                            () ->
                                    ec2
                                            .describeInstancesPaginator(request -> request.filters(images))
                                            .reservations()
                                            .stream()
                                            .flatMap(reservation -> reservation.instances().stream())
                                            .toList())
                    .stream()
                    .filter(instance -> instance.state().name() != InstanceStateName.TERMINATED)
                    .forEach(instance -> running.add(new Running(
                            instance.instanceId(),
                            instance.imageId(),
                            instance.state().nameAsString(),
                            tags(instance.tags()))));
        }
        return running;
    }

    private static Filter tagged(String app) {
        return Filter.builder().name("tag:" + Tags.APP).values(app).build();
    }

    private static Map<String, String> tags(List<Tag> tags) {
        return tags.stream()
                .collect(Collectors.toMap(
                        Tag::key, tag -> Optional.ofNullable(tag.value()).orElse(""), (first, second) -> second));
    }
}
