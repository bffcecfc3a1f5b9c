package io.jenkins.plugins.amideploy.aws;

import io.jenkins.plugins.amideploy.engine.AwsFailure;
import io.jenkins.plugins.amideploy.engine.Tags;
import io.jenkins.plugins.amideploy.engine.image.Architecture;
import io.jenkins.plugins.amideploy.engine.image.Image;
import io.jenkins.plugins.amideploy.engine.image.ImageReader;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.BlockDeviceMapping;
import software.amazon.awssdk.services.ec2.model.DescribeImagesRequest;
import software.amazon.awssdk.services.ec2.model.Filter;
import software.amazon.awssdk.services.ec2.model.Tag;

/** Images as EC2 lists them, all pages; only those that can be launched. */
final class SdkImageReader implements ImageReader {
    private static final Comparator<Image> NEWEST_FIRST =
            Comparator.comparing(Image::createdAt).reversed();

    /** No image can have such an id, so there is none. */
    private static final String MALFORMED = "InvalidAMIID.Malformed";

    private final Ec2Client ec2;

    SdkImageReader(Ec2Client ec2) {
        this.ec2 = ec2;
    }

    @Override
    public Optional<Image> newest(String owner, String namePattern, Architecture architecture) {
        return images(request -> request.owners(owner)
                        .filters(
                                available(),
                                filter("name", namePattern),
                                filter("architecture", architecture.label()),
                                filter("root-device-type", "ebs"),
                                filter("virtualization-type", "hvm")))
                .stream()
                .findFirst();
    }

    @Override
    public List<String> architectures(String instanceType) {
        return AwsFailures.call(
                        "ec2:DescribeInstanceTypes",
                        () -> ec2.describeInstanceTypes(
                                request -> request.filters(filter("instance-type", instanceType))))
                .instanceTypes()
                .stream()
                .filter(type -> type.processorInfo() != null)
                .flatMap(type -> type.processorInfo().supportedArchitecturesAsStrings().stream())
                .toList();
    }

    @Override
    public List<Image> ofFingerprints(String app, Collection<String> fingerprints) {
        return images(request -> request.owners("self")
                .filters(
                        available(),
                        filter("tag:" + Tags.APP, app),
                        filter("tag:" + Tags.FINGERPRINT, fingerprints.toArray(String[]::new))));
    }

    @Override
    public Optional<Image> image(String amiId) {
        try {
            return images(request -> request.imageIds(amiId).filters(available())).stream()
                    .findFirst();
        } catch (AwsFailure failure) {
            if (failure.kind() == AwsFailure.Kind.NOT_FOUND || failure.code().equals(MALFORMED)) {
                return Optional.empty();
            }
            throw failure;
        }
    }

    private List<Image> images(Consumer<DescribeImagesRequest.Builder> wanted) {
        return AwsFailures.call("ec2:DescribeImages", () -> ec2.describeImagesPaginator(wanted).images().stream()
                .filter(image -> image.creationDate() != null)
                .map(SdkImageReader::image)
                .sorted(NEWEST_FIRST)
                .toList());
    }

    private static Image image(software.amazon.awssdk.services.ec2.model.Image image) {
        return new Image(
                image.imageId(),
                image.name(),
                Instant.parse(image.creationDate()),
                image.blockDeviceMappings().stream()
                        .map(BlockDeviceMapping::ebs)
                        .filter(Objects::nonNull)
                        .map(disk -> disk.snapshotId())
                        .filter(Objects::nonNull)
                        .toList(),
                image.tags().stream().collect(Collectors.toMap(Tag::key, Tag::value)));
    }

    private static Filter available() {
        return filter("state", "available");
    }

    private static Filter filter(String name, String... values) {
        return Filter.builder().name(name).values(values).build();
    }
}
