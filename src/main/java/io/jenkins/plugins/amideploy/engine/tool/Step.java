package io.jenkins.plugins.amideploy.engine.tool;

import io.jenkins.plugins.amideploy.engine.Outcome;
import java.util.Objects;

/**
 * What an {@link Operation} wants next.
 *
 * @param <T> what the operation yields
 */
public sealed interface Step<T> {
    /** Run this command. */
    record Run<T>(ToolCommand command) implements Step<T> {
        public Run {
            Objects.requireNonNull(command, "command");
        }
    }

    /** Nothing more to run. */
    record Done<T>(Outcome<T> outcome) implements Step<T> {
        public Done {
            Objects.requireNonNull(outcome, "outcome");
        }
    }

    static <T> Step<T> run(ToolCommand command) {
        return new Run<>(command);
    }

    static <T> Step<T> done(Outcome<T> outcome) {
        return new Done<>(outcome);
    }
}
