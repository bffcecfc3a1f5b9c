package io.jenkins.plugins.amideploy.jenkins.releases;

import static io.jenkins.plugins.amideploy.jenkins.ToolPipelines.finished;
import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.Result;
import io.jenkins.plugins.amideploy.engine.release.Begin;
import io.jenkins.plugins.amideploy.engine.release.End;
import io.jenkins.plugins.amideploy.engine.release.Release;
import io.jenkins.plugins.amideploy.jenkins.EmbeddedAws;
import io.jenkins.plugins.amideploy.jenkins.OneController;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
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

/** {@code findRelease}: promotion, rollback and what is refused; with fake tools and the embedded AWS. */
@ExtendWith(OneController.class)
@Execution(ExecutionMode.CONCURRENT)
class FindReleaseTest {
    private static final String GONE = "ami-0123456789abcdef0";
    private static final Map<String, String> SMALL = Map.of("instance_type", "t3.micro", "key_name", "");

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
    void promotion_givesTheProvenReleaseOfTheOtherEnvironment_andIsRecorded() throws Exception {
        world.group().create();
        world.proven("stage", world.group().image(), SMALL);

        WorkflowRun run = finished(
                r,
                world.start(
                        r,
                        find("from: 'stage'"),
                        "echo \"${found.kind} ${found.environment} ${found.number} ${found.commit} ${found.appVersion}\"\n"
                                + "echo \"summary: ${found.summary}\"\n",
                        world.deployment().replace("'" + world.group().image() + "'", "found.amiId")),
                Result.SUCCESS);

        r.assertLogContains("promotion stage 1 0123abcdef 1.1", run);
        r.assertLogContains(
                "summary: release 1 of stage (version 1.1, commit 0123abc), healthy since 2026-11-20T08:09:00Z", run);
        r.assertLogContains("Began release 1 of " + world.environment() + ", promotion of stage 1", run);
        Release release = world.records().read(1).orElseThrow();
        assertThat(release.begin().kind()).isEqualTo(Begin.Kind.PROMOTION);
        assertThat(release.begin().source()).contains(new Begin.Source("stage", 1));
        assertThat(world.end(1).result()).isEqualTo(End.Result.HEALTHY);
        assertThat(plannedWith()).as("the environment's own settings").doesNotContain("instance_type");
    }

    @Test
    void rollback_toThePrevious_plansWithItsSettings() throws Exception {
        world.proven(world.environment(), world.group().image(), SMALL);
        world.proven(world.environment(), GONE, Map.of("instance_type", "t3.small", "key_name", ""));

        WorkflowRun run = finished(
                r,
                world.start(r, find("rollbackTo: 'previous'"), "echo \"back ${found.number}\"\n", world.plan()),
                Result.SUCCESS);

        r.assertLogContains("back 1", run);
        r.assertLogContains("Going back to release 1 of " + world.environment() + " (version 1.1", run);
        assertThat(world.records().read(3).orElseThrow().begin().kind()).isEqualTo(Begin.Kind.ROLLBACK);
        assertThat(plannedWith()).contains("instance_type=t3.micro");
    }

    @Test
    void askedFor_onTheDeploymentsPage_isFoundWithoutAParameter() throws Exception {
        world.proven(world.environment(), world.group().image(), SMALL);

        WorkflowRun run = finished(
                r,
                world.job(r, find("from: ''"), "echo \"asked ${found.kind} ${found.number}\"\n")
                        .scheduleBuild2(0, new AskedRelease(world.environment(), world.environment(), 1))
                        .waitForStart(),
                Result.SUCCESS);

        r.assertLogContains("asked rollback 1", run);
    }

    @Test
    void nothingAskedFor_givesNothing_andBeginsADeployment() throws Exception {
        WorkflowRun run = finished(r, world.start(r, find("from: ''"), "echo \"found ${found}\"\n"), Result.SUCCESS);

        r.assertLogContains("found null", run);
        assertThat(world.end(1)).isNotNull();
        assertThat(world.records().read(1).orElseThrow().begin().kind()).isEqualTo(Begin.Kind.DEPLOYMENT);
    }

    @Test
    void bake_ofWhatWasRolledBack_staysOnTheRollback() throws Exception {
        String image = world.group().image();
        Release first = world.proven(world.environment(), image, SMALL);
        world.proven(world.environment(), GONE, Map.of("instance_type", "t3.small", "key_name", ""));
        world.rolledBackTo(first);

        WorkflowRun run = finished(
                r,
                world.start(
                        r,
                        "def baked = bakeAmi environment: '" + world.environment() + "'\n echo \"bakes ${baked.amiId}"
                                + " ${baked.appVersion}\"\n",
                        world.plan()),
                Result.SUCCESS);

        r.assertLogContains(
                "Stays on release 1, to which " + world.environment() + " was rolled back from " + GONE, run);
        r.assertLogContains("bakes " + image + " 1.1", run);
        assertThat(plannedWith()).contains("instance_type=t3.micro");
    }

    @Test
    void whatCannotBeTaken_isRefusedByName_andNothingBegins() throws Exception {
        String here = world.environment();
        refused(
                "from: 'stage'",
                "there is no release of web in stage in state bucket " + world.bucket()
                        + " of region us-east-1: promotion to another account or region is not done");
        refused("from: '" + here + "'", "from \"" + here + "\" is the environment itself");
        refused("from: 'stage', rollbackTo: '1'", "(the parameters FROM and ROLLBACK_TO) exclude each other");
        refused("rollbackTo: 'last'", "is neither previous nor the number of a release");
        refused("rollbackTo: '4'", here + " has no release 4");
        refused("rollbackTo: 'previous'", here + " has no release that was proven healthy");
        world.proven("stage", GONE, SMALL);
        refused("from: 'stage'", "image " + GONE + " of release 1 of stage is not there any more in us-east-1");

        assertThat(world.records().read(1)).isEqualTo(Optional.empty());
        assertThat(world.claims().current()).isEmpty();
    }

    @Test
    void findRelease_afterTheReleaseBegan_isRefused() throws Exception {
        world.proven("stage", world.group().image(), SMALL);

        WorkflowRun run = finished(r, world.start(r, world.plan(), find("from: 'stage'")), Result.FAILURE);

        r.assertLogContains("do: findRelease comes before bakeAmi and terraformPlan", run);
    }

    private void refused(String arguments, String message) throws Exception {
        r.assertLogContains(message, finished(r, world.start(r, find(arguments)), Result.FAILURE));
    }

    private String find(String arguments) {
        return "found = findRelease environment: '" + world.environment() + "', " + arguments + "\n";
    }

    /** Arguments of the plan, one a line. */
    private String plannedWith() throws Exception {
        return Files.readString(world.tools().directory().resolve("argv-terraform-plan"));
    }
}
