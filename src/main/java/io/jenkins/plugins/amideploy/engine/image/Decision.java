package io.jenkins.plugins.amideploy.engine.image;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a bake is about to make: decided once, after the survey, and kept as plain values until the bake is over.
 *
 * @param architecture of image and machines; x86_64 in decisions of versions that knew no other
 * @param upstreamAmiId the published image that the base layer is, or would be, baked from
 * @param baseFingerprint of the base layer
 * @param fingerprint of the application layer
 * @param files digest of the application's files; empty in decisions of versions that did not keep it
 * @param baseAmiId the base layer; empty while it has yet to be baked
 * @param baseBakedAt when that was baked, RFC 3339 in UTC; empty while it has yet to be baked
 * @param commit commit of the application
 * @param appVersion its version as people call it
 * @param known ids of images that were there already; whatever else there is in the end was made at the same time
 */
record Decision(
        Architecture architecture,
        String upstreamAmiId,
        String baseFingerprint,
        String fingerprint,
        String files,
        String baseAmiId,
        String baseBakedAt,
        String commit,
        String appVersion,
        List<String> known) {
    private static final String SEPARATOR = " ";

    /** Empty where none was made. */
    static Optional<Decision> of(Map<String, String> kept) {
        return kept.isEmpty()
                ? Optional.empty()
                : Optional.of(new Decision(
                        Architecture.among(List.of(kept.getOrDefault("architecture", "")))
                                .orElse(Architecture.X86_64),
                        kept.get("upstreamAmiId"),
                        kept.get("baseFingerprint"),
                        kept.get("fingerprint"),
                        kept.getOrDefault("files", ""),
                        kept.get("baseAmiId"),
                        kept.get("baseBakedAt"),
                        kept.get("commit"),
                        kept.get("appVersion"),
                        List.of(kept.get("known").split(SEPARATOR))));
    }

    Map<String, String> values() {
        return Map.of(
                "architecture", architecture.label(),
                "upstreamAmiId", upstreamAmiId,
                "baseFingerprint", baseFingerprint,
                "fingerprint", fingerprint,
                "files", files,
                "baseAmiId", baseAmiId,
                "baseBakedAt", baseBakedAt,
                "commit", commit,
                "appVersion", appVersion,
                "known", String.join(SEPARATOR, known));
    }

    boolean bakesBase() {
        return baseAmiId.isEmpty();
    }

    /** The same, now that the base layer is there. */
    Decision onBase(String amiId, String bakedAt) {
        return new Decision(
                architecture,
                upstreamAmiId,
                baseFingerprint,
                fingerprint,
                files,
                amiId,
                bakedAt,
                commit,
                appVersion,
                known);
    }

    /** Type of the instance that bakes. */
    String instanceType(ImageSettings settings) {
        return settings.instanceType().isEmpty() ? architecture.bakeInstanceType() : settings.instanceType();
    }

    String fingerprintOf(Layer layer) {
        return layer == Layer.BASE ? baseFingerprint : fingerprint;
    }
}
