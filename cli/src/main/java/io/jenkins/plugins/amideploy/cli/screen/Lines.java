package io.jenkins.plugins.amideploy.cli.screen;

import io.jenkins.plugins.amideploy.engine.rollout.GroupView;
import io.jenkins.plugins.amideploy.engine.tool.Progress;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** One line below the other, each with the time since the command was started: for logs, and for whatever is no terminal. */
public final class Lines implements Screen {
    /** After how long without news a line says what is still waited for: long enough not to flood a CI log. */
    public static final Duration HEARTBEAT = Duration.ofSeconds(30);

    private final PrintWriter err;
    private final InstantSource clock;
    private final Instant startedAt;
    private final boolean isQuiet;
    private final List<String> unsaid = new ArrayList<>();
    private Progress last;
    private Instant since;
    private Instant spokeAt;

    /** @param isQuiet says warnings only, and what a person is to agree to */
    public Lines(PrintWriter err, InstantSource clock, Instant startedAt, boolean isQuiet) {
        this.err = err;
        this.clock = clock;
        this.startedAt = startedAt;
        this.isQuiet = isQuiet;
        this.since = startedAt;
        this.spokeAt = startedAt;
    }

    /** The same is not repeated. */
    @Override
    public void progress(Progress progress) {
        if (!progress.equals(last)) {
            last = progress;
            since = clock.instant();
            note(progress.toString());
        }
    }

    /** Says what is still waited for, when nothing was said for {@link #HEARTBEAT}. */
    @Override
    public void stillWaiting() {
        Instant now = clock.instant();
        if (last != null && Duration.between(spokeAt, now).compareTo(HEARTBEAT) >= 0) {
            note(last + " … " + Elapsed.text(Duration.between(since, now)));
        }
    }

    @Override
    public void note(String text) {
        if (!isQuiet) {
            say(text);
        }
    }

    @Override
    public void detail(String text) {
        note(text);
    }

    /** Somebody who is asked reads it as well. */
    @Override
    public void outcome(String text) {
        listing(text);
    }

    @Override
    public void listing(String text) {
        if (isQuiet) {
            unsaid.add(text);
        } else {
            say(text);
        }
    }

    @Override
    public void warn(String text) {
        say(text);
    }

    @Override
    public void listed() {
        unsaid.forEach(this::say);
        unsaid.clear();
    }

    private void say(String text) {
        spokeAt = clock.instant();
        err.println(Elapsed.text(Duration.between(startedAt, spokeAt)) + "  " + text);
        err.flush();
    }

    @Override
    public void ahead(List<String> phases) {
        // A line says what is, not what will be.
    }

    @Override
    public void begin(String phase) {
        // Its first progress says so.
    }

    @Override
    public void end(String phase, boolean succeeded) {
        // The next part's first progress says so.
    }

    @Override
    public void group(GroupView view) {
        // The rollout's progress has it in a line.
    }

    @Override
    public void close(boolean succeeded) {
        // Every line is complete.
    }
}
