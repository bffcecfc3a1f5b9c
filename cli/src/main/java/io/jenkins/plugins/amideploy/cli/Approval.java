package io.jenkins.plugins.amideploy.cli;

/** Consent to what a plan would do. */
final class Approval {
    private final Session session;
    private final boolean given;

    /** @param given whether the caller agreed beforehand */
    Approval(Session session, boolean given) {
        this.session = session;
        this.given = given;
    }

    /**
     * Asks, and says where: a person may have the credentials of several accounts.
     *
     * @throws CommandFailure when the user does not agree, or nobody can be asked
     */
    void require(String question) {
        if (given) {
            return;
        }
        String answer = session.console()
                .ask(question + " " + session.place() + " (yes/no)")
                .orElseThrow(() ->
                        CommandFailure.badInput("not approved: no terminal to ask at; run again with --auto-approve"));
        if (!answer.strip().equalsIgnoreCase("yes")) {
            throw CommandFailure.declined("not approved: nothing was changed");
        }
    }
}
