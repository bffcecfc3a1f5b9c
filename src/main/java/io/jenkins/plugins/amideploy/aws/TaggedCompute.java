package io.jenkins.plugins.amideploy.aws;

import io.jenkins.plugins.amideploy.engine.Tags;
import io.jenkins.plugins.amideploy.engine.teardown.Resource;
import io.jenkins.plugins.amideploy.engine.teardown.Resource.Kind;
import io.jenkins.plugins.amideploy.engine.tool.Temporary;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.BlockDeviceMapping;
import software.amazon.awssdk.services.ec2.model.EbsBlockDevice;
import software.amazon.awssdk.services.ec2.model.Filter;
import software.amazon.awssdk.services.ec2.model.GroupIdentifier;
import software.amazon.awssdk.services.ec2.model.Image;
import software.amazon.awssdk.services.ec2.model.Instance;
import software.amazon.awssdk.services.ec2.model.InstanceStateName;
import software.amazon.awssdk.services.ec2.model.Tag;

/** What EC2 has with the application's tag, found by the service's own tag filters. */
final class TaggedCompute {
    private static final String NAME = "Name";

    private final Ec2Client ec2;

    TaggedCompute(Ec2Client ec2) {
        this.ec2 = ec2;
    }

    /** Terminated instances stay visible for about an hour and count no more (EC2 user guide, "Terminate your instance"). */
    List<Resource> instances(String app) {
        return AwsFailures.call(
                "ec2:DescribeInstances",
                () -> ec2.describeInstancesPaginator(request -> request.filters(of(app))).reservations().stream()
                        .flatMap(reservation -> reservation.instances().stream())
                        .filter(instance -> instance.state().name() != InstanceStateName.TERMINATED)
                        .map(TaggedCompute::instance)
                        .toList());
    }

    private static Resource instance(Instance instance) {
        Map<String, String> tags = tags(instance.tags());
        String state = instance.state().nameAsString();
        List<String> groups =
                instance.securityGroups().stream().map(GroupIdentifier::groupId).toList();
        return new Resource(Kind.INSTANCE, instance.instanceId(), name(tags), state, tags, groups);
    }

    List<Resource> launchTemplates(String app) {
        return AwsFailures.call(
                "ec2:DescribeLaunchTemplates",
                () ->
                        ec2
                                .describeLaunchTemplatesPaginator(request -> request.filters(of(app)))
                                .launchTemplates()
                                .stream()
                                .map(template -> new Resource(
                                        Kind.LAUNCH_TEMPLATE,
                                        template.launchTemplateId(),
                                        text(template.launchTemplateName()),
                                        "",
                                        tags(template.tags()),
                                        List.of()))
                                .toList());
    }

    List<Resource> images(String app) {
        return AwsFailures.call("ec2:DescribeImages", () -> ec2
                .describeImagesPaginator(request -> request.owners("self")
                        .includeDeprecated(true)
                        .includeDisabled(true)
                        .filters(of(app)))
                .images()
                .stream()
                .map(TaggedCompute::image)
                .toList());
    }

    private static Resource image(Image image) {
        List<String> snapshots = image.blockDeviceMappings().stream()
                .map(BlockDeviceMapping::ebs)
                .filter(Objects::nonNull)
                .map(EbsBlockDevice::snapshotId)
                .filter(Objects::nonNull)
                .toList();
        return new Resource(
                Kind.IMAGE,
                image.imageId(),
                text(image.name()),
                text(image.stateAsString()),
                tags(image.tags()),
                snapshots,
                text(image.creationDate()));
    }

    List<Resource> snapshots(String app) {
        return AwsFailures.call(
                "ec2:DescribeSnapshots",
                () ->
                        ec2
                                .describeSnapshotsPaginator(
                                        request -> request.ownerIds("self").filters(of(app)))
                                .snapshots()
                                .stream()
                                .map(snapshot -> new Resource(
                                        Kind.SNAPSHOT,
                                        snapshot.snapshotId(),
                                        name(tags(snapshot.tags())),
                                        text(snapshot.stateAsString()),
                                        tags(snapshot.tags()),
                                        List.of()))
                                .toList());
    }

    List<Resource> volumes(String app) {
        return AwsFailures.call(
                "ec2:DescribeVolumes",
                () -> ec2.describeVolumesPaginator(request -> request.filters(of(app))).volumes().stream()
                        .map(volume -> new Resource(
                                Kind.VOLUME,
                                volume.volumeId(),
                                name(tags(volume.tags())),
                                text(volume.stateAsString()),
                                tags(volume.tags()),
                                volume.attachments().stream()
                                        .map(attached -> text(attached.instanceId()))
                                        .toList()))
                        .toList());
    }

    /** By name, which is as unique as the id and which every endpoint deletes by. */
    List<Resource> keyPairs(String app) {
        return AwsFailures.call("ec2:DescribeKeyPairs", () -> ec2.describeKeyPairs(request -> request.filters(of(app))))
                .keyPairs()
                .stream()
                .map(pair -> new Resource(
                        Kind.KEY_PAIR, pair.keyName(), text(pair.keyName()), "", tags(pair.tags()), List.of()))
                .toList();
    }

    /** Images of these names that nobody tagged. */
    List<Resource> untaggedImages(Collection<String> names) {
        List<Resource> found = new ArrayList<>();
        for (Filter named : Filters.of("name", names)) {
            found.addAll(AwsFailures.call(
                    "ec2:DescribeImages",
                    () ->
                            ec2
                                    .describeImagesPaginator(
                                            request -> request.owners("self").filters(named))
                                    .images()
                                    .stream()
                                    .filter(image -> image.tags().isEmpty())
                                    .map(TaggedCompute::image)
                                    .toList()));
        }
        return found;
    }

    /** Key pairs of bakes that nobody could tag. */
    List<Resource> untaggedKeyPairs() {
        return AwsFailures.call("ec2:DescribeKeyPairs", () -> ec2.describeKeyPairs()).keyPairs().stream()
                .filter(pair -> pair.tags().isEmpty() && text(pair.keyName()).startsWith(Temporary.PREFIX))
                .map(pair -> new Resource(Kind.KEY_PAIR, pair.keyName(), pair.keyName(), "", Map.of(), List.of()))
                .toList();
    }

    /** Security groups of the same. */
    List<Resource> untaggedSecurityGroups() {
        Filter named = Filter.builder()
                .name("group-name")
                .values(Temporary.PREFIX + "*")
                .build();
        return AwsFailures.call(
                "ec2:DescribeSecurityGroups",
                () -> ec2.describeSecurityGroupsPaginator(request -> request.filters(named)).securityGroups().stream()
                        .filter(group -> group.tags().isEmpty()
                                && text(group.groupName()).startsWith(Temporary.PREFIX))
                        .map(group -> new Resource(
                                Kind.SECURITY_GROUP, group.groupId(), group.groupName(), "", Map.of(), List.of()))
                        .toList());
    }

    List<Resource> networkInterfaces(String app) {
        return AwsFailures.call(
                "ec2:DescribeNetworkInterfaces",
                () ->
                        ec2
                                .describeNetworkInterfacesPaginator(request -> request.filters(of(app)))
                                .networkInterfaces()
                                .stream()
                                .map(card -> new Resource(
                                        Kind.NETWORK_INTERFACE,
                                        card.networkInterfaceId(),
                                        text(card.description()),
                                        text(card.statusAsString()),
                                        tags(card.tagSet()),
                                        List.of()))
                                .toList());
    }

    List<Resource> securityGroups(String app) {
        return AwsFailures.call(
                "ec2:DescribeSecurityGroups",
                () -> ec2.describeSecurityGroupsPaginator(request -> request.filters(of(app))).securityGroups().stream()
                        .map(group -> new Resource(
                                Kind.SECURITY_GROUP,
                                group.groupId(),
                                text(group.groupName()),
                                "",
                                tags(group.tags()),
                                List.of()))
                        .toList());
    }

    private static Filter of(String app) {
        return Filter.builder().name("tag:" + Tags.APP).values(app).build();
    }

    private static Map<String, String> tags(List<Tag> tags) {
        return tags.stream().collect(Collectors.toMap(Tag::key, tag -> text(tag.value()), (first, second) -> second));
    }

    private static String name(Map<String, String> tags) {
        return tags.getOrDefault(NAME, "");
    }

    private static String text(String value) {
        return value == null ? "" : value;
    }
}
