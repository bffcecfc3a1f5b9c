package io.jenkins.plugins.amideploy.aws;

import java.util.Objects;
import java.util.concurrent.ScheduledExecutorService;

/**
 * What clients need that many share for a long time, as the waits of a controller do: one thread for the time limits of all of them, where every client of the SDK would
 * have five of its own; a meter of their calls; and the SDK's adaptive retries, which send less where AWS says "too fast" instead of trying harder. A command has one
 * thing to do and only a few calls to make: it takes the standard retries, which do not hold back what is left to do.
 *
 * @param timers runs nothing but time limits; closed by whoever made it, not with the clients
 * @param meter counts the calls
 */
public record ClientSharing(ScheduledExecutorService timers, CallMeter meter) {
    public ClientSharing {
        Objects.requireNonNull(timers, "timers");
        Objects.requireNonNull(meter, "meter");
    }
}
