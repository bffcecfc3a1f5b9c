package io.jenkins.plugins.amideploy.jenkins.releases;

import static io.jenkins.plugins.amideploy.jenkins.ToolPipelines.finished;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import hudson.model.Result;
import io.jenkins.plugins.amideploy.engine.release.Begin;
import io.jenkins.plugins.amideploy.engine.release.End;
import io.jenkins.plugins.amideploy.engine.release.End.Failure;
import io.jenkins.plugins.amideploy.engine.release.Facts.Name;
import io.jenkins.plugins.amideploy.engine.release.Release;
import io.jenkins.plugins.amideploy.engine.release.Run.Owner;
import io.jenkins.plugins.amideploy.engine.release.Shape;
import io.jenkins.plugins.amideploy.jenkins.EmbeddedAws;
import io.jenkins.plugins.amideploy.jenkins.OneController;
import io.jenkins.plugins.amideploy.jenkins.run.ReleaseAction;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.jvnet.hudson.test.JenkinsRule;

/** What builds record of their releases, and that an environment is one run's at a time; with fake tools and the embedded AWS. */
@ExtendWith(OneController.class)
@Execution(ExecutionMode.CONCURRENT)
class ReleaseStepsTest {
    @RegisterExtension
    static final EmbeddedAws AWS = EmbeddedAws.withRecords();

    @TempDir
    Path directory;

    private JenkinsRule r;
    private ReleaseWorld world;

    @BeforeEach
    void setUp(JenkinsRule rule) throws Exception {
        r = rule;
        world = new ReleaseWorld(AWS, directory);
    }

    @AfterEach
    void tearDown() {
        world.close();
    }

    @Test
    void deployment_fromBakeToProof_isRecordedHealthyWithAllThatIsKnown() throws Exception {
        world.group().create();
        Files.createFile(world.tools().directory().resolve("lock"));
        WorkflowRun run =
                finished(r, world.start(r, world.bake(), world.deployment(), "echo 'after it'"), Result.SUCCESS);

        Release release = world.records().read(1).orElseThrow();
        Begin begin = release.begin();
        assertThat(begin.kind()).isEqualTo(Begin.Kind.DEPLOYMENT);
        assertThat(begin.build()).isEqualTo(BuildOwner.id(run));
        assertThat(begin.buildUrl()).isEqualTo(r.getURL() + run.getUrl());
        assertThat(begin.runCommit()).isEqualTo("abcdef0123456789abcdef0123456789abcdef01");
        assertThat(release.end().orElseThrow().result()).isEqualTo(End.Result.HEALTHY);
        assertThat(release.imageId()).isEqualTo(world.group().image());
        assertThat(release.facts().text(Name.COMMIT)).isEqualTo("c0ffee0123456789");
        assertThat(release.facts().text(Name.URL)).isEqualTo("http://127.0.0.9");
        assertThat(release.facts().text(Name.PLAN)).contains("1 to add");
        assertThat(release.facts().texts(Name.INSTANCE_IDS)).hasSize(1);
        assertThat(release.facts().strings(Name.SETTINGS)).containsEntry("instance_type", "t3.small");
        assertThat(release.facts().phases()).containsOnlyKeys("bake", "plan", "approve", "apply", "rollout");
        assertThat(release.facts().text(Name.REQUIREMENTS_LOCK))
                .isEqualTo(world.app().app() + "/images/ami-0123456789abcdef0/requirements.lock");
        assertThat(world.objects()
                        .read(release.facts().text(Name.REQUIREMENTS_LOCK))
                        .orElseThrow()
                        .text())
                .isEqualTo("flask==3.1.0\n");
        assertThat(world.objects().list(world.app().app() + "/claims/")).isEmpty();
        assertThat(Shape.of(release.facts()).orElseThrow().desired()).isEqualTo(1);
        assertThat(world.claims().current()).isEmpty();
        r.assertLogContains("Began release 1 of " + world.environment(), run);
        r.assertLogContains("release 1 of " + world.environment() + ": healthy", run);
        assertThat(run.getAction(ReleaseAction.class).getFacts()).anySatisfy(fact -> assertThat(fact)
                .hasToString(world.app().stackName() + " RELEASE release 1 of " + world.environment() + ": healthy"));
        assertThat(Places.of(r.jenkins)).anySatisfy(place -> {
            assertThat(place.environment()).isEqualTo(world.environment());
            assertThat(place.bucket()).isEqualTo(world.bucket());
        });
    }

    @Test
    void deployment_ofNothingNew_isUnchangedAndProvenAtTheFirstLook() throws Exception {
        world.group().create();
        finished(r, world.start(r, world.deployment()), Result.SUCCESS);
        Files.createFile(world.tools().directory().resolve("unchanged"));

        WorkflowRun again =
                finished(r, world.start(r, world.deployment().replace("Seconds: 1", "Seconds: 300")), Result.SUCCESS);

        assertThat(world.end(2).result()).isEqualTo(End.Result.UNCHANGED);
        r.assertLogContains("and nothing happened since", again);
    }

    @Test
    void bake_thatFails_isRecordedWithItsCause() throws Exception {
        Files.createFile(world.tools().directory().resolve("fail"));

        finished(r, world.start(r, world.bake()), Result.FAILURE);

        End end = world.end(1);
        assertThat(end.result()).isEqualTo(End.Result.FAILED);
        assertThat(end.failure().map(Failure::summary).orElse(""))
                .contains("packer build failed: the base image is not there");
        world.awaitGivenBack();
    }

    @Test
    void rollout_thatFails_isRecordedWithTheDiagnosis() throws Exception {
        world.group().create();
        String version = world.group().publish("ami-0123456789abcdef0");

        finished(
                r,
                world.start(
                        r,
                        world.plan(),
                        world.apply(),
                        "rolloutAsg " + world.group().arguments(version)),
                Result.FAILURE);

        Failure failure = world.end(1).failure().orElseThrow();
        assertThat(failure.cause()).isEqualTo("IMAGE_MISSING");
        assertThat(failure.evidence()).isNotEmpty();
        assertThat(failure.cure()).isNotEmpty();
        assertThat(world.end(1).facts().phases()).containsKey("rollout");
        world.awaitGivenBack();
    }

    /** Whoever knows the URL may post there: it is in no log and not in clear in build.xml. */
    @Test
    void webhook_isToldOfEachEnd_andStaysSecret() throws Exception {
        BlockingQueue<String> bodies = new LinkedBlockingQueue<>();
        HttpServer hook = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        hook.createContext("/", exchange -> {
            bodies.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        hook.start();
        try {
            world.telling("http://127.0.0.1:" + hook.getAddress().getPort() + "/s3cr3t");
            WorkflowRun run = finished(r, world.start(r, world.plan()), Result.SUCCESS);

            assertThat(bodies.poll(90, TimeUnit.SECONDS))
                    .contains("\"text\" : \"" + world.app() + " release 1 (deployment) failed: ");
            assertThat(Files.readString(run.getRootDir().toPath().resolve("build.xml")))
                    .as("the script names it, the release does not")
                    .contains("<webhook>{")
                    .containsOnlyOnce("s3cr3t");
            r.assertLogNotContains("s3cr3t", run);
        } finally {
            hook.stop(0);
        }
    }

    @Test
    void build_thatIsAborted_isRecordedAborted() throws Exception {
        world.tools().hold("base-build");
        WorkflowRun run = world.start(r, world.bake());
        world.tools().awaitHeld("base-build");
        run.doStop();
        finished(r, run, Result.ABORTED);

        End end = world.end(1);
        assertThat(end.result()).isEqualTo(End.Result.ABORTED);
        assertThat(end.failure().map(Failure::summary).orElse("")).startsWith("bake was stopped");
        world.awaitGivenBack();
    }

    @Test
    void build_thatEndsWithoutAProof_isRecordedFailed() throws Exception {
        finished(r, world.start(r, world.plan()), Result.SUCCESS);

        assertThat(world.end(1).failure().map(Failure::summary).orElse(""))
                .isEqualTo("the build ended as SUCCESS before " + world.environment() + " was proven healthy");
        world.awaitGivenBack();
    }

    @Test
    void environment_ofAnotherBuild_isRefusedBeforeAnythingBegins() throws Exception {
        world.tools().hold("base-build");
        WorkflowRun first = world.start(r, world.bake());
        world.tools().awaitHeld("base-build");

        WorkflowRun second = finished(r, world.start(r, world.plan()), Result.FAILURE);

        r.assertLogContains(
                "ERROR: ENVIRONMENT_HELD: " + BuildOwner.id(first) + " (" + r.getURL() + first.getUrl() + ") works on "
                        + world.environment() + " since ",
                second);
        assertThat(world.tools().notes()).doesNotContain("terraform init");
        world.tools().release("base-build");
        finished(r, first, Result.SUCCESS);
        assertThat(world.end(1).result()).isEqualTo(End.Result.FAILED);
        assertThat(world.records().read(2)).isEmpty();
    }

    @Test
    void environment_ofACommandLineElsewhere_isRefusedUnlessItIsTakenOver() throws Exception {
        Owner stranger = world.strangerHolds();
        WorkflowRun refused = finished(r, world.start(r, world.bake()), Result.FAILURE);
        r.assertLogContains(stranger.text() + " works on " + world.environment(), refused);
        r.assertLogContains("take it over (--take-over, in a build TAKE_OVER)", refused);

        WorkflowRun run = finished(
                r,
                world.start(
                        r,
                        "echo \"found ${findRelease environment: '" + world.environment() + "', takeOver: true}\"\n",
                        world.bake()),
                Result.SUCCESS);

        r.assertLogContains("found null", run);
        r.assertLogContains("Took " + world.environment() + " over from " + stranger.text(), run);
        assertThat(world.records().read(2)).isEmpty();
    }

    @Test
    void environment_ofABuildThatIsGone_isTakenOver() throws Exception {
        Owner gone = new Owner("jenkins-gone-1", r.getURL() + "job/gone/1/", "", "", 0, "");
        world.claims().take(gone, owner -> null, true);

        WorkflowRun run = finished(r, world.start(r, world.bake()), Result.SUCCESS);

        r.assertLogContains("over from jenkins-gone-1", run);
    }

    @Test
    void environment_thatWasTakenOver_isNotChangedAnyMore() throws Exception {
        world.tools().hold("build");
        WorkflowRun run = world.start(r, world.bake(), world.plan());
        world.tools().awaitHeld("build");
        Owner stranger = world.strangerHolds();
        world.tools().release("build");
        finished(r, run, Result.FAILURE);

        r.assertLogContains(
                "ERROR: ENVIRONMENT_HELD: " + world.environment() + " was taken over by " + stranger.text(), run);
        assertThat(world.tools().notes()).doesNotContain("terraform plan");
        assertThat(world.end(1).failure().map(Failure::summary).orElse("")).contains("was taken over by");
        assertThat(world.claims().current().map(io.jenkins.plugins.amideploy.engine.release.Run::owner))
                .contains(stranger);
    }

    @Test
    void destroy_hasTheEnvironmentWhileItWorks_andRecordsNothing() throws Exception {
        world.tools().hold("apply");
        WorkflowRun run = world.start(r, "terraformDestroy environment: '" + world.environment() + "'\n sleep 1");
        world.tools().awaitHeld("apply");
        assertThat(world.claims().current().map(has -> has.owner().build())).contains(BuildOwner.id(run));
        world.tools().release("apply");
        finished(r, run, Result.SUCCESS);

        assertThat(world.claims().current()).isEmpty();
        assertThat(world.records().history()).isEmpty();
    }

    @Test
    void beat_saysOfARunningBuildThatItLives_andFindsOutThatTheEnvironmentIsLost() throws Exception {
        world.tools().hold("base-build");
        WorkflowRun run = world.start(r, world.bake());
        world.tools().awaitHeld("base-build");
        var before = world.claims().current().orElseThrow();
        assertThat(before.release()).isEqualTo(1);

        new ReleaseBeat().execute(hudson.model.TaskListener.NULL);
        assertThat(world.claims().current().orElseThrow().seenAt()).isAfter(before.seenAt());
        Owner stranger = world.strangerHolds();
        new ReleaseBeat().execute(hudson.model.TaskListener.NULL);

        assertThat(OpenReleases.of(run).get(0).lostTo()).contains(stranger.text());
        world.tools().release("base-build");
        finished(r, run, Result.SUCCESS);
        assertThat(world.end(1).failure()).isPresent();
    }
}
