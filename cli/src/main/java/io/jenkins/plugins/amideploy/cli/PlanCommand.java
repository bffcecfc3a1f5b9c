package io.jenkins.plugins.amideploy.cli;

import io.jenkins.plugins.amideploy.engine.stack.SavedPlan;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code ami-deploy plan}: what an apply would do; changes nothing. */
@Command(name = "plan", description = "Show what apply would change, and save the plan.")
final class PlanCommand implements Callable<Integer> {
    @Mixin
    private EnvironmentOptions environment;

    @Mixin
    private ReleaseOptions releaseOptions;

    @Mixin
    private StackOptions stackOptions;

    @Mixin
    private ImageOptions imageOptions;

    private final Surroundings surroundings;

    PlanCommand(Surroundings surroundings) {
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
            Chosen chosen = imageOptions.chosen(stack, session.asked(releaseOptions));
            SavedPlan plan = stack.plan(chosen);
            Stack.show(session.console(), plan.summary());
            session.console().listed();
            session.result(Stack.document(plan), plan.summary().line());
            return ExitCode.OK.code();
        }
    }
}
