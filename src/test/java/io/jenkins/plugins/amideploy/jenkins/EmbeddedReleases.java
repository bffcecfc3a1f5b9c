package io.jenkins.plugins.amideploy.jenkins;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.Filter;
import software.amazon.awssdk.services.ec2.model.Image;
import software.amazon.awssdk.services.ec2.model.ResourceType;
import software.amazon.awssdk.services.ec2.model.Tag;
import software.amazon.awssdk.services.ec2.model.TagSpecification;
import software.amazon.awssdk.services.s3.S3Client;

/** An application of the embedded AWS whose stack stands in {@code demo}, with images and the records of releases that brought them. */
public final class EmbeddedReleases implements AutoCloseable {
    private static final String BUCKET = "ami-deploy-state-123456789012-us-east-1";

    private final String app;
    private final Ec2Client ec2;
    private final S3Client s3;
    private final List<String> images = new ArrayList<>();

    public EmbeddedReleases(EmbeddedAws aws, String app) {
        this.app = app;
        this.ec2 = aws.client(Ec2Client.builder());
        this.s3 = aws.client(S3Client.builder().forcePathStyle(true));
        s3.createBucket(request -> request.bucket(BUCKET));
        ec2.createLaunchTemplate(request -> request.launchTemplateName(app)
                .launchTemplateData(data -> data.instanceType("t3.small"))
                .tagSpecifications(tags(ResourceType.LAUNCH_TEMPLATE, tag("environment", "demo"))));
    }

    /** The next release, proven healthy, with an image of its own. @return the image's id */
    public String next() {
        int number = images.size() + 1;
        String published = ec2.describeImages(request -> request.owners("136693071363"))
                .images()
                .get(0)
                .imageId();
        String image = ec2.copyImage(request -> request.name(app + "-" + number)
                        .sourceImageId(published)
                        .sourceRegion("us-east-1")
                        .encrypted(true)
                        .tagSpecifications(tags(ResourceType.IMAGE), tags(ResourceType.SNAPSHOT)))
                .imageId();
        images.add(image);
        put(
                number,
                "begin",
                """
                {"format": 1, "number": %d, "app": "%s", "environment": "demo", "kind": "deployment", "build": "b",
                 "started_at": "2026-11-20T12:00:00Z", "build_url": "", "run_commit": ""}
                """
                        .formatted(number, app));
        put(
                number,
                "end",
                """
                {"format": 1, "result": "healthy", "ended_at": "2026-11-20T12:05:00Z", "image_id": "%s"}
                """
                        .formatted(image));
        return image;
    }

    private void put(int number, String half, String text) {
        String key = "%s/demo/releases/%06d/%s.json".formatted(app, number, half);
        s3.putObject(request -> request.bucket(BUCKET).key(key), RequestBody.fromString(text));
    }

    /** Takes the end of a release away and puts something that is no record there. */
    public void damage(int number) {
        put(number, "end", "not a record");
    }

    /** Ids of the images that are there. */
    public List<String> images() {
        return ec2
                .describeImages(request -> request.owners("self")
                        .filters(Filter.builder()
                                .name("tag:ami-deploy:app")
                                .values(app)
                                .build()))
                .images()
                .stream()
                .map(Image::imageId)
                .toList();
    }

    /** Keys of claims and removal markers. */
    public List<String> claims() {
        return s3.listObjectsV2(request -> request.bucket(BUCKET).prefix(app + "/claims/")).contents().stream()
                .map(object -> object.key())
                .toList();
    }

    private TagSpecification tags(ResourceType type, Tag... more) {
        return TagSpecification.builder()
                .resourceType(type)
                .tags(Stream.concat(Stream.of(tag("app", app)), Stream.of(more)).toList())
                .build();
    }

    private static Tag tag(String key, String value) {
        return Tag.builder().key("ami-deploy:" + key).value(value).build();
    }

    @Override
    public void close() {
        ec2.close();
        s3.close();
    }
}
