package io.jenkins.plugins.amideploy.engine.teardown;

import io.jenkins.plugins.amideploy.engine.AppId;
import io.jenkins.plugins.amideploy.engine.Tags;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What is being taken away: an environment, or of all environments the images that nobody needs any more. One {@link KeepRule} judges both.
 *
 * @param app the application
 * @param leaving the environment that goes; empty: none does
 * @param kept for how many different images an environment's newest proven releases count
 */
record Scope(String app, Optional<String> leaving, int kept) {
    Scope {
        Objects.requireNonNull(app, "app");
        Objects.requireNonNull(leaving, "leaving");
    }

    static Scope destroy(AppId app, int kept) {
        return new Scope(app.app(), Optional.of(app.environment()), kept);
    }

    static Scope prune(String app, int kept) {
        return new Scope(app, Optional.empty(), kept);
    }

    boolean isPrune() {
        return leaving.isEmpty();
    }

    /** Whether that is the environment that goes. */
    boolean isLeaving(String environment) {
        return leaving.filter(name -> name.equals(environment)).isPresent();
    }

    /** Whether these are tags of the application in the environment that goes. */
    boolean isLeaving(Map<String, String> tags) {
        return app.equals(tags.get(Tags.APP)) && isLeaving(tags.get(Tags.ENVIRONMENT));
    }

    /** What people run to have the rest done. */
    String command() {
        return isPrune() ? "prune" : "destroy";
    }
}
