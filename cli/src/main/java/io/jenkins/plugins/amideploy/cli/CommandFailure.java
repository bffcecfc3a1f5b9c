package io.jenkins.plugins.amideploy.cli;

import io.jenkins.plugins.amideploy.engine.Outcome;
import io.jenkins.plugins.amideploy.engine.diagnosis.Cause;
import io.jenkins.plugins.amideploy.engine.diagnosis.Diagnosis;

/** Ends a command with a named cause and an exit code. */
final class CommandFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Outcome.Kind kind;
    private final boolean isStop;
    private final transient Diagnosis why;

    private CommandFailure(Outcome.Kind kind, Diagnosis why, boolean isStop) {
        super(why.line());
        this.kind = kind;
        this.isStop = isStop;
        this.why = why;
    }

    /** A failure of which only a line is known. */
    CommandFailure(Outcome.Kind kind, String message) {
        this(kind, kind.saying(message), kind == Outcome.Kind.INTERRUPTED);
    }

    static CommandFailure badInput(String message) {
        return new CommandFailure(Outcome.Kind.BAD_INPUT, message);
    }

    /** The caller has to do something else first. @param command what does it, for a shell; empty where words are all */
    static CommandFailure badInput(String message, String cure, String command) {
        return of(Outcome.Kind.BAD_INPUT, Diagnosis.of(Cause.BAD_INPUT, message).withCure(cure, command));
    }

    /** Somebody was asked and did not agree. */
    static CommandFailure declined(String message) {
        return new CommandFailure(Outcome.Kind.BAD_INPUT, Outcome.Kind.BAD_INPUT.saying(message), true);
    }

    static CommandFailure of(Outcome.Kind kind, Diagnosis why) {
        return new CommandFailure(kind, why, kind == Outcome.Kind.INTERRUPTED);
    }

    Outcome.Kind kind() {
        return kind;
    }

    /** Whether somebody stopped the command, rather than that it failed. */
    boolean isStop() {
        return isStop;
    }

    Diagnosis why() {
        return why;
    }

    ExitCode exitCode() {
        return ExitCode.of(kind);
    }
}
