package io.jenkins.plugins.amideploy.cli.screen;

import java.time.Duration;
import java.time.Instant;

/**
 * A part of the work as the view shows it.
 *
 * @param name such as {@code bake}
 * @param state how far it is
 * @param since when it began, as if it had run without a break; does not matter before
 * @param took how long it ran; does not matter before its end
 * @param saying what it does now, or did last
 * @param outcome what it came to; empty: what it did last says that
 */
record Phase(String name, State state, Instant since, Duration took, String saying, String outcome) {
    /** How far a part is. */
    enum State {
        AHEAD,
        RUNNING,
        DONE,
        FAILED,
        /** There was nothing to do. */
        LEFT_OUT
    }

    static Phase ahead(String name) {
        return new Phase(name, State.AHEAD, Instant.EPOCH, Duration.ZERO, "", "");
    }

    Phase running(Instant now) {
        return new Phase(name, State.RUNNING, now.minus(took), took, "", outcome);
    }

    Phase ended(boolean succeeded, Instant now) {
        return new Phase(
                name, succeeded ? State.DONE : State.FAILED, since, Duration.between(since, now), saying, outcome);
    }

    Phase leftOut() {
        return new Phase(name, State.LEFT_OUT, since, took, "", "nothing to do");
    }

    Phase saying(String text) {
        return new Phase(name, state, since, took, text, outcome);
    }

    Phase withOutcome(String text) {
        return new Phase(name, state, since, took, saying, text);
    }

    boolean is(State other) {
        return state == other;
    }

    Duration elapsed(Instant now) {
        return is(State.RUNNING) ? Duration.between(since, now) : took;
    }

    /** What is worth a line beside its name. */
    String text() {
        return is(State.RUNNING) || outcome.isEmpty() ? saying : outcome;
    }
}
