package io.jenkins.plugins.amideploy.jenkins.run;

import java.util.Objects;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/** One line of {@link ReleaseAction}: what is known of a stack or group. Persisted with the build; holds no secret. */
@ExportedBean(defaultVisibility = 3)
public final class ReleaseFact {
    /** What a fact is about; the names are part of the remote API. */
    public enum Kind {
        /** The release that the build began, by number and environment, and how it ended. */
        RELEASE("Release"),
        /** Id of the image that was baked. */
        IMAGE("Image"),
        /** What a plan would do, in one line. */
        PLAN("Plan"),
        /** Where the application answers. */
        URL("URL"),
        /** Id and version of the launch template that was published. */
        LAUNCH_TEMPLATE("Launch template"),
        /** How a rollout or another wait stands, or how it ended. */
        STATE("State");

        private final String title;

        Kind(String title) {
            this.title = title;
        }
    }

    private final String subject;
    private final Kind kind;
    private final String value;

    /** @param subject name of the stack or of the Auto Scaling group */
    public ReleaseFact(String subject, Kind kind, String value) {
        this.subject = Objects.requireNonNull(subject, "subject");
        this.kind = Objects.requireNonNull(kind, "kind");
        this.value = Objects.requireNonNull(value, "value");
    }

    @Exported
    public String getSubject() {
        return subject;
    }

    @Exported
    public Kind getKind() {
        return kind;
    }

    @Exported
    public String getValue() {
        return value;
    }

    /** The kind, for people. */
    public String getTitle() {
        return kind.title;
    }

    /** Whether the value may stand in a link: what a stack says of itself is not trusted to be a web address. */
    public boolean isLink() {
        return kind == Kind.URL && value.matches("https?://\\S+");
    }

    boolean isAbout(ReleaseFact other) {
        return subject.equals(other.subject) && kind == other.kind;
    }

    @Override
    public String toString() {
        return subject + " " + kind + " " + value;
    }
}
