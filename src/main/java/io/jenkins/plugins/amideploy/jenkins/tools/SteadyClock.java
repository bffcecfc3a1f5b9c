package io.jenkins.plugins.amideploy.jenkins.tools;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * A clock for durations: from the time of the machine's clock when it was made it goes on evenly, also when that one is set.
 * For {@link ToolSession}, where a jump must not look like a silence.
 */
final class SteadyClock implements InstantSource {
    private final Instant start;
    private final long startNanos = System.nanoTime();

    /** @param clock tells the time once */
    SteadyClock(InstantSource clock) {
        start = clock.instant();
    }

    @Override
    public Instant instant() {
        return start.plus(Duration.ofNanos(System.nanoTime() - startNanos));
    }
}
