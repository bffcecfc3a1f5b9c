package io.jenkins.plugins.amideploy.engine.teardown;

import java.util.Objects;

/**
 * Something of the application that a teardown leaves, since somebody needs it; no leftover.
 *
 * @param resource what stays
 * @param why for whom
 */
public record Kept(Resource resource, String why) {
    public Kept {
        Objects.requireNonNull(resource, "resource");
        Objects.requireNonNull(why, "why");
    }

    /** {@code keeps image ami-0123 (web-20261123120000-3f…): prod runs it (lt-0123 version 7)}. */
    public String text() {
        return "keeps " + resource.text() + ": " + why;
    }
}
