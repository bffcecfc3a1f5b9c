package io.jenkins.plugins.amideploy.cli;

import io.jenkins.plugins.amideploy.engine.Outcome;
import io.jenkins.plugins.amideploy.engine.diagnosis.Cause;
import io.jenkins.plugins.amideploy.engine.diagnosis.Diagnosis;
import io.jenkins.plugins.amideploy.engine.release.Begin.Source;
import io.jenkins.plugins.amideploy.engine.release.Facts.Name;
import io.jenkins.plugins.amideploy.engine.release.Release;
import io.jenkins.plugins.amideploy.engine.stack.StackOutputs;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ami-deploy rollback}: an earlier release again, without a bake and with the same proof; the URL alone is its last line. */
@Command(
        name = "rollback",
        description =
                "Go back to an earlier release: plan, apply and roll out its image and settings, and prove it healthy."
                        + " Later deployments of what was left stay on it.")
final class RollbackCommand implements Callable<Integer> {
    @Mixin
    private EnvironmentOptions environment;

    @Option(
            names = "--to",
            paramLabel = "NUMBER",
            description =
                    "Release to go back to, see ami-deploy releases. Default: the last one before the present one that"
                            + " was proven healthy and differs from it.")
    private Integer to;

    @Option(
            names = "--build",
            paramLabel = "ID",
            description = "Build that does it. Default: cli-<user>-<time>-<random>.")
    private String build;

    @Option(names = "--auto-approve", description = "Do not ask before the stack is changed.")
    private boolean autoApprove;

    @Mixin
    private RolloutOptions rolloutOptions;

    @Mixin
    private TakeOverOption takeOver;

    private final Surroundings surroundings;

    RollbackCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        try (Session session = Session.open(surroundings, environment)) {
            session.requirePrograms("terraform");
            Stack stack = Stack.there(session);
            ReleaseOptions options = new ReleaseOptions();
            options.build = build;
            Asked asked = session.asked(options);
            // Before the environment is taken, so that nothing is written for what cannot be; what counts is read again
            // then.
            Records before = new Records(session);
            if (before.holder().run().isEmpty()) {
                chosen(before);
            }
            try (HeldEnvironment held = HeldEnvironment.take(session, asked.build(), takeOver);
                    Claims claims = Claims.of(session, asked)) {
                Release target = target(session, held);
                Recording recording = Recording.begin(
                        session,
                        held,
                        Optional.of(new Source(target.begin().app().environment(), target.number())),
                        asked.build(),
                        stack::requireReady);
                session.console().ahead(Recording.PLAN, Recording.APPLY, Recording.ROLLOUT);
                Choosing choosing = new Choosing(session, asked, claims, recording);
                Approval approval = new Approval(session, autoApprove);
                Delivery delivery = new Delivery(session, stack, recording, approval, rolloutOptions);
                StackOutputs outputs =
                        recording.carry(() -> delivery.deliver(choosing.goingBackTo(target), held.records()));
                session.result(recording.document(asked.build(), outputs), outputs.url());
                return ExitCode.OK.code();
            }
        }
    }

    private Release chosen(Records records) {
        OptionalInt number = to == null ? OptionalInt.empty() : OptionalInt.of(to);
        return Outcomes.valueOf(records.history().rollbackTarget(number));
    }

    private Release target(Session session, HeldEnvironment held) {
        Release target = chosen(held.records().orElseThrow());
        String what = session.variables().app().environment() + " release " + target.number();
        if (session.cloud().images().image(target.imageId()).isEmpty()) {
            throw CommandFailure.of(
                    Outcome.Kind.BAD_INPUT,
                    Diagnosis.of(
                            Cause.IMAGE_MISSING,
                            "image " + target.imageId() + " of " + what + " is not there any more",
                            List.of(),
                            "choose another release, or check its commit "
                                    + target.facts().text(Name.COMMIT) + " out and deploy that"));
        }
        session.console()
                .note("goes back to " + what + ": version " + target.facts().text(Name.APP_VERSION) + ", commit "
                        + target.facts().text(Name.COMMIT) + ", image " + target.imageId() + ", proven healthy at "
                        + target.end().orElseThrow().endedAt());
        return target;
    }
}
