package io.jenkins.plugins.amideploy.engine.release;

import java.time.Duration;
import java.time.Instant;

/** How long ago something was, as people say it. */
final class Ages {
    private static final long DAYS_FROM_HOURS = 48;

    private Ages() {}

    /** {@code 12 days}, {@code 5 h}, {@code 3 min}, {@code 20 s}; a time that is yet to come is no time ago. */
    static String text(Instant then, Instant now) {
        Duration age = Duration.between(then, now);
        if (age.toHours() >= DAYS_FROM_HOURS) {
            return age.toDays() + " days";
        }
        if (age.toHours() > 0) {
            return age.toHours() + " h";
        }
        return age.toMinutes() > 0 ? age.toMinutes() + " min" : Math.max(0, age.toSeconds()) + " s";
    }
}
