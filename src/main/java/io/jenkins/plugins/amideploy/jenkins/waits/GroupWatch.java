package io.jenkins.plugins.amideploy.jenkins.waits;

import io.jenkins.plugins.amideploy.engine.pace.Watched;
import io.jenkins.plugins.amideploy.engine.rollout.GroupReader;
import io.jenkins.plugins.amideploy.engine.rollout.GroupSnapshot;
import io.jenkins.plugins.amideploy.engine.rollout.HealthWindow;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A group that is looked at for one or more waits of the same identity. Kept by {@link AccountLooks}, whose lock guards it. */
final class GroupWatch {
    /** Refreshes and activities are read of each group by itself, and the group with others. */
    private static final double CALLS_OF_A_GROUP = 2.2;

    /**
     * What tells groups from each other.
     *
     * @param identity equal for all who call AWS as the same
     */
    record Key(Object identity, String group) {}

    private final Key key;
    private final GroupReader reader;

    /** Waits, with the time since when each has seen the group healthy; {@link Instant#MAX}: it has not. */
    private final Map<Watching, Instant> waits = new HashMap<>();

    private Look newest;
    private Instant begunAt = Instant.MIN;
    private boolean looking;
    private boolean urgent;

    GroupWatch(Key key, GroupReader reader) {
        this.key = Objects.requireNonNull(key);
        this.reader = Objects.requireNonNull(reader);
    }

    Key key() {
        return key;
    }

    GroupReader reader() {
        return reader;
    }

    void join(Watching wait) {
        waits.put(wait, Instant.MAX);
    }

    /** @return whether nobody is left */
    boolean leave(Watching wait) {
        waits.remove(wait);
        return waits.isEmpty();
    }

    List<Watching> waits() {
        return new ArrayList<>(waits.keySet());
    }

    /** @param since since when a wait has seen the group healthy; null: it has not */
    void proving(Watching wait, Instant since) {
        waits.computeIfPresent(wait, (same, before) -> since == null ? Instant.MAX : since);
    }

    /** Null: none yet. */
    Look newest() {
        return newest;
    }

    boolean isLooking() {
        return looking;
    }

    /** Somebody needs the next look at once. */
    void hurry() {
        urgent = true;
    }

    boolean isUrgent() {
        return urgent;
    }

    void begin(Instant now) {
        looking = true;
        urgent = false;
        begunAt = now;
    }

    /** @param look null: none came about */
    void end(Look look) {
        looking = false;
        newest = look == null ? newest : look;
    }

    /** When the next look is due, from the beginning of the last one. */
    Instant due(Duration pause) {
        return urgent || begunAt.equals(Instant.MIN) ? Instant.MIN : begunAt.plus(pause);
    }

    /** How the plan sees it. */
    Watched watched() {
        Instant since = waits.values().stream().min(Instant::compareTo).orElse(Instant.MAX);
        GroupSnapshot seen = newest == null ? null : newest.snapshot();
        int targetGroups = seen == null ? 1 : seen.targetGroups().size();
        return new Watched(
                key,
                CALLS_OF_A_GROUP + (targetGroups == 0 ? 0 : 1 + targetGroups),
                since.equals(Instant.MAX) ? null : since,
                seen == null ? null : HealthWindow.longestPause(seen).orElse(null));
    }
}
