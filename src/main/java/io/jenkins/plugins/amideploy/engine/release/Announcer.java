package io.jenkins.plugins.amideploy.engine.release;

import java.util.Optional;

/** Port: tells somebody of a release. The {@code aws} package implements it over SNS and HTTP, tests in memory. */
@FunctionalInterface
public interface Announcer {
    /**
     * Sends it once. Never throws: that somebody is not told must not fail a deployment.
     *
     * @return why it was not taken, in one line without any secret, for a warning; empty when it was
     */
    Optional<String> tell(Announcement announcement);
}
