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

    @Mixin
    private TakeOverOption takeOver;

    private final Surroundings surroundings;

    ApplyCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        try (Session session = Session.open(surroundings, environment)) {
            imageOptions.requireId();
            session.asked(releaseOptions);
            session.requirePrograms("terraform");
            new Preflight(session).require();
            Stack stack = new StateHome(session, stackOptions).prepared();
            Approval approval = new Approval(session, stackOptions.autoApprove);
            Asked asked = session.asked(releaseOptions);
            try (HeldEnvironment held = HeldEnvironment.take(session, asked.build(), stackOptions, takeOver);
                    Claims claims = Claims.of(session, asked, stackOptions)) {
                Chosen chosen = imageOptions.chosen(stack, asked);
                claims.hold(chosen.imageId());
                StackOutputs outputs = stack.shape(chosen, approval, Recording.none(session, held));
                session.result(Stack.document(outputs), outputs.url());
                return ExitCode.OK.code();
            }
        }
    }
}
