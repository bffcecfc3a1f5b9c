package io.jenkins.plugins.amideploy.engine.rollout;

import java.time.Duration;

/** Durations as people write them. */
final class Durations {
    private Durations() {}

    /** {@code 45 s}, {@code 2 min}, {@code 2 min 30 s}, {@code 1 h 5 min}. */
    static String text(Duration duration) {
        long seconds = Math.max(0, duration.toSeconds());
        if (seconds < 60) {
            return seconds + " s";
        }
        if (seconds < 3600) {
            return seconds / 60 + " min" + (seconds % 60 == 0 ? "" : " " + seconds % 60 + " s");
        }
        long minutes = seconds / 60;
        return minutes / 60 + " h" + (minutes % 60 == 0 ? "" : " " + minutes % 60 + " min");
    }
}
