package io.jenkins.plugins.amideploy.engine.stack;

import io.jenkins.plugins.amideploy.engine.tool.Json;
import java.util.ArrayList;
import java.util.List;

/**
 * What a plan would do, by resource address. It holds no attribute of a resource: those may be secrets.
 *
 * @param add addresses to create
 * @param change addresses to update in place
 * @param replace addresses to destroy and create, in either order
 * @param destroy addresses to destroy
 * @param outputs names of outputs that would change
 */
public record PlanSummary(
        List<String> add, List<String> change, List<String> replace, List<String> destroy, List<String> outputs) {
    public PlanSummary {
        add = List.copyOf(add);
        change = List.copyOf(change);
        replace = List.copyOf(replace);
        destroy = List.copyOf(destroy);
        outputs = List.copyOf(outputs);
    }

    /** Reads the document of {@code terraform show -json}, format 1. Actions that are not known count as a change. */
    public static PlanSummary of(Json plan) {
        List<String> add = new ArrayList<>();
        List<String> change = new ArrayList<>();
        List<String> replace = new ArrayList<>();
        List<String> destroy = new ArrayList<>();
        for (Json resource : plan.get("resource_changes").list()) {
            List<String> actions = actions(resource);
            String address = resource.get("address").text();
            if (actions.contains("create") && actions.contains("delete")) {
                replace.add(address);
            } else if (actions.contains("create")) {
                add.add(address);
            } else if (actions.contains("delete")) {
                destroy.add(address);
            } else if (!actions.contains("no-op") && !actions.contains("read")) {
                change.add(address);
            }
        }
        return new PlanSummary(add, change, replace, destroy, changedOutputs(plan));
    }

    private static List<String> actions(Json resource) {
        return resource.get("change").get("actions").list().stream()
                .map(Json::text)
                .toList();
    }

    private static List<String> changedOutputs(Json plan) {
        Json changes = plan.get("output_changes");
        return changes.names().stream()
                .filter(name -> changes.get(name).get("actions").list().stream()
                        .map(Json::text)
                        .anyMatch(action -> !action.equals("no-op")))
                .sorted()
                .toList();
    }

    /** Whether applying the plan would do anything, be it only to an output. */
    public boolean hasChanges() {
        return count() + outputs.size() > 0;
    }

    /** How many resources it touches. */
    public int count() {
        return add.size() + change.size() + replace.size() + destroy.size();
    }

    /** One line for people: {@code 3 to add, 1 to change, 0 to replace, 0 to destroy}. */
    public String line() {
        return hasChanges()
                ? add.size() + " to add, " + change.size() + " to change, " + replace.size() + " to replace, "
                        + destroy.size() + " to destroy"
                : "no changes";
    }
}
