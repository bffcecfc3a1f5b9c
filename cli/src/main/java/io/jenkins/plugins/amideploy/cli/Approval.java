package io.jenkins.plugins.amideploy.cli;

/** Consent to what a plan would do. */
final class Approval {
    private final Console console;
    private final boolean given;

    /** @param given whether the caller agreed beforehand */
    Approval(Console console, boolean given) {
        this.console = console;
        this.given = given;
    }

    /** @throws CommandFailure when the user does not agree, or nobody can be asked */
    void require(String question) {
        if (given) {
            return;
        }
        String answer = console.ask(question + " (yes/no)")
                .orElseThrow(() ->
                        CommandFailure.badInput("not approved: no terminal to ask at; run again with --auto-approve"));
        if (!answer.strip().equalsIgnoreCase("yes")) {
            throw CommandFailure.declined("not approved: nothing was changed");
        }
    }
}
