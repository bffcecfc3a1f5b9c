package io.jenkins.plugins.amideploy.cli;

import io.jenkins.plugins.amideploy.engine.release.Begin.Source;
import io.jenkins.plugins.amideploy.engine.release.Release;
import io.jenkins.plugins.amideploy.engine.stack.StackOutputs;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ami-deploy deploy}: the whole way, first time and every time; the URL alone is its last line. */
@Command(
        name = "deploy",
        description =
                "Check, bake, plan, apply, roll out and prove healthy; the last line is the URL. It is recorded as a"
                        + " release of the environment.")
final class DeployCommand implements Callable<Integer> {
    @Mixin
    private EnvironmentOptions environment;

    @Mixin
    private ReleaseOptions releaseOptions;

    @Mixin
    private BakeOptions bakeOptions;

    @Mixin
    private StackOptions stackOptions;

    /** What is deployed in place of the application as it is. */
    private static final class Instead {
        @Option(
                names = "--image-id",
                paramLabel = "AMI",
                description = "Image to deploy instead of baking one: an earlier release, for instance.")
        private String imageId;

        @Option(
                names = "--from",
                paramLabel = "ENV",
                description =
                        "Environment whose image to deploy instead of baking one: the image, commit and version that it"
                                + " is proven healthy on.")
        private String from;
    }

    @ArgGroup
    private Instead instead = new Instead();

    @Mixin
    private RolloutOptions rolloutOptions;

    @Mixin
    private TakeOverOption takeOver;

    private final Surroundings surroundings;

    DeployCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        try (Session session = Session.open(surroundings, environment)) {
            Optional.ofNullable(instead.imageId).ifPresent(ImageOptions::requireId);
            session.asked(releaseOptions);
            Optional<Baking> baking = instead.imageId == null && instead.from == null
                    ? Optional.of(new Baking(session, bakeOptions, stackOptions.localState))
                    : Optional.empty();
            session.requirePrograms("terraform");
            baking.ifPresent(Baking::requirePrograms);
            Optional<Release> source =
                    Optional.ofNullable(instead.from).map(from -> new Promotion(session, from, stackOptions).source());
            Preflight preflight = new Preflight(session);
            baking.ifPresentOrElse(each -> preflight.require(each.settings()), preflight::require);
            Stack stack = new StateHome(session, stackOptions).prepared();
            Asked asked = session.asked(releaseOptions);
            try (HeldEnvironment held = HeldEnvironment.take(session, asked.build(), stackOptions, takeOver);
                    Claims claims = Claims.of(session, asked, stackOptions)) {
                Recording recording = Recording.begin(
                        session,
                        held,
                        source.map(release -> new Source(instead.from, release.number())),
                        asked.build(),
                        stack::requireReady);
                baking.ifPresent(any -> session.console().ahead(Recording.BAKE));
                session.console().ahead(Recording.PLAN, Recording.APPLY, Recording.ROLLOUT);
                Choosing choosing = new Choosing(session, asked, claims, recording);
                StackOutputs outputs = recording.carry(() -> {
                    Chosen chosen = baking.map(each -> choosing.asItIs(each, stack.check(), held.records()))
                            .or(() -> source.map(choosing::promoting))
                            .orElseGet(() -> choosing.named(instead.imageId));
                    Approval approval = new Approval(session, stackOptions.autoApprove);
                    return new Delivery(session, stack, recording, approval, rolloutOptions)
                            .deliver(chosen, held.records());
                });
                session.result(recording.document(asked.build(), outputs), outputs.url());
                return ExitCode.OK.code();
            }
        }
    }
}
