package io.jenkins.plugins.amideploy.engine.image;

import io.jenkins.plugins.amideploy.engine.Tags;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * An AMI: one of ours, or one that ours are baked from.
 *
 * @param amiId such as {@code ami-0123456789abcdef0}
 * @param name its name, see {@link ImageName}
 * @param createdAt when AWS registered it
 * @param snapshotIds its snapshots; empty where nobody has looked them up
 * @param tags what it carries, as far as known
 */
public record Image(String amiId, String name, Instant createdAt, List<String> snapshotIds, Map<String, String> tags) {
    public Image {
        Objects.requireNonNull(amiId, "amiId");
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(createdAt, "createdAt");
        snapshotIds = List.copyOf(snapshotIds);
        tags = Map.copyOf(tags);
    }

    /** A tag's value, or "". */
    String tag(String name) {
        return tags.getOrDefault(name, "");
    }

    /** The day on which it was registered, in UTC, for people. */
    String day() {
        return createdAt.atOffset(ZoneOffset.UTC).toLocalDate().toString();
    }

    /** Whether it is that layer with that content; no image is that was baked before there were layers. */
    boolean is(Layer layer, String fingerprint) {
        return tag(Tags.LAYER).equals(layer.label()) && tag(Tags.FINGERPRINT).equals(fingerprint);
    }

    /** When the operating system in it was made; empty where it does not tell. */
    public Optional<Instant> baseBakedAt() {
        if (tag(Tags.LAYER).equals(Layer.BASE.label())) {
            return Optional.of(createdAt);
        }
        try {
            return Optional.of(Instant.parse(tag(Tags.BASE_BAKED_AT)));
        } catch (DateTimeParseException notTold) {
            return Optional.empty();
        }
    }

    /** Id of the image that it was baked from; empty where it does not tell. */
    public String source() {
        return tag(Tags.BASE_IMAGE).split(" ", 2)[0];
    }
}
