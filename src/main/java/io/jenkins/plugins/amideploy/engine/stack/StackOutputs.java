package io.jenkins.plugins.amideploy.engine.stack;

import io.jenkins.plugins.amideploy.engine.tool.Json;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What a stack says about itself once it is there: Terraform's outputs, as far as others need them. Outputs marked
 * sensitive are not read.
 *
 * @param url where the application answers
 * @param asgName name of the Auto Scaling group
 * @param launchTemplateId id of the launch template
 * @param launchTemplateVersion number of the version that the group is to run
 * @param targetGroupArns target groups in which every instance must be healthy
 * @param imageId image of that version
 * @param region where all of it is
 * @param instanceWarmupSeconds how long a rollout lets a new instance warm up
 * @param alarmNames alarms that end a rollout when one goes off
 * @param commit commit of the application that new instances run; empty in stacks of versions that did not say it
 * @param appVersion its version as people call it; empty in the same
 */
public record StackOutputs(
        String url,
        String asgName,
        String launchTemplateId,
        String launchTemplateVersion,
        List<String> targetGroupArns,
        String imageId,
        String region,
        int instanceWarmupSeconds,
        List<String> alarmNames,
        String commit,
        String appVersion) {
    public StackOutputs {
        Objects.requireNonNull(url, "url");
        Objects.requireNonNull(asgName, "asgName");
        Objects.requireNonNull(launchTemplateId, "launchTemplateId");
        Objects.requireNonNull(launchTemplateVersion, "launchTemplateVersion");
        Objects.requireNonNull(imageId, "imageId");
        Objects.requireNonNull(region, "region");
        Objects.requireNonNull(commit, "commit");
        Objects.requireNonNull(appVersion, "appVersion");
        targetGroupArns = List.copyOf(targetGroupArns);
        alarmNames = List.copyOf(alarmNames);
    }

    /**
     * Reads what {@code terraform apply -json} tells of outputs in its last message.
     *
     * @return empty where the stack is not there
     */
    static Optional<StackOutputs> told(List<Json> messages) {
        return messages.stream()
                .filter(message -> "outputs".equals(message.get("type").text()))
                .reduce((earlier, last) -> last)
                .flatMap(message -> of(message.get("outputs")));
    }

    /**
     * Reads the document of {@code terraform output -json}.
     *
     * @return empty where the stack is not there: no group, no URL
     */
    public static Optional<StackOutputs> of(Json outputs) {
        StackOutputs read = new StackOutputs(
                text(outputs, "url"),
                text(outputs, "asg_name"),
                text(outputs, "launch_template_id"),
                text(outputs, "launch_template_version"),
                texts(outputs, "target_group_arns"),
                text(outputs, "image_id"),
                text(outputs, "region"),
                (int) value(outputs, "instance_warmup").number(),
                texts(outputs, "alarm_names"),
                text(outputs, "commit"),
                text(outputs, "app_version"));
        return read.url.isEmpty() || read.asgName.isEmpty() ? Optional.empty() : Optional.of(read);
    }

    private static Json value(Json outputs, String name) {
        Json output = outputs.get(name);
        return output.get("sensitive").isTrue() ? Json.of(null) : output.get("value");
    }

    private static String text(Json outputs, String name) {
        return value(outputs, name).text();
    }

    private static List<String> texts(Json outputs, String name) {
        return value(outputs, name).list().stream().map(Json::text).toList();
    }
}
