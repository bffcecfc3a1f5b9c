package io.jenkins.plugins.amideploy.engine.image;

import io.jenkins.plugins.amideploy.engine.AwsFailure;
import io.jenkins.plugins.amideploy.engine.Tags;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** An account with one published image and whatever images of ours a test puts there. */
final class FakeImages implements ImageReader {
    static final String UPSTREAM = "ami-upstream";

    final List<Image> ours = new ArrayList<>();
    boolean published = true;
    AwsFailure failure;
    int looks;

    /** Pattern of the image that was looked for. */
    String sought = "";

    /** Architectures of instance types. */
    final Map<String, List<String>> types = new HashMap<>(Map.of("t3.small", List.of("x86_64")));

    @Override
    public List<String> architectures(String instanceType) {
        return types.getOrDefault(instanceType, List.of());
    }

    @Override
    public Optional<Image> newest(String owner, String namePattern, Architecture architecture) {
        sought = namePattern;
        return published
                ? Optional.of(new Image(UPSTREAM, "debian-12-amd64-1", Instant.EPOCH, List.of(), Map.of()))
                : Optional.empty();
    }

    @Override
    public List<Image> ofFingerprints(String app, Collection<String> fingerprints) {
        looks++;
        if (failure != null) {
            throw failure;
        }
        return ours.stream()
                .filter(image -> image.tag(Tags.APP).equals(app) && fingerprints.contains(image.tag(Tags.FINGERPRINT)))
                .toList();
    }

    @Override
    public Optional<Image> image(String amiId) {
        return ours.stream().filter(image -> image.amiId().equals(amiId)).findFirst();
    }

    static Image base(String amiId, String fingerprint, Instant createdAt) {
        return image(amiId, Layer.BASE, fingerprint, createdAt, Map.of());
    }

    static Image application(String amiId, String fingerprint, Instant createdAt, Instant baseBakedAt) {
        return image(
                amiId,
                Layer.APPLICATION,
                fingerprint,
                createdAt,
                Map.of(
                        Tags.BASE_BAKED_AT, baseBakedAt.toString(),
                        Tags.BASE_IMAGE, "ami-base web-base-1",
                        Tags.BUILD, "b-other"));
    }

    static Image image(String amiId, Layer layer, String fingerprint, Instant createdAt, Map<String, String> more) {
        Map<String, String> tags = new HashMap<>(more);
        tags.put(Tags.APP, "web");
        tags.put(Tags.LAYER, layer.label());
        tags.put(Tags.FINGERPRINT, fingerprint);
        return new Image(amiId, "name of " + amiId, createdAt, List.of("snap-" + amiId), tags);
    }
}
