package io.jenkins.plugins.amideploy.aws;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.amideploy.engine.Tags;
import io.jenkins.plugins.amideploy.engine.image.Architecture;
import io.jenkins.plugins.amideploy.engine.image.Image;
import io.jenkins.plugins.amideploy.engine.image.ImageReader;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import org.assertj.core.data.TemporalUnitOffset;
import org.assertj.core.data.TemporalUnitWithinOffset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.ResourceType;
import software.amazon.awssdk.services.ec2.model.TagSpecification;

/** Images as a bake looks them up, at an endpoint on this machine. */
@Tag("embedded")
@EnabledIfEnvironmentVariable(
        named = "AWS_ENDPOINT_URL",
        matches = "http://127\\..*",
        disabledReason = "no embedded AWS: local/aws up")
class EmbeddedImagesTest {
    private static final String DEBIAN = "136693071363";

    private final AwsClients clients =
            new AwsClients(AwsSettings.fromEnvironment(System.getenv("AWS_REGION"), System.getenv()));
    private final ImageReader images = clients.imageReader();
    private final Ec2Client ec2 = Ec2Client.create();
    private final String app = "app-" + UUID.randomUUID().toString().substring(0, 8);

    @AfterEach
    void close() {
        ec2.close();
        clients.close();
    }

    @Test
    void publishedImage_isTheNewestOfItsPattern() {
        Image published =
                images.newest(DEBIAN, "debian-12-amd64-*", Architecture.X86_64).orElseThrow();

        assertThat(published.name()).startsWith("debian-12-amd64-");
        assertThat(images.image(published.amiId())).contains(published);
        assertThat(images.newest(DEBIAN, "no-such-*", Architecture.X86_64)).isEmpty();
    }

    @Test
    void imagesOfAFingerprint_comeNewestFirstWithTagsSnapshotsAndTime() {
        String instance = instance();
        String older = image(instance, "older", "f1");
        String newer = image(instance, "newer", "f2");
        image(instance, "other", "f3");

        List<Image> found = images.ofFingerprints(app, List.of("f1", "f2"));

        assertThat(found).extracting(Image::amiId).containsExactlyInAnyOrder(older, newer);
        assertThat(found).isSortedAccordingTo((one, other) -> other.createdAt().compareTo(one.createdAt()));
        assertThat(found).allSatisfy(image -> {
            assertThat(image.name()).startsWith(app);
            assertThat(image.tags()).containsEntry(Tags.APP, app).containsKey(Tags.FINGERPRINT);
            assertThat(image.snapshotIds()).isNotEmpty();
            assertThat(image.createdAt()).isCloseTo(Instant.now(), within(Duration.ofMinutes(5)));
        });
        assertThat(images.ofFingerprints(app + "x", List.of("f1", "f2"))).isEmpty();
    }

    @Test
    void imageThatIsGone_isNotFound() {
        String amiId = image(instance(), "gone", "f1");
        assertThat(images.image(amiId)).isPresent();

        ec2.deregisterImage(request -> request.imageId(amiId));

        assertThat(images.image(amiId)).isEmpty();
        assertThat(images.image("ami-0123456789abcdef0")).isEmpty();
        assertThat(images.ofFingerprints(app, List.of("f1"))).isEmpty();
    }

    private static TemporalUnitOffset within(Duration duration) {
        return new TemporalUnitWithinOffset(duration.toSeconds(), ChronoUnit.SECONDS);
    }

    private String instance() {
        String published = images.newest(DEBIAN, "debian-12-amd64-*", Architecture.X86_64)
                .orElseThrow()
                .amiId();
        return ec2.runInstances(request -> request.imageId(published)
                        .instanceType("t3.small")
                        .minCount(1)
                        .maxCount(1))
                .instances()
                .get(0)
                .instanceId();
    }

    private String image(String instance, String name, String fingerprint) {
        ec2.waiter().waitUntilInstanceRunning(request -> request.instanceIds(instance));
        String amiId = ec2.createImage(request -> request.instanceId(instance)
                        .name(app + "-" + name)
                        .tagSpecifications(TagSpecification.builder()
                                .resourceType(ResourceType.IMAGE)
                                .tags(tag(Tags.APP, app), tag(Tags.FINGERPRINT, fingerprint))
                                .build()))
                .imageId();
        ec2.waiter().waitUntilImageAvailable(request -> request.imageIds(amiId));
        return amiId;
    }

    private static software.amazon.awssdk.services.ec2.model.Tag tag(String key, String value) {
        return software.amazon.awssdk.services.ec2.model.Tag.builder()
                .key(key)
                .value(value)
                .build();
    }
}
