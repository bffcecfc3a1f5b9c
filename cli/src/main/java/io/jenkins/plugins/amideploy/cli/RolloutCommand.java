package io.jenkins.plugins.amideploy.cli;

import io.jenkins.plugins.amideploy.engine.stack.StackOutputs;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ami-deploy rollout}: brings the group's instances to the stack's launch-template version, proven or rolled back. */
@Command(
        name = "rollout",
        description = "Replace instances until all run the stack's version and are proven healthy; else roll back.")
final class RolloutCommand implements Callable<Integer> {
    @Mixin
    private EnvironmentOptions environment;

    @Mixin
    private StackOptions stackOptions;

    @Option(names = "--timeout", paramLabel = "TIME", description = "How long it may take: 90s, 30m, 1h. Default: 30m.")
    private Duration timeout;

    private final Surroundings surroundings;

    RolloutCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        try (Session session = Session.open(surroundings, environment)) {
            session.requirePrograms("terraform");
            StackOutputs outputs = Stack.existing(session, stackOptions);
            new Proving(session, timeout).rollOut(outputs);
            session.result(Stack.document(outputs), outputs.url());
            return ExitCode.OK.code();
        }
    }
}
