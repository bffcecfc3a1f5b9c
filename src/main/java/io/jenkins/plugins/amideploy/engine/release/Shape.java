package io.jenkins.plugins.amideploy.engine.release;

import io.jenkins.plugins.amideploy.engine.release.BalancerReader.Listener;
import io.jenkins.plugins.amideploy.engine.rollout.GroupSnapshot;
import io.jenkins.plugins.amideploy.engine.rollout.TargetGroupState;
import io.jenkins.plugins.amideploy.engine.rollout.TemplateVersion;
import io.jenkins.plugins.amideploy.engine.tool.Json;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A group and its way in, as far as they are to stay as they were proven. A front door records it at the end of a release, under
 * {@link Facts.Name#SHAPE}, and {@link Drift} compares it with what is there later. Lists are sorted.
 *
 * @param minSize fewest instances
 * @param maxSize most instances
 * @param desired instances wanted
 * @param templateId launch template that the group launches; empty where it is none
 * @param templateVersion its version
 * @param suspended names of suspended processes
 * @param targetGroups ARNs of the attached target groups
 * @param listeners target groups by listener, {@code HTTP 80}
 */
public record Shape(
        int minSize,
        int maxSize,
        int desired,
        String templateId,
        String templateVersion,
        List<String> suspended,
        List<String> targetGroups,
        Map<String, List<String>> listeners) {
    public Shape {
        Objects.requireNonNull(templateId, "templateId");
        Objects.requireNonNull(templateVersion, "templateVersion");
        suspended = suspended.stream().sorted().toList();
        targetGroups = targetGroups.stream().sorted().toList();
        listeners = Collections.unmodifiableMap(new TreeMap<>(listeners));
    }

    /** What was just read of a group that exists, and of the listeners for {@link #targetGroups}. */
    public static Shape of(GroupSnapshot group, List<Listener> listeners) {
        TemplateVersion template = group.template() == null ? new TemplateVersion("", "") : group.template();
        Map<String, List<String>> byName = new TreeMap<>();
        listeners.forEach(each -> byName.merge(each.name(), each.targetGroupArns(), Shape::both));
        return new Shape(
                group.minSize(),
                group.maxSize(),
                group.desired(),
                template.templateId(),
                template.version(),
                List.copyOf(group.suspendedProcesses()),
                attached(group),
                byName);
    }

    /** Target groups whose listeners count for a comparison: those that are attached, and those that were, for they may have been taken off. */
    public static List<String> targetGroups(GroupSnapshot group, Optional<Shape> recorded) {
        return both(attached(group), recorded.map(Shape::targetGroups).orElse(List.of()));
    }

    private static List<String> attached(GroupSnapshot group) {
        return group.targetGroups().stream().map(TargetGroupState::arn).toList();
    }

    private static List<String> both(List<String> some, List<String> others) {
        return Stream.concat(some.stream(), others.stream()).distinct().sorted().toList();
    }

    /** As it is recorded. */
    public Map<String, Object> tree() {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("min_size", minSize);
        tree.put("max_size", maxSize);
        tree.put("desired_capacity", desired);
        tree.put("launch_template_id", templateId);
        tree.put("launch_template_version", templateVersion);
        tree.put("suspended_processes", suspended);
        tree.put("target_group_arns", targetGroups);
        tree.put("listeners", listeners);
        return tree;
    }

    /** What a release recorded; empty where it recorded none. */
    public static Optional<Shape> of(Facts facts) {
        Json shape = facts.object(Facts.Name.SHAPE);
        if (shape.isAbsent()) {
            return Optional.empty();
        }
        Map<String, List<String>> listeners = new TreeMap<>();
        Json recorded = shape.get("listeners");
        recorded.names().forEach(name -> listeners.put(name, texts(recorded.get(name))));
        return Optional.of(new Shape(
                (int) shape.get("min_size").number(),
                (int) shape.get("max_size").number(),
                (int) shape.get("desired_capacity").number(),
                shape.get("launch_template_id").text(),
                shape.get("launch_template_version").text(),
                texts(shape.get("suspended_processes")),
                texts(shape.get("target_group_arns")),
                listeners));
    }

    private static List<String> texts(Json list) {
        return list.list().stream().map(Json::text).toList();
    }
}
