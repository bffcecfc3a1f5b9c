package io.jenkins.plugins.amideploy.cli.screen;

import java.time.Duration;

/** How long something has taken, as every screen writes it. */
final class Elapsed {
    private Elapsed() {}

    /** Minutes and seconds, {@code 03:07}; an hour is sixty minutes. */
    static String text(Duration duration) {
        return String.format("%02d:%02d", duration.toMinutes(), duration.toSecondsPart());
    }
}
