package io.jenkins.plugins.amideploy.engine.image;

import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * An AMI of ours.
 *
 * @param amiId such as {@code ami-0123456789abcdef0}
 * @param name its name, see {@link ImageName}
 * @param region where it is
 * @param snapshotIds its snapshots; empty where nobody has looked them up
 * @param source id or name of the image that it was baked from; empty where the manifest does not tell
 * @param tags what it carries, as far as known
 */
public record Image(
        String amiId, String name, String region, List<String> snapshotIds, String source, Map<String, String> tags) {
    public Image {
        Objects.requireNonNull(amiId, "amiId");
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(region, "region");
        Objects.requireNonNull(source, "source");
        snapshotIds = List.copyOf(snapshotIds);
        tags = Map.copyOf(tags);
    }
}
