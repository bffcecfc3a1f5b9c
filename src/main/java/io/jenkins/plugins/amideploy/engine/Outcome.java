package io.jenkins.plugins.amideploy.engine;

import io.jenkins.plugins.amideploy.engine.diagnosis.Cause;
import io.jenkins.plugins.amideploy.engine.diagnosis.Diagnosis;
import java.util.Objects;

/**
 * How a piece of work ended, for the front doors to turn into an exit code or a build result.
 *
 * @param <T> what the work yields when it succeeds
 */
public sealed interface Outcome<T> {
    /** The work was done. */
    record Success<T>(T value) implements Outcome<T> {
        public Success {
            Objects.requireNonNull(value, "value");
        }
    }

    /**
     * The work was not done.
     *
     * @param kind what sort of failure, the same in every front door
     * @param diagnosis why, and what to do next
     */
    record Failure<T>(Kind kind, Diagnosis diagnosis) implements Outcome<T> {
        public Failure {
            Objects.requireNonNull(kind, "kind");
            Objects.requireNonNull(diagnosis, "diagnosis");
        }

        /** Why and what to do on one line. */
        public String message() {
            return diagnosis.line();
        }

        /** The same failure where another type of value was expected. */
        public <U> Outcome<U> retyped() {
            return new Failure<>(kind, diagnosis);
        }
    }

    /** Sorts of failure; each has an exit code in the command line and a result in Jenkins. */
    enum Kind {
        /** A tool or an AWS call failed. */
        FAILED(Cause.TOOL_FAILED),
        /** The caller's variables, options or files are wrong; nothing was started. */
        BAD_INPUT(Cause.BAD_INPUT),
        /** The new version was proven not healthy. */
        VERDICT_FAILED(Cause.NEVER_HEALTHY),
        /** Something of ours is still there after a teardown. */
        LEFT_BEHIND(Cause.LEFT_BEHIND),
        /** Another run holds the lock of the stack's state. */
        STATE_LOCKED(Cause.STATE_LOCKED),
        /** The caller stopped the work and the tool ended cleanly. */
        INTERRUPTED(Cause.ABORTED),
        /** A tool is not installed. */
        TOOL_MISSING(Cause.TOOL_MISSING);

        private final Cause general;

        Kind(Cause general) {
            this.general = general;
        }

        /** The cause of which only a line is known. */
        public Diagnosis saying(String message) {
            return Diagnosis.of(general, message);
        }
    }

    static <T> Outcome<T> success(T value) {
        return new Success<>(value);
    }

    static <T> Outcome<T> failure(Kind kind, Diagnosis diagnosis) {
        return new Failure<>(kind, diagnosis);
    }

    /** A failure that has no other name than its kind's. */
    static <T> Outcome<T> failure(Kind kind, String message) {
        return new Failure<>(kind, kind.saying(message));
    }
}
