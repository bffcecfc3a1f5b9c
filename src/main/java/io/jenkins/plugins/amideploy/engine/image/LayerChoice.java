package io.jenkins.plugins.amideploy.engine.image;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** What is to be done for an application layer, given what is there: nothing, one bake, or two. A pure rule. */
sealed interface LayerChoice {
    /** Nothing is baked. */
    record Reuse(Image application) implements LayerChoice {}

    /** The application layer is baked on a base layer that is there. */
    record OnBase(Image base) implements LayerChoice {}

    /**
     * The base layer is baked first.
     *
     * @param why for people
     */
    record Both(String why) implements LayerChoice {}

    /**
     * Chooses: the newest image that is the application layer, else the newest base layer; either only while the operating
     * system in it is younger than the limit.
     *
     * @param found available images of the application, of these fingerprints and possibly others
     * @param fresh whether what is there is of no interest
     * @param limit age from which an operating system is made anew
     */
    static LayerChoice of(
            List<Image> found, String baseFingerprint, String fingerprint, boolean fresh, Duration limit, Instant now) {
        if (fresh) {
            return new Both("it was asked for afresh");
        }
        Optional<LayerChoice> application =
                newestYoung(found, Layer.APPLICATION, fingerprint, limit, now).map(Reuse::new);
        Optional<LayerChoice> base =
                newestYoung(found, Layer.BASE, baseFingerprint, limit, now).map(OnBase::new);
        return application.or(() -> base).orElseGet(() -> new Both(reason(found, baseFingerprint, limit)));
    }

    private static Optional<Image> newestYoung(
            List<Image> found, Layer layer, String fingerprint, Duration limit, Instant now) {
        return found.stream()
                .filter(image -> image.is(layer, fingerprint))
                .filter(image -> image.baseBakedAt()
                        .filter(baked -> Duration.between(baked, now).compareTo(limit) < 0)
                        .isPresent())
                .max(Comparator.comparing(Image::createdAt));
    }

    private static String reason(List<Image> found, String baseFingerprint, Duration limit) {
        return found.stream()
                .filter(image -> image.is(Layer.BASE, baseFingerprint))
                .max(Comparator.comparing(Image::createdAt))
                .map(old -> old.amiId() + " is of " + old.day() + ", and base_max_age_days is " + limit.toDays())
                .orElse("there is none of fingerprint " + Fingerprint.shown(baseFingerprint));
    }
}
