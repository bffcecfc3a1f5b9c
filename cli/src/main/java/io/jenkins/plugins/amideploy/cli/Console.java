package io.jenkins.plugins.amideploy.cli;

import io.jenkins.plugins.amideploy.engine.diagnosis.Diagnosis;
import io.jenkins.plugins.amideploy.engine.tool.Progress;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * What people and machines get to see: progress, notes and errors on standard error, results alone on standard output.
 * Every line of progress begins with the time since the command was started.
 */
class Console {
    /** After how long without news a line says what is still waited for: long enough not to flood a CI log. */
    static final Duration HEARTBEAT = Duration.ofSeconds(30);

    private final PrintWriter out;
    private final PrintWriter err;
    private final InstantSource clock;
    private final Instant startedAt;
    private Progress last;
    private Instant since;
    private Instant spokeAt;

    Console(PrintWriter out, PrintWriter err, InstantSource clock) {
        this.out = out;
        this.err = err;
        this.clock = clock;
        this.startedAt = clock.instant();
        this.since = startedAt;
        this.spokeAt = startedAt;
    }

    /** When the command was started. */
    final Instant startedAt() {
        return startedAt;
    }

    /** Something new is being done; the same again is not repeated. */
    synchronized void progress(Progress progress) {
        if (progress.equals(last)) {
            return;
        }
        last = progress;
        since = clock.instant();
        say(progress.toString());
    }

    /** Says what is still waited for, when nothing was said for {@link #HEARTBEAT}; called on every look. */
    synchronized void stillWaiting() {
        Instant now = clock.instant();
        if (last != null && Duration.between(spokeAt, now).compareTo(HEARTBEAT) >= 0) {
            say(last + " … " + time(Duration.between(since, now)));
        }
    }

    /** A remark for people. */
    synchronized void note(String text) {
        say(text);
    }

    private void say(String text) {
        spokeAt = clock.instant();
        err.println(time(Duration.between(startedAt, spokeAt)) + "  " + text);
        err.flush();
    }

    /** The one line that says why the command ends without success. */
    synchronized void error(String message) {
        err.println("error: " + message.strip().replaceAll("\\s*\\R\\s*", " "));
        err.flush();
    }

    /** Why the command ends without success: cause, evidence, cure. */
    synchronized void error(Diagnosis why) {
        List<String> lines = why.lines();
        err.println("error: " + lines.get(0));
        lines.stream().skip(1).forEach(err::println);
        err.flush();
    }

    /** A line of the result. */
    synchronized void result(String line) {
        out.println(line);
        out.flush();
    }

    /** Asks a person; empty when there is none at a terminal. */
    Optional<String> ask(String question) {
        java.io.Console terminal = System.console();
        return terminal == null ? Optional.empty() : Optional.ofNullable(terminal.readLine("%s ", question));
    }

    private static String time(Duration duration) {
        return String.format("%02d:%02d", duration.toMinutes(), duration.toSecondsPart());
    }
}
