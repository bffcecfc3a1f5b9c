package io.jenkins.plugins.amideploy.jenkins.waits;

/**
 * Marks a thread while it works for waits, so that {@link AccountLooks} charges what it sends to their budget. Clients are shared with steps that do other work as the same
 * identity; if their calls were charged, a step that calls AWS without a pause would have no wait look ever again.
 */
final class ForWaits implements AutoCloseable {
    private static final ThreadLocal<Integer> DEPTH = ThreadLocal.withInitial(() -> 0);

    private ForWaits() {}

    /** Until it is closed, on the same thread. */
    static ForWaits here() {
        DEPTH.set(DEPTH.get() + 1);
        return new ForWaits();
    }

    static boolean isHere() {
        return DEPTH.get() > 0;
    }

    @Override
    public void close() {
        int left = DEPTH.get() - 1;
        if (left == 0) {
            DEPTH.remove();
        } else {
            DEPTH.set(left);
        }
    }
}
