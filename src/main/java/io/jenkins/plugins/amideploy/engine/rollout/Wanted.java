package io.jenkins.plugins.amideploy.engine.rollout;

import java.util.List;
import java.util.Objects;

/**
 * What a rollout or a wait wants to see proven.
 *
 * @param groupName name of the Auto Scaling group
 * @param template the launch template with its numbered version that every instance shall run
 * @param targetGroupArns target groups that must be attached to the group; those attached beyond these are checked as well. Empty: whatever is attached
 */
public record Wanted(String groupName, TemplateVersion template, List<String> targetGroupArns) {
    /** @throws IllegalArgumentException when the version is not a number: {@code $Latest} proves nothing and cannot be rolled back */
    public Wanted {
        Objects.requireNonNull(groupName, "groupName");
        Objects.requireNonNull(template, "template");
        targetGroupArns = List.copyOf(targetGroupArns);
        if (!template.isNumbered()) {
            throw new IllegalArgumentException(
                    "launch template " + template.templateId() + ": version \"" + template.version()
                            + "\" is not a number; give the numbered version, as Terraform's output launch_template_version has it");
        }
    }
}
