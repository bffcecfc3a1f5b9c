package io.jenkins.plugins.amideploy.engine.image;

import io.jenkins.plugins.amideploy.engine.AppId;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** Names of images: {@code <app>-<environment>-<yyyyMMddHHmmss>-<commit7>}, so that they sort by age and tell their commit. */
public final class ImageName {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMddHHmmss").withZone(ZoneOffset.UTC);

    /** Characters of a commit's hash in a name: what Git shows for short. */
    private static final int COMMIT_LENGTH = 7;

    private ImageName() {}

    /**
     * The name of an image baked now.
     *
     * @param commit the commit's hash, or whatever the caller identifies it by; what a name may not hold is left out
     */
    public static String of(AppId app, Instant now, String commit) {
        String allowed = commit.replaceAll("[^A-Za-z0-9]", "");
        String hash = allowed.substring(0, Math.min(COMMIT_LENGTH, allowed.length()));
        return app.stackName() + "-" + TIME.format(now) + "-" + (hash.isEmpty() ? "unknown" : hash);
    }
}
