package io.jenkins.plugins.amideploy.cli;

import io.jenkins.plugins.amideploy.engine.Outcome;
import java.time.Instant;

/** Waits between two looks at AWS, on the thread of the command. */
final class Pause {
    /** Milliseconds between two questions whether the caller wants to stop. */
    private static final long NAP_MILLIS = 200;

    private Pause() {}

    /**
     * Waits until the time has come.
     *
     * @param wakeable whether it ends at once when the caller wants to stop
     */
    static void until(Instant time, Session session, boolean wakeable) {
        session.console().stillWaiting();
        while (session.surroundings().clock().instant().isBefore(time)
                && !(wakeable && session.interrupts().requested())) {
            try {
                Thread.sleep(NAP_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new CommandFailure(Outcome.Kind.INTERRUPTED, "the waiting thread was interrupted");
            }
        }
    }
}
