package io.jenkins.plugins.amideploy.jenkins.deployments;

import hudson.model.Item;
import hudson.model.ItemGroup;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * The records of a folder's environments, read at most every few seconds however many look: the Deployments page, and parameters that offer
 * environments and releases. In memory only.
 */
public final class Records {
    /** A page may be so old: long enough for many who look at the same moment, short enough for one who reloads. */
    static final Duration FRESH = Duration.ofSeconds(10);

    /** Folders whose records are kept at once; each takes up to some megabytes. */
    private static final int FOLDERS = 50;

    private static final Map<String, Reading> READINGS = new HashMap<>();

    private Records() {}

    private record Reading(Instant begunAt, CompletableFuture<Deployments> result) {
        boolean isFresh(Instant now) {
            return now.isBefore(begunAt.plus(FRESH));
        }
    }

    /**
     * Reads, or tells what was read just now. AWS is asked with the folder's credentials, whoever looks; so never on the thread that runs a
     * pipeline.
     *
     * @throws org.springframework.security.access.AccessDeniedException when the user may not read the folder
     */
    public static Deployments of(ItemGroup<?> folder) {
        if (folder instanceof Item item) {
            item.checkPermission(Item.READ);
        }
        String key = folder.getRootDir().getPath();
        CompletableFuture<Deployments> mine = new CompletableFuture<>();
        CompletableFuture<Deployments> shared = enter(key, mine);
        if (shared == mine) {
            try {
                mine.complete(RecordsReader.read(folder, Clock.systemUTC()));
            } catch (RuntimeException | Error failure) {
                forget(folder);
                mine.completeExceptionally(failure);
                throw failure;
            }
        }
        return shared.join();
    }

    /** So that the next look sees what was just changed. */
    public static void forget(ItemGroup<?> folder) {
        synchronized (READINGS) {
            READINGS.remove(folder.getRootDir().getPath());
        }
    }

    /** The reading to wait for: the caller's own where it is the one to make it. */
    private static CompletableFuture<Deployments> enter(String key, CompletableFuture<Deployments> mine) {
        Instant now = Instant.now();
        synchronized (READINGS) {
            READINGS.values().removeIf(reading -> !reading.isFresh(now));
            Reading known = READINGS.get(key);
            if (known != null) {
                return known.result();
            }
            if (READINGS.size() >= FOLDERS) {
                READINGS.clear();
            }
            READINGS.put(key, new Reading(now, mine));
            return mine;
        }
    }
}
