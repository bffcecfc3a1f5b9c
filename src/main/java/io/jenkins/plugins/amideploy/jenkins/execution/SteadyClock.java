package io.jenkins.plugins.amideploy.jenkins.execution;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;

/**
 * A clock for durations: from the time of the machine's clock when it was made it goes on evenly, also when that one is set.
 * For {@link ToolSession}, where a jump must not look like a silence.
 */
final class SteadyClock extends Clock {
    private final Instant start;
    private final long startNanos = System.nanoTime();
    private final ZoneId zone;

    /** @param clock tells the time once */
    SteadyClock(Clock clock) {
        start = clock.instant();
        zone = clock.getZone();
    }

    @Override
    public Instant instant() {
        return start.plus(Duration.ofNanos(System.nanoTime() - startNanos));
    }

    @Override
    public ZoneId getZone() {
        return zone;
    }

    @Override
    public Clock withZone(ZoneId other) {
        throw new UnsupportedOperationException("only durations are asked for");
    }
}
