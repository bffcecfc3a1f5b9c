package io.jenkins.plugins.amideploy.cli;

import io.jenkins.plugins.amideploy.engine.image.Baked;
import io.jenkins.plugins.amideploy.engine.stack.StackOutputs;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ami-deploy deploy}: the whole way, first time and every time; the URL alone is its last line. */
@Command(
        name = "deploy",
        description = "Check, bake, plan, apply, roll out and prove healthy; the last line is the URL.")
final class DeployCommand implements Callable<Integer> {
    @Mixin
    private EnvironmentOptions environment;

    @Mixin
    private ReleaseOptions releaseOptions;

    @Mixin
    private BakeOptions bakeOptions;

    @Mixin
    private StackOptions stackOptions;

    @Option(
            names = "--image-id",
            paramLabel = "AMI",
            description = "Image to deploy instead of baking one: an earlier release, for instance.")
    private String imageId;

    @Mixin
    private RolloutOptions rolloutOptions;

    private final Surroundings surroundings;

    DeployCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        try (Session session = Session.open(surroundings, environment)) {
            Optional<Baking> baking =
                    imageId == null ? Optional.of(new Baking(session, bakeOptions)) : Optional.empty();
            session.requirePrograms("terraform");
            baking.ifPresent(Baking::requirePrograms);
            Stack stack = new StateHome(session, stackOptions).prepared();
            Release asked = session.release(releaseOptions);
            try (Claims claims = Claims.of(session, asked, stackOptions)) {
                Optional<Baked> baked = baking.map(each -> each.bake(asked, claims.images(), stack.check()));
                String image = baked.map(each -> each.image().amiId()).orElse(imageId);
                if (baked.isEmpty()) {
                    claims.hold(imageId);
                }
                Release release = baked.map(asked::of).orElse(asked);
                Approval approval = new Approval(session.console(), stackOptions.autoApprove);
                StackOutputs outputs = stack.shape(image, release, approval);
                new Proving(session, rolloutOptions.timeout).rollOut(outputs);
                session.result(document(release, outputs), outputs.url());
                return ExitCode.OK.code();
            }
        }
    }

    private static Map<String, Object> document(Release release, StackOutputs outputs) {
        Map<String, Object> document = new LinkedHashMap<>(Stack.document(outputs));
        document.put("commit", outputs.commit());
        document.put("app_version", outputs.appVersion());
        document.put("build", release.build());
        return document;
    }
}
