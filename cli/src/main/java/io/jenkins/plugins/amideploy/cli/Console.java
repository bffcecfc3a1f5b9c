package io.jenkins.plugins.amideploy.cli;

import io.jenkins.plugins.amideploy.cli.screen.Lines;
import io.jenkins.plugins.amideploy.cli.screen.Screen;
import io.jenkins.plugins.amideploy.engine.diagnosis.Diagnosis;
import io.jenkins.plugins.amideploy.engine.rollout.GroupView;
import io.jenkins.plugins.amideploy.engine.tool.Progress;
import java.io.PrintWriter;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * What people and machines get to see: progress, notes and errors on standard error, results alone on standard output. Everything is one line with
 * the time since the command was started, unless there is a terminal: then what takes its time is drawn in place, from the first progress on until the
 * result or the error.
 */
class Console {
    /** How much is said. */
    enum Verbosity {
        /** Warnings, the result, the error. */
        QUIET,
        NORMAL,
        /** Also each line that a tool says. */
        VERBOSE
    }

    /** Opens a view on the terminal, for the command line's start alone. */
    interface View {
        /** None, for whatever is no terminal. */
        View NONE = (title, startedAt) -> Optional.empty();

        /** @return empty where there is no terminal that could show it */
        Optional<Screen> open(String title, Instant startedAt);
    }

    private final PrintWriter out;
    private final PrintWriter err;
    private final InstantSource clock;
    private final Instant startedAt;
    private final View view;
    private Verbosity verbosity = Verbosity.NORMAL;
    private String title = "";
    private Screen screen;
    private boolean isViewAsked;

    Console(PrintWriter out, PrintWriter err, InstantSource clock) {
        this(out, err, clock, View.NONE);
    }

    Console(PrintWriter out, PrintWriter err, InstantSource clock, View view) {
        this.out = out;
        this.err = err;
        this.clock = clock;
        this.startedAt = clock.instant();
        this.view = view;
        this.screen = lines();
    }

    private Screen lines() {
        return new Lines(err, clock, startedAt, verbosity == Verbosity.QUIET);
    }

    /** When the command was started. */
    final Instant startedAt() {
        return startedAt;
    }

    /** Before anything is said: how much, and what it is all about. */
    synchronized void show(Verbosity much, String about) {
        verbosity = much;
        title = about;
        screen = lines();
    }

    /** The screen for work that takes its time. */
    private Screen working() {
        if (!isViewAsked && verbosity == Verbosity.NORMAL) {
            isViewAsked = true;
            view.open(title, startedAt).ifPresent(live -> screen = live);
        }
        return screen;
    }

    /** Parts of the work that are to come. */
    synchronized void ahead(String... phases) {
        working().ahead(List.of(phases));
    }

    /** A part of the work begins. */
    synchronized void begin(String phase) {
        working().begin(phase);
    }

    /** It is over. @param succeeded or it ends the command */
    synchronized void end(String phase, boolean succeeded) {
        screen.end(phase, succeeded);
    }

    /** Something new is being done; the same again is not repeated. */
    synchronized void progress(Progress progress) {
        if (progress.isWarning()) {
            working().warn(progress.toString());
        } else {
            working().progress(progress);
        }
    }

    /** Nothing is new; called on every look. */
    synchronized void stillWaiting() {
        screen.stillWaiting();
    }

    /** What was seen of the group. */
    synchronized void group(GroupView seen) {
        screen.group(seen);
    }

    /** A remark for people. */
    synchronized void note(String text) {
        screen.note(text);
    }

    /** A remark on what is just being done. */
    synchronized void detail(String text) {
        screen.detail(text);
    }

    /** What a part of the work came to. */
    synchronized void outcome(String text) {
        screen.outcome(text);
    }

    /** A line of what a person is to agree to. */
    synchronized void listing(String text) {
        screen.listing(text);
    }

    /** A remark that nobody should miss. */
    synchronized void warn(String text) {
        screen.warn(text);
    }

    /** From here on everything is lines again. */
    private void over(boolean succeeded) {
        screen.close(succeeded);
        screen = lines();
        isViewAsked = true;
    }

    /** The one line that says why the command ends without success, where a list of causes stands above it. */
    synchronized void error(String message) {
        over(false);
        err.println("error: " + message.strip().replaceAll("\\s*\\R\\s*", " "));
        err.flush();
    }

    /** Why the command ends without success: cause, evidence, cure. */
    synchronized void error(Diagnosis why) {
        over(false);
        List<String> lines = why.lines();
        err.println("error: " + lines.get(0));
        lines.stream().skip(1).forEach(err::println);
        err.flush();
    }

    /** What follows is written by somebody else: the trace of a failure that nobody thought of. */
    synchronized void leave() {
        over(false);
    }

    /** What was listed is to be read, though nobody is asked. */
    synchronized void listed() {
        if (verbosity != Verbosity.QUIET) {
            screen.listed();
        }
    }

    /** A line of the result. */
    synchronized void result(String line) {
        over(true);
        out.println(line);
        out.flush();
    }

    /** Asks a person; empty when there is none at a terminal. */
    final Optional<String> ask(String question) {
        synchronized (this) {
            screen.listed();
        }
        return answer(question);
    }

    /** The answer of whoever sits at the terminal; for tests to replace. */
    Optional<String> answer(String question) {
        java.io.Console terminal = System.console();
        return terminal == null ? Optional.empty() : Optional.ofNullable(terminal.readLine("%s ", question));
    }
}
