package io.jenkins.plugins.amideploy.cli;

import io.jenkins.plugins.amideploy.engine.Outcome;
import io.jenkins.plugins.amideploy.engine.release.End.Failure;
import io.jenkins.plugins.amideploy.engine.rollout.Diagnosis;

/** Ends a command with one line and an exit code. */
final class CommandFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Outcome.Kind kind;
    private final boolean isStop;
    private final transient Failure why;

    private CommandFailure(Outcome.Kind kind, String message, boolean isStop, Failure why) {
        super(message);
        this.kind = kind;
        this.isStop = isStop;
        this.why = why;
    }

    CommandFailure(Outcome.Kind kind, String message) {
        this(kind, message, kind == Outcome.Kind.INTERRUPTED, Failure.of(message));
    }

    static CommandFailure badInput(String message) {
        return new CommandFailure(Outcome.Kind.BAD_INPUT, message);
    }

    /** Somebody was asked and did not agree. */
    static CommandFailure declined(String message) {
        return new CommandFailure(Outcome.Kind.BAD_INPUT, message, true, Failure.of(message));
    }

    /** A rollout or wait that failed, in one line; its parts go into the record. */
    static CommandFailure of(Outcome.Kind kind, Diagnosis diagnosis) {
        StringBuilder line = new StringBuilder("FAILED ")
                .append(diagnosis.cause())
                .append(": ")
                .append(diagnosis.summary());
        diagnosis.evidence().forEach(evidence -> line.append("; ").append(evidence));
        line.append("; ").append(diagnosis.cure());
        Failure parts =
                new Failure(diagnosis.cause().name(), diagnosis.summary(), diagnosis.evidence(), diagnosis.cure());
        return new CommandFailure(kind, line.toString(), kind == Outcome.Kind.INTERRUPTED, parts);
    }

    Outcome.Kind kind() {
        return kind;
    }

    /** Whether somebody stopped the command, rather than that it failed. */
    boolean isStop() {
        return isStop;
    }

    /** As a release's record has it. */
    Failure why() {
        return why;
    }

    ExitCode exitCode() {
        return ExitCode.of(kind);
    }
}
