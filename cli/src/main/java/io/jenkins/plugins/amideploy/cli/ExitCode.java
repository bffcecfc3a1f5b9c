package io.jenkins.plugins.amideploy.cli;

import io.jenkins.plugins.amideploy.engine.Outcome;

/** What the command line returns; listed in {@code --help}. */
enum ExitCode {
    OK(0, "done"),
    FAILED(1, "a tool or an AWS call failed"),
    BAD_INPUT(2, "wrong option, variable or set-up (tool or credentials missing); nothing was begun"),
    VERDICT_FAILED(3, "the new version did not get healthy; the cause is named"),
    LEFT_BEHIND(4, "something of ours is still there after a destroy"),
    STATE_LOCKED(5, "another run has the environment, or holds the lock of the stack's state"),
    NOTHING_FOUND(6, "a destroy found nothing: neither a state nor resources, in this account and region"),
    INTERRUPTED(130, "stopped by Ctrl-C or TERM; the tool ended cleanly");

    private final int code;
    private final String meaning;

    ExitCode(int code, String meaning) {
        this.code = code;
        this.meaning = meaning;
    }

    int code() {
        return code;
    }

    String meaning() {
        return meaning;
    }

    static ExitCode of(Outcome.Kind kind) {
        return switch (kind) {
            case FAILED -> FAILED;
            case BAD_INPUT, TOOL_MISSING -> BAD_INPUT;
            case VERDICT_FAILED -> VERDICT_FAILED;
            case LEFT_BEHIND -> LEFT_BEHIND;
            case STATE_LOCKED -> STATE_LOCKED;
            case INTERRUPTED -> INTERRUPTED;
        };
    }
}
