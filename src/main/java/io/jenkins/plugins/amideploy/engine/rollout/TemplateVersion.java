package io.jenkins.plugins.amideploy.engine.rollout;

import java.util.Objects;
import java.util.regex.Pattern;

/**
 * A launch template and its version: what an instance was made from, or shall be.
 *
 * @param templateId id of the launch template, {@code lt-…}
 * @param version numbered version; a group itself may also say {@code $Latest} or {@code $Default}, instances never do
 */
public record TemplateVersion(String templateId, String version) {
    private static final Pattern NUMBER = Pattern.compile("[1-9][0-9]{0,17}");

    public TemplateVersion {
        Objects.requireNonNull(templateId, "templateId");
        Objects.requireNonNull(version, "version");
    }

    /** Whether the version is a number, the only kind that can be rolled back to (EC2 Auto Scaling user guide, "Undo changes with a rollback"). */
    public boolean isNumbered() {
        return NUMBER.matcher(version).matches();
    }

    /** Whether it is a later version of the same launch template; both have to be numbered. */
    boolean isAfter(TemplateVersion other) {
        return templateId.equals(other.templateId)
                && isNumbered()
                && other.isNumbered()
                && Long.parseLong(version) > Long.parseLong(other.version);
    }

    @Override
    public String toString() {
        return templateId + " version " + version;
    }
}
