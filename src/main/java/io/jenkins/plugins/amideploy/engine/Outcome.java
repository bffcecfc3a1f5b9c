package io.jenkins.plugins.amideploy.engine;

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
     * @param message one line: the object, what was seen, and what to do next
     */
    record Failure<T>(Kind kind, String message) implements Outcome<T> {
        public Failure {
            Objects.requireNonNull(kind, "kind");
            Objects.requireNonNull(message, "message");
        }

        /** The same failure where another type of value was expected. */
        public <U> Outcome<U> retyped() {
            return new Failure<>(kind, message);
        }
    }

    /** Sorts of failure; each has an exit code in the command line and a result in Jenkins. */
    enum Kind {
        /** A tool or an AWS call failed. */
        FAILED,
        /** The caller's variables, options or files are wrong; nothing was started. */
        BAD_INPUT,
        /** The new version was proven not healthy. */
        VERDICT_FAILED,
        /** Something of ours is still there after a teardown. */
        LEFT_BEHIND,
        /** Another run holds the lock of the stack's state. */
        STATE_LOCKED,
        /** The caller stopped the work and the tool ended cleanly. */
        INTERRUPTED,
        /** A tool is not installed. */
        TOOL_MISSING
    }

    static <T> Outcome<T> success(T value) {
        return new Success<>(value);
    }

    static <T> Outcome<T> failure(Kind kind, String message) {
        return new Failure<>(kind, message);
    }
}
