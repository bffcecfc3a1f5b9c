package io.jenkins.plugins.amideploy.cli;

import io.jenkins.plugins.amideploy.engine.stack.StackOutputs;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code ami-deploy await}: waits until the group is proven healthy in the stack's version; starts nothing. */
@Command(name = "await", description = "Wait until all instances run the stack's version and are proven healthy.")
final class AwaitCommand implements Callable<Integer> {
    @Mixin
    private EnvironmentOptions environment;

    @Mixin
    private StackOptions stackOptions;

    @Mixin
    private WaitOptions waitOptions;

    private final Surroundings surroundings;

    AwaitCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        try (Session session = Session.open(surroundings, environment)) {
            session.requirePrograms("terraform");
            StackOutputs outputs = Stack.existing(session, stackOptions);
            new Proving(session, waitOptions).await(outputs);
            session.result(Stack.document(outputs), outputs.url());
            return ExitCode.OK.code();
        }
    }
}
