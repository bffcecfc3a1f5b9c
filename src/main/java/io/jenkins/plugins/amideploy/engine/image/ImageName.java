package io.jenkins.plugins.amideploy.engine.image;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;

/**
 * Names of images: {@code <app>[-base]-<yyyyMMddHHmmss>-<fingerprint8>-<build4>}, so that they sort by age, tell what is in
 * them, and two bakes in one second take two names.
 */
final class ImageName {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMddHHmmss").withZone(ZoneOffset.UTC);

    /** Hex digits that tell builds apart which bake the same in the same second. */
    private static final int BUILD_DIGITS = 4;

    private ImageName() {}

    /**
     * The name of a layer.
     *
     * @param startedAt when the bake was asked for
     * @param build id of the build that bakes
     */
    static String of(Layer layer, String app, Instant startedAt, String fingerprint, String build) {
        return app + (layer == Layer.BASE ? "-base-" : "-") + TIME.format(startedAt) + "-"
                + Fingerprint.inName(fingerprint) + "-" + digits(build);
    }

    private static String digits(String build) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(build.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash).substring(0, BUILD_DIGITS);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
