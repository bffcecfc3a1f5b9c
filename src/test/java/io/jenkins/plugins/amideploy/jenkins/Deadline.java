package io.jenkins.plugins.amideploy.jenkins;

import java.time.Duration;
import java.util.concurrent.Callable;

/** Waits in tests: looks often, and fails with what was waited for. */
public final class Deadline {
    private static final long PAUSE_MILLIS = 100;

    private Deadline() {}

    /** @throws AssertionError when it does not become true in time */
    public static void await(Duration limit, String what, Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + limit.toNanos();
        while (!condition.call()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("not within " + limit.toSeconds() + " s: " + what);
            }
            Thread.sleep(PAUSE_MILLIS);
        }
    }
}
