package io.jenkins.plugins.amideploy.cli;

import io.jenkins.plugins.amideploy.engine.rollout.StartedRollout;
import io.jenkins.plugins.amideploy.engine.stack.StackOutputs;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code ami-deploy rollout}: brings the group's instances to the stack's launch-template version, proven or rolled back. */
@Command(
        name = "rollout",
        description = "Replace instances until all run the stack's version and are proven healthy; else roll back.")
final class RolloutCommand implements Callable<Integer> {
    @Mixin
    private EnvironmentOptions environment;

    @Mixin
    private StackOptions stackOptions;

    @Mixin
    private RolloutOptions rolloutOptions;

    @Mixin
    private TakeOverOption takeOver;

    private final Surroundings surroundings;

    RolloutCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        try (Session session = Session.open(surroundings, environment)) {
            session.requirePrograms("terraform");
            String build = session.asked(new ReleaseOptions()).build();
            try (HeldEnvironment held = HeldEnvironment.take(session, build, stackOptions, takeOver)) {
                StackOutputs outputs = Stack.existing(session, stackOptions);
                List<StartedRollout> abandoned = held.rollsOut(Proving.version(outputs));
                session.console().begin(Recording.ROLLOUT);
                new Proving(session, rolloutOptions).rollOut(outputs, Optional.empty(), abandoned);
                session.result(Stack.document(outputs), outputs.url());
                return ExitCode.OK.code();
            }
        }
    }
}
