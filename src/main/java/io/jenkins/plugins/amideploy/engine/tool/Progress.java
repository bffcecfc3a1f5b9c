package io.jenkins.plugins.amideploy.engine.tool;

import java.util.Objects;

/**
 * What a tool is doing now, for people. How long it has been doing it is added by whoever shows it.
 *
 * @param stage the part of a deployment: bake, plan, apply …
 * @param activity what is being done, in words: {@code creating instance}
 */
public record Progress(String stage, String activity) {
    public Progress {
        Objects.requireNonNull(stage, "stage");
        Objects.requireNonNull(activity, "activity");
    }

    private static final String WARNING = "warning: ";

    /** What a tool warns of: nobody should miss it. */
    public static Progress warning(String stage, String text) {
        return new Progress(stage, WARNING + text);
    }

    public boolean isWarning() {
        return activity.startsWith(WARNING);
    }

    @Override
    public String toString() {
        return stage + ": " + activity;
    }
}
