package io.jenkins.plugins.amideploy.cli;

import io.jenkins.plugins.amideploy.engine.Outcome;
import io.jenkins.plugins.amideploy.engine.locks.Unlocking;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ami-deploy unlock}: whose the lock of the state and the environment are; what a dead run left is freed. Needs no Terraform. */
@Command(
        name = "unlock",
        description = {
            "Tell who holds the lock of the state, and who has the environment; remove what a dead run left.",
            "What a run holds that lives is never removed."
        })
final class UnlockCommand implements Callable<Integer> {
    @Mixin
    private EnvironmentOptions environment;

    @Option(
            names = "--force-id",
            paramLabel = "ID",
            description =
                    "Id of the lock, or of the run that has the environment, to free though it cannot be found out"
                            + " whether its owner lives: for when you know that it does not.")
    private String forcedId = "";

    private final Surroundings surroundings;

    UnlockCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        try (Session session = Session.open(surroundings, environment)) {
            Records records = new Records(session);
            Unlocking end = Records.readable(() -> records.lockDoctor().unlock(forcedId));
            end.refusal().ifPresent(why -> {
                throw CommandFailure.of(
                        end.isHeld() ? Outcome.Kind.STATE_LOCKED : Outcome.Kind.BAD_INPUT,
                        why.withEvidence(end.lines()));
            });
            session.result(end.tree(), end.lines().toArray(String[]::new));
            return ExitCode.OK.code();
        }
    }
}
