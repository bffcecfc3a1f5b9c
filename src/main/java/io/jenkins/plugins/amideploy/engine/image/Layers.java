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
        Architecture architecture = architecture();
        Image upstream = upstream(architecture);
        String base = Fingerprint.base(upstream.amiId(), survey);
        String application = Fingerprint.application(request.app().app(), base, survey, request.settings());
        List<Image> there = images.ofFingerprints(request.app().app(), List.of(base, application));
        LayerChoice choice = LayerChoice.of(
                there, base, application, request.fresh(), request.settings().baseMaxAge(), request.startedAt());
        Decision decision = new Decision(
                architecture,
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

    /** That of the environment's machines; the instance that bakes must have it, too. */
    private Architecture architecture() {
        String type = request.variables().instanceType();
        Architecture architecture = new InstanceTypes(images, request.region()).architecture(type);
        String bakes = request.settings().instanceType();
        if (!bakes.isEmpty() && !bakes.equals(type)) {
            InstanceTypes.requireSame(
                    type, architecture, bakes, new InstanceTypes(images, request.region()).architecture(bakes));
        }
        return architecture;
    }

    private Image upstream(Architecture architecture) {
        BaseImage wanted = request.settings().baseImage();
        String pattern = wanted.pattern(architecture);
        return images.newest(wanted.owner(), pattern, architecture)
                .orElseThrow(() -> new NoBaseImage(wanted, pattern, request.region()));
    }

    private static String first(String given, String found) {
        return !given.isEmpty() ? given : found.isEmpty() ? UNKNOWN : found;
    }

    /**
     * The image that was baked and those of the same fingerprint that were baked beside it. The image is good whatever AWS
     * says now, so not being allowed to look fails nothing.
     */
    Baked after(Decision decision, String amiId, String name, String lock, Consumer<String> notes) {
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
        return baked(baked, decision, decision.baseAmiId(), lock, beside);
    }

    /** An image that was there. */
    Baked reused(Image image, Decision decision) {
        return baked(image, decision, image.source(), null, List.of());
    }

    /** @param lock null where the image was there */
    private Baked baked(Image image, Decision decision, String base, String lock, List<Image> beside) {
        return new Baked(
                image,
                request.region(),
                lock == null,
                decision.fingerprint(),
                base,
                decision.commit(),
                decision.appVersion(),
                lock == null ? "" : lock,
                beside);
    }
}
