package io.jenkins.plugins.amideploy.jenkins.waits;

import java.time.Duration;
import java.util.Arrays;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/** How the last looks reached the waits: by how much later than the interval that was in force. For measurements ({@code bench/waits}). */
@Restricted(NoExternalUse.class)
public final class LookTimes {
    /** Looks that are kept: some minutes of a thousand waits. */
    private static final int KEPT = 20_000;

    private final long[] lateMillis = new long[KEPT];
    private long count;

    /** @param late by how much longer the pause was than the interval in force; negative: it was shorter */
    synchronized void add(Duration late) {
        lateMillis[(int) (count++ % KEPT)] = Math.max(0, late.toMillis());
    }

    /** Forgets all. */
    public synchronized void clear() {
        count = 0;
    }

    /** Looks since {@link #clear()}. */
    public synchronized long count() {
        return count;
    }

    /** Milliseconds by which at most this part of the looks was late. @param part from 0 to 1 */
    public synchronized long lateMillis(double part) {
        int size = (int) Math.min(count, KEPT);
        if (size == 0) {
            return 0;
        }
        long[] sorted = Arrays.copyOf(lateMillis, size);
        Arrays.sort(sorted);
        return sorted[Math.max(0, (int) Math.ceil(part * size) - 1)];
    }
}
