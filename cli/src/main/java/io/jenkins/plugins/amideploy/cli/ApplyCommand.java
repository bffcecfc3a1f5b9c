package io.jenkins.plugins.amideploy.cli;

import io.jenkins.plugins.amideploy.engine.stack.StackOutputs;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code ami-deploy apply}: plans, asks, and applies exactly that plan. It does not replace instances. */
@Command(
        name = "apply",
        description = "Plan, ask, and apply that plan. Instances stay as they are: rollout replaces them.")
final class ApplyCommand implements Callable<Integer> {
    @Mixin
    private EnvironmentOptions environment;

    @Mixin
    private ReleaseOptions releaseOptions;

    @Mixin
    private StackOptions stackOptions;

    @Mixin
    private ImageOptions imageOptions;

    private final Surroundings surroundings;

    ApplyCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        try (Session session = Session.open(surroundings, environment)) {
            session.requirePrograms("terraform");
            Stack stack = new StateHome(session, stackOptions).prepared();
            Approval approval = new Approval(session.console(), stackOptions.autoApprove);
            ImageOptions.Wanted wanted = imageOptions.wanted(stack, session.release(releaseOptions));
            try (Claims claims = Claims.of(session, wanted.release(), stackOptions)) {
                claims.hold(wanted.imageId());
                StackOutputs outputs = stack.shape(wanted.imageId(), wanted.release(), approval);
                session.result(Stack.document(outputs), outputs.url());
                return ExitCode.OK.code();
            }
        }
    }
}
