package io.jenkins.plugins.amideploy.cli;

import io.jenkins.plugins.amideploy.engine.Outcome;

/** Ends a command with one line and an exit code. */
final class CommandFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Outcome.Kind kind;

    CommandFailure(Outcome.Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    static CommandFailure badInput(String message) {
        return new CommandFailure(Outcome.Kind.BAD_INPUT, message);
    }

    Outcome.Kind kind() {
        return kind;
    }

    ExitCode exitCode() {
        return ExitCode.of(kind);
    }
}
