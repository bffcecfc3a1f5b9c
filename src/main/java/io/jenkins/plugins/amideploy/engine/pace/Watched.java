package io.jenkins.plugins.amideploy.engine.pace;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

/**
 * A group that somebody waits for, as {@link LookPlan} sees it.
 *
 * @param key whatever tells it from others
 * @param calls that one look at it takes, about
 * @param provenSince since when it has been healthy without a break, while that is to be proven; null: it is not
 * @param mostPause longest pause between two looks with which something can be proven; null: no such limit
 */
public record Watched(Object key, double calls, Instant provenSince, Duration mostPause) {
    public Watched {
        Objects.requireNonNull(key, "key");
        if (!(calls > 0)) {
            throw new IllegalArgumentException("a look takes calls, not " + calls);
        }
    }

    /** Whether looks that come too late would have to begin its proof again. */
    boolean isBeingProven() {
        return provenSince != null && mostPause != null;
    }
}
