package io.jenkins.plugins.amideploy.engine.teardown;

import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What starts from images or runs them, as AWS tells it; {@link KeepRule} judges what of it counts.
 *
 * @param published all versions of all launch templates that carry the application's tag
 * @param chosen the launch-template versions that the application's groups are set to
 * @param running all instances of the account that run one of the images asked for, whoever's they are
 * @param unread what could not be looked at, one line each with AWS's reason; while there is any, nobody knows who uses an image
 */
public record ImageUses(List<Published> published, List<Chosen> chosen, List<Running> running, List<String> unread) {

    /** For where there is no image to ask about. */
    static final ImageUses NONE = new ImageUses(List.of(), List.of(), List.of(), List.of());

    /**
     * A version of a launch template.
     *
     * @param tags of the template
     */
    public record Published(
            String templateId, long number, boolean isDefault, String imageId, Map<String, String> tags) {
        public Published {
            Objects.requireNonNull(templateId, "templateId");
            Objects.requireNonNull(imageId, "imageId");
            tags = Map.copyOf(tags);
        }
    }

    /** The version that a group starts, as it is set there: a number, {@code $Latest} or {@code $Default}. */
    public record Chosen(String templateId, String version) {}

    /** An instance that is not terminated. */
    public record Running(String instanceId, String imageId, String state, Map<String, String> tags) {
        public Running {
            Objects.requireNonNull(instanceId, "instanceId");
            Objects.requireNonNull(imageId, "imageId");
            Objects.requireNonNull(state, "state");
            tags = Map.copyOf(tags);
        }
    }

    public ImageUses {
        published = List.copyOf(published);
        chosen = List.copyOf(chosen);
        running = List.copyOf(running);
        unread = List.copyOf(unread);
    }
}
