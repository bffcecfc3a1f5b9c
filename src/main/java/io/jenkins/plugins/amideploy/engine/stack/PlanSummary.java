package io.jenkins.plugins.amideploy.engine.stack;

import io.jenkins.plugins.amideploy.engine.tool.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a plan would do, by resource address. It holds no attribute of a resource: those may be secrets.
 *
 * @param add addresses to create
 * @param change addresses to update in place, or only in the state: moved, imported, forgotten
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

    /** A plan that does nothing, or one whose changes were told elsewhere. */
    public static PlanSummary none() {
        return new PlanSummary(List.of(), List.of(), List.of(), List.of(), List.of());
    }

    /**
     * Reads what {@code terraform plan -json} says (machine-readable UI, version 1): each {@code planned_change}, then one
     * {@code change_summary} whose counts must be those of the changes, then the {@code outputs}. Actions that are not known
     * count as a change.
     *
     * @return empty where the messages are not those of a whole plan
     */
    public static Optional<PlanSummary> of(List<Json> messages) {
        List<String> add = new ArrayList<>();
        List<String> change = new ArrayList<>();
        List<String> replace = new ArrayList<>();
        List<String> destroy = new ArrayList<>();
        List<String> outputs = new ArrayList<>();
        int updates = 0;
        Json counted = Json.of(null);
        for (Json message : messages) {
            switch (message.get("type").text()) {
                case "planned_change" -> {
                    String address =
                            message.get("change").get("resource").get("addr").text();
                    String action = message.get("change").get("action").text();
                    updates += action.equals("update") ? 1 : 0;
                    switch (action) {
                        case "create" -> add.add(address);
                        case "replace" -> replace.add(address);
                        case "delete" -> destroy.add(address);
                        case "noop", "read" -> {}
                        default -> change.add(address);
                    }
                }
                case "change_summary" -> counted = message.get("changes");
                case "outputs" -> outputs.addAll(changed(message.get("outputs")));
                default -> {}
            }
        }
        boolean isWhole = counted.get("operation").text().equals("plan")
                && counted.get("add").number() == add.size() + replace.size()
                && counted.get("change").number() == updates
                && counted.get("remove").number() == destroy.size() + replace.size();
        return isWhole
                ? Optional.of(new PlanSummary(sorted(add), sorted(change), sorted(replace), sorted(destroy), outputs))
                : Optional.empty();
    }

    private static List<String> sorted(List<String> addresses) {
        return addresses.stream().sorted().toList();
    }

    private static List<String> changed(Json outputs) {
        return outputs.names().stream()
                .filter(name -> !outputs.get(name).get("action").text().equals("noop"))
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
