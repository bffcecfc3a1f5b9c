package io.jenkins.plugins.amideploy.engine.teardown;

import io.jenkins.plugins.amideploy.engine.AppId;
import io.jenkins.plugins.amideploy.engine.Tags;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Something in AWS that carries our tags.
 *
 * @param kind what it is
 * @param id what AWS deletes it by: an id, a name or an ARN
 * @param name for people; may be empty
 * @param state AWS's word, for example {@code available}, {@code shutting-down}; empty when the kind has none
 * @param tags all its tags
 * @param related ids of others that it names: an image's snapshots, the security groups of an instance or a load balancer, the launch template of a group
 * @param created since when an image is there, as AWS writes it (RFC 3339); empty where it does not matter
 */
public record Resource(
        Kind kind,
        String id,
        String name,
        String state,
        Map<String, String> tags,
        List<String> related,
        String created) {
    public Resource {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(state, "state");
        tags = Map.copyOf(tags);
        related = List.copyOf(related);
        Objects.requireNonNull(created, "created");
    }

    /** A resource whose age does not matter. */
    public Resource(Kind kind, String id, String name, String state, Map<String, String> tags, List<String> related) {
        this(kind, id, name, state, tags, related, "");
    }

    /** Kinds that we make, in the order in which they can be removed. */
    public enum Kind {
        GROUP("Auto Scaling group"),
        INSTANCE("instance"),
        LOAD_BALANCER("load balancer"),
        TARGET_GROUP("target group"),
        LAUNCH_TEMPLATE("launch template"),
        INSTANCE_PROFILE("instance profile"),
        ROLE("role"),
        ALARM("alarm"),
        IMAGE("image"),
        SNAPSHOT("snapshot"),
        VOLUME("volume"),
        KEY_PAIR("key pair"),
        NETWORK_INTERFACE("network interface"),
        SECURITY_GROUP("security group");

        private final String text;

        Kind(String text) {
            this.text = text;
        }

        public String text() {
            return text;
        }
    }

    /** Whether it carries both tags of the application's environment. */
    public boolean belongsTo(AppId app) {
        return app.app().equals(tags.get(Tags.APP)) && app.environment().equals(tags.get(Tags.ENVIRONMENT));
    }

    /** Whether it was made for the time of a bake only. */
    public boolean isTemporary() {
        return "true".equals(tags.get(Tags.TEMPORARY));
    }

    /** {@code image ami-0123 (web-prod-1234)}. */
    public String text() {
        return kind.text() + " " + id + (name.isEmpty() || name.equals(id) ? "" : " (" + name + ")");
    }
}
