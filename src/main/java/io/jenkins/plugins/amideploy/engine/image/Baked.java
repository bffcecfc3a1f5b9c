package io.jenkins.plugins.amideploy.engine.image;

import java.util.List;
import java.util.Objects;

/**
 * What a bake yields: an application layer to deploy, made now or found.
 *
 * @param image the image
 * @param region where it is
 * @param reused whether it was there already
 * @param fingerprint what it is made of; empty where a rollback named an image that does not tell
 * @param baseAmiId id of its base layer
 * @param commit commit of the application that was asked for
 * @param appVersion its version as people call it
 * @param requirementsLock versions that the bake chose for requirements that leave them open; empty where it chose none, or the image
 *     was there
 * @param beside images of the same fingerprint that others baked at the same time
 */
public record Baked(
        Image image,
        String region,
        boolean reused,
        String fingerprint,
        String baseAmiId,
        String commit,
        String appVersion,
        String requirementsLock,
        List<Image> beside) {
    public Baked {
        Objects.requireNonNull(image, "image");
        Objects.requireNonNull(region, "region");
        Objects.requireNonNull(fingerprint, "fingerprint");
        Objects.requireNonNull(baseAmiId, "baseAmiId");
        Objects.requireNonNull(commit, "commit");
        Objects.requireNonNull(appVersion, "appVersion");
        Objects.requireNonNull(requirementsLock, "requirementsLock");
        beside = List.copyOf(beside);
    }

    /** What people want to know of an image that was found: {@code of 2026-11-20, fingerprint 3f786850e387…}. */
    public String ageAndContent() {
        return "of " + image.day() + (fingerprint.isEmpty() ? "" : ", fingerprint " + Fingerprint.shown(fingerprint));
    }
}
