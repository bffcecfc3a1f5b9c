package io.jenkins.plugins.amideploy.engine.release;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** What somebody changed since a release was proven: the recorded {@link Shape} against the present one. Pure; told by {@link StatusReport}. */
public final class Drift {
    private Drift() {}

    /** One line for each difference, with the present and the recorded value; empty where all is as it was. */
    public static List<String> between(Shape recorded, Shape present) {
        List<String> drifts = new ArrayList<>();
        differs(drifts, "min_size", present.minSize(), recorded.minSize());
        differs(drifts, "max_size", present.maxSize(), recorded.maxSize());
        differs(drifts, "desired_capacity", present.desired(), recorded.desired());
        differs(drifts, "launch template", template(present), template(recorded));
        differs(drifts, "suspended processes", names(present.suspended()), names(recorded.suspended()));
        differs(drifts, "attached target groups", names(present.targetGroups()), names(recorded.targetGroups()));
        TreeSet<String> listeners = new TreeSet<>(recorded.listeners().keySet());
        listeners.addAll(present.listeners().keySet());
        listeners.forEach(name -> differs(
                drifts,
                "listener " + name,
                forwards(present.listeners().get(name)),
                forwards(recorded.listeners().get(name))));
        return drifts;
    }

    private static void differs(List<String> drifts, String what, Object present, Object recorded) {
        if (!present.equals(recorded)) {
            drifts.add(what + ": " + present + " now, " + recorded + " in the record");
        }
    }

    private static String template(Shape shape) {
        return shape.templateId().isEmpty() ? "none" : shape.templateId() + " version " + shape.templateVersion();
    }

    private static String names(List<String> names) {
        return names.isEmpty() ? "none" : String.join(", ", names);
    }

    private static String forwards(List<String> targetGroups) {
        if (targetGroups == null) {
            return "not there";
        }
        return targetGroups.isEmpty() ? "forwards to no target group" : "forwards to " + names(targetGroups);
    }
}
