package io.jenkins.plugins.amideploy.jenkins.waits;

import io.jenkins.plugins.amideploy.engine.rollout.GroupWriter;
import io.jenkins.plugins.amideploy.engine.rollout.RefreshRequest;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/** One wait's share in the looks at a group. Made by {@link SharedLooks}, used by {@link WaitExecution}, which it wakes when there is something new to see. */
final class Watching implements AutoCloseable {
    private final AccountLooks looks;
    private final GroupWatch.Key key;
    private final GroupWriter writer;
    private final InstantSource clock;
    private final Runnable wake;

    /** Older looks are of no use: the wait began later, has had them, or did something to the group since. */
    private Instant usefulFrom;

    /** @param wake is run whenever there is a new look to take */
    Watching(AccountLooks looks, GroupWatch.Key key, GroupWriter writer, InstantSource clock, Runnable wake) {
        this.looks = looks;
        this.key = key;
        this.writer = writer;
        this.clock = clock;
        this.usefulFrom = clock.instant();
        this.wake = wake;
    }

    void wake() {
        wake.run();
    }

    /** The newest look, unless the wait has had it. */
    synchronized Optional<Look> take() {
        Optional<Look> look =
                looks.newest(key).filter(newest -> newest.begunAt().isAfter(usefulFrom));
        look.ifPresent(taken -> usefulFrom = taken.begunAt());
        return look;
    }

    /** Writes to the group; a look that had begun before is not taken any more. */
    GroupWriter writer() {
        return new GroupWriter() {
            @Override
            public String startRefresh(RefreshRequest request) {
                try {
                    return writer.startRefresh(request);
                } finally {
                    wrote();
                }
            }

            @Override
            public void rollBackRefresh(String groupName) {
                try {
                    writer.rollBackRefresh(groupName);
                } finally {
                    wrote();
                }
            }

            @Override
            public void cancelRefresh(String groupName) {
                try {
                    writer.cancelRefresh(groupName);
                } finally {
                    wrote();
                }
            }
        };
    }

    private synchronized void wrote() {
        usefulFrom = clock.instant();
    }

    /** @param since since when the wait has seen the group healthy; null: it has not */
    void proving(Instant since) {
        looks.proving(key, this, since);
    }

    /** The next look shall be at once. */
    void hurry() {
        looks.hurry(key);
    }

    @Override
    public void close() {
        looks.leave(key, this);
    }
}
