package io.jenkins.plugins.amideploy.cli;

import io.jenkins.plugins.amideploy.engine.Outcome;

/** Outcomes of the engine as this front door handles them: a value, or the end of the command. */
final class Outcomes {
    private Outcomes() {}

    /** @throws CommandFailure when the work was not done */
    static <T> T valueOf(Outcome<T> outcome) {
        if (outcome instanceof Outcome.Failure<T> failure) {
            throw CommandFailure.of(failure.kind(), failure.diagnosis());
        }
        return ((Outcome.Success<T>) outcome).value();
    }
}
