package io.jenkins.plugins.amideploy.cli;

import io.jenkins.plugins.amideploy.engine.image.Image;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code ami-deploy bake}: an image from the checkout; prints its id. */
@Command(name = "bake", description = "Bake an image (AMI) from the checkout; prints its id.")
final class BakeCommand implements Callable<Integer> {
    @Mixin
    private EnvironmentOptions environment;

    @Mixin
    private ReleaseOptions releaseOptions;

    private final Surroundings surroundings;

    BakeCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        try (Session session = Session.open(surroundings, environment)) {
            Baking baking = new Baking(session);
            baking.requirePrograms();
            session.cloud().account().identity();
            Image image = baking.bake(session.release(releaseOptions));
            session.result(Baking.document(image), image.amiId());
            return ExitCode.OK.code();
        }
    }
}
