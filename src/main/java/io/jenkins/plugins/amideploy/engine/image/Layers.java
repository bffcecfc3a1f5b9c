package io.jenkins.plugins.amideploy.engine.image;

import io.jenkins.plugins.amideploy.engine.AwsFailure;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Looks at which layers there are in account and region: before a bake to decide on it, after it for those beside it. */
final class Layers {
    private static final String UNKNOWN = "unknown";

    private final BakeRequest request;
    private final ImageReader images;

    Layers(BakeRequest request, ImageReader images) {
        this.request = request;
        this.images = images;
    }

    /**
     * What is there, and what is to be done about it.
     *
     * @param choice what to do
     * @param decision the same as a bake needs it; of no use where nothing is baked
     */
    record Found(LayerChoice choice, Decision decision) {}

    /**
     * Decides.
     *
     * @throws IllegalArgumentException when there is nothing to bake from
     * @throws AwsFailure when AWS does not answer
     */
    Found look(Survey survey) {
        Image upstream = upstream();
        String base = Fingerprint.base(upstream.amiId(), survey);
        String application = Fingerprint.application(request.app().app(), base, survey, request.settings());
        List<Image> there = images.ofFingerprints(request.app().app(), List.of(base, application));
        LayerChoice choice = LayerChoice.of(
                there, base, application, request.fresh(), request.settings().baseMaxAge(), request.startedAt());
        Decision decision = new Decision(
                upstream.amiId(),
                base,
                application,
                Fingerprint.files(survey),
                "",
                "",
                first(request.commit(), survey.commit()),
                first(request.appVersion(), survey.version()),
                there.stream().map(Image::amiId).toList());
        return new Found(
                choice,
                choice instanceof LayerChoice.OnBase on
                        ? decision.onBase(
                                on.base().amiId(),
                                on.base()
                                        .createdAt()
                                        .truncatedTo(ChronoUnit.SECONDS)
                                        .toString())
                        : decision);
    }

    private Image upstream() {
        BaseImage wanted = request.settings().baseImage();
        return images.newest(wanted.owner(), wanted.pattern())
                .orElseThrow(() -> new IllegalArgumentException("no available image " + wanted.pattern() + " of owner "
                        + wanted.owner() + " in region " + request.region() + " to bake from: choose another base_image"
                        + " than " + wanted.label() + " in image.yml, or another region"));
    }

    private static String first(String given, String found) {
        return !given.isEmpty() ? given : found.isEmpty() ? UNKNOWN : found;
    }

    /**
     * The image that was baked and those of the same fingerprint that were baked beside it. The image is good whatever AWS
     * says now, so not being allowed to look fails nothing.
     */
    Baked after(Decision decision, String amiId, String name, Consumer<String> notes) {
        List<Image> there = List.of();
        try {
            there = images.ofFingerprints(request.app().app(), List.of(decision.fingerprint()));
        } catch (AwsFailure unseen) {
            notes.accept("snapshots, tags and neighbours of " + amiId + " were not looked up: " + unseen.getMessage());
        }
        Image baked = there.stream()
                .filter(image -> image.amiId().equals(amiId))
                .findFirst()
                .orElseGet(() -> new Image(amiId, name, request.startedAt(), List.of(), Map.of()));
        List<Image> beside = there.stream()
                .filter(image -> image.is(Layer.APPLICATION, decision.fingerprint()))
                .filter(image ->
                        !image.amiId().equals(amiId) && !decision.known().contains(image.amiId()))
                .toList();
        return baked(baked, decision, decision.baseAmiId(), false, beside);
    }

    /** An image that was there. */
    Baked reused(Image image, Decision decision) {
        return baked(image, decision, image.source(), true, List.of());
    }

    private Baked baked(Image image, Decision decision, String base, boolean reused, List<Image> beside) {
        return new Baked(
                image,
                request.region(),
                reused,
                decision.fingerprint(),
                base,
                decision.commit(),
                decision.appVersion(),
                beside);
    }
}
