package io.jenkins.plugins.amideploy.cli;

import io.jenkins.plugins.amideploy.engine.AppId;
import io.jenkins.plugins.amideploy.engine.locks.TerraformRun;
import io.jenkins.plugins.amideploy.engine.locks.TerraformRuns;
import io.jenkins.plugins.amideploy.engine.release.EnvironmentClaims;
import io.jenkins.plugins.amideploy.engine.release.Release;
import io.jenkins.plugins.amideploy.engine.release.ReleaseStore;
import io.jenkins.plugins.amideploy.engine.release.Run;
import io.jenkins.plugins.amideploy.engine.release.Run.Owner;
import java.io.IOException;
import java.nio.file.Path;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A {@link FakeWorld} with a stack that follows what Terraform is told, and a look at what is recorded of it. */
final class RecordedWorld {
    /** No process has such a number: it is above what any system gives. */
    private static final long NO_PROCESS = 1L << 30;

    static final String LOCK = "web/demo/terraform.tfstate.tflock";

    final FakeWorld world;

    RecordedWorld(Path directory) throws IOException {
        world = new FakeWorld(directory);
    }

    /** The application is another one from now on, of which there is an image. */
    void edition(String imageId) {
        world.images.id = imageId;
        world.reusable();
    }

    /** Deploys the application; what it says is forgotten before. */
    int deploy(String... more) {
        return run("deploy", more);
    }

    int run(String command, String... more) {
        return runIn("demo", command, more);
    }

    int runIn(String environment, String command, String... more) {
        world.out.getBuffer().setLength(0);
        world.err.getBuffer().setLength(0);
        List<String> arguments = new ArrayList<>(List.of(command, "-e", environment));
        if (List.of("deploy", "rollback", "apply").contains(command)) {
            arguments.add("--auto-approve");
        }
        arguments.addAll(List.of(more));
        return world.run(arguments.toArray(String[]::new));
    }

    String said() {
        return world.err.toString();
    }

    /** Newest first. */
    List<Release> releases() {
        return releases("demo");
    }

    List<Release> releases(String environment) {
        return store(environment).history();
    }

    Release newest() {
        return releases().get(0);
    }

    ReleaseStore store(String environment) {
        return new ReleaseStore(world.bucket, new AppId("web", environment), new JacksonParser(), new JacksonParser());
    }

    EnvironmentClaims claims() {
        return new EnvironmentClaims(
                world.bucket, new AppId("web", "demo"), new JacksonParser(), new JacksonParser(), world.clock);
    }

    /** Who has the environment. */
    Optional<Run> holder() {
        return claims().current();
    }

    /** This process in another run. */
    static Owner living(String build) {
        return new ProcessProbe().owner(build);
    }

    /** A process of this computer that is no more. */
    static Owner dead(String build) {
        Owner here = living(build);
        return new Owner(build, "", here.host(), here.boot(), NO_PROCESS, "1");
    }

    /** A process of another computer. */
    static Owner elsewhere(String build) {
        return new Owner(build, "", "elsewhere", "machine/boot/pid:[1]", 4711, "1");
    }

    /** Another run takes the environment. */
    void takenBy(Owner owner, int release) {
        claims().take(owner, other -> EnvironmentClaims.Life.DEAD, true);
        claims().beat(owner, release);
    }

    /** Somebody's Terraform has the lock of the state, taken now. */
    void locked(String id) {
        String lock =
                """
                {"ID":"%s","Operation":"OperationTypeApply","Info":"","Who":"root@%s","Version":"1.11.4","Created":"%s","Path":"states/web/demo/terraform.tfstate"}""";
        world.bucket.write(
                LOCK,
                lock.formatted(id, living("").host(), world.clock.instant().truncatedTo(ChronoUnit.SECONDS)));
    }

    boolean isLocked() {
        return world.bucket.objects.containsKey(LOCK);
    }

    /** A run says that it has started a Terraform. */
    void terraformOf(Owner owner) {
        new TerraformRuns(world.bucket, new AppId("web", "demo"), new JacksonParser(), new JacksonParser())
                .begin(TerraformRun.ofProcess(owner.build() + "-run", owner, world.clock.instant()));
    }
}
