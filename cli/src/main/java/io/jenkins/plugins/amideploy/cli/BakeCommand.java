package io.jenkins.plugins.amideploy.cli;

import io.jenkins.plugins.amideploy.engine.image.Baked;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code ami-deploy bake}: an image of the application, found or baked; prints its id. */
@Command(
        name = "bake",
        description = "Bake an image (AMI) of the application, unless one of the same content is there; prints its id.")
final class BakeCommand implements Callable<Integer> {
    @Mixin
    private EnvironmentOptions environment;

    @Mixin
    private ReleaseOptions releaseOptions;

    @Mixin
    private BakeOptions bakeOptions;

    private final Surroundings surroundings;

    BakeCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        try (Session session = Session.open(surroundings, environment)) {
            Baking baking = new Baking(session, bakeOptions);
            baking.requirePrograms();
            session.cloud().account().identity();
            Asked asked = session.asked(releaseOptions);
            try (Claims claims = Claims.of(session, asked)) {
                Baked baked = baking.bake(asked, claims.images());
                new KeptLock(session).of(baked);
                session.result(Baking.document(baked), baked.image().amiId());
                return ExitCode.OK.code();
            }
        }
    }
}
