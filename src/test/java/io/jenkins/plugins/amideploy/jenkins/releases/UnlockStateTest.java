package io.jenkins.plugins.amideploy.jenkins.releases;

import static io.jenkins.plugins.amideploy.jenkins.ToolPipelines.finished;
import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.Result;
import hudson.model.Run;
import io.jenkins.plugins.amideploy.engine.locks.TerraformRun;
import io.jenkins.plugins.amideploy.jenkins.EmbeddedAws;
import io.jenkins.plugins.amideploy.jenkins.OneController;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
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

/** {@code unlockState}, and the state that an apply could not write; with fake tools and the embedded AWS. */
@ExtendWith(OneController.class)
@Execution(ExecutionMode.CONCURRENT)
class UnlockStateTest {
    private static final String ID = "0f5c1c0e-4f4c-4f5e-9a3e-6f1f2a3b4c5d";

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

    private String unlock(String more) {
        return "end = unlockState environment: '" + world.environment() + "'" + more
                + "\necho \"ended lock ${end.lock}, environment ${end.environment}\"\n";
    }

    private String lockKey() {
        return "web/" + world.environment() + "/terraform.tfstate.tflock";
    }

    private void locked() {
        world.objects()
                .write(
                        lockKey(),
                        """
                        {"ID":"%s","Operation":"OperationTypeApply","Info":"","Who":"ci@agent","Version":"1.11.4","Created":"%s","Path":"%s/web/%s/terraform.tfstate"}"""
                                .formatted(
                                        ID,
                                        Instant.now().truncatedTo(ChronoUnit.SECONDS),
                                        world.bucket(),
                                        world.environment()));
    }

    /** A build says that its Terraform runs on an agent. */
    private void terraformOf(Run<?, ?> run, String agent) throws Exception {
        Path tools = Files.createDirectories(directory.resolve("of-" + run.getNumber()));
        ReleaseRecords.terraformRuns(world.objects(), world.app())
                .begin(new TerraformRun("run-1", BuildOwner.of(run), "", agent, tools.toString(), Instant.now()));
    }

    private boolean isLocked() {
        return world.objects().read(lockKey()).isPresent();
    }

    @Test
    void lockOfABuildThatHasEnded_isRemoved() throws Exception {
        WorkflowRun before = finished(r, world.start(r, "echo 'gone'\n"), Result.SUCCESS);
        terraformOf(before, "");
        locked();

        WorkflowRun run = finished(r, world.start(r, unlock("")), Result.SUCCESS);

        r.assertLogContains("removed: state lock held by ci@agent since ", run);
        r.assertLogContains(
                BuildOwner.id(before) + " (" + BuildOwner.url(before)
                        + "), which has ended, as has its terraform on agent built-in",
                run);
        r.assertLogContains("ended lock REMOVED, environment FREE", run);
        assertThat(isLocked()).isFalse();
    }

    @Test
    void lockOfABuildWhoseTerraformGivesSignsOfLife_stays() throws Exception {
        WorkflowRun before = finished(r, world.start(r, "echo 'gone'\n"), Result.SUCCESS);
        terraformOf(before, "");
        Files.createFile(Files.createDirectories(directory.resolve("of-" + before.getNumber() + "/apply"))
                .resolve("alive"));
        locked();

        WorkflowRun run = finished(r, world.start(r, unlock(", forceId: '" + ID + "'")), Result.FAILURE);

        r.assertLogContains("its terraform still runs on agent built-in", run);
        assertThat(isLocked()).isTrue();
    }

    @Test
    void lockOfABuildWhoseAgentIsAway_isRemovedByItsIdAlone() throws Exception {
        WorkflowRun before = finished(r, world.start(r, "echo 'gone'\n"), Result.SUCCESS);
        terraformOf(before, "agent-that-is-gone");
        locked();

        WorkflowRun refused = finished(r, world.start(r, unlock("")), Result.FAILURE);
        r.assertLogContains("agent agent-that-is-gone, on which its terraform ran, is away", refused);
        r.assertLogContains("(a build: with FORCE_ID)", refused);
        r.assertLogContains("ami-deploy unlock -e " + world.environment() + " --force-id " + ID, refused);
        assertThat(isLocked()).isTrue();

        finished(r, world.start(r, unlock(", forceId: '" + ID + "'")), Result.SUCCESS);
        assertThat(isLocked()).isFalse();
    }

    @Test
    void planOfABuild_isKnownWhileItRuns_andForgottenAfterwards() throws Exception {
        world.group().create();
        world.tools().hold("plan");
        WorkflowRun planning = world.start(r, world.plan());
        world.tools().awaitHeld("plan");
        locked();

        WorkflowRun refused = finished(r, world.start(r, unlock("")), Result.FAILURE);
        r.assertLogContains("STATE_LOCKED: " + world.environment() + ": state lock held by ci@agent", refused);
        r.assertLogContains(BuildOwner.id(planning) + " (" + BuildOwner.url(planning) + "), which still runs", refused);

        world.objects().delete(lockKey());
        world.tools().release("plan");
        finished(r, planning, Result.SUCCESS);
        assertThat(world.objects().list("web/" + world.environment() + "/terraform-runs/"))
                .isEmpty();
    }

    @Test
    void environmentOfAStranger_isFreedByTheIdThatIsNamed() throws Exception {
        world.strangerHolds();

        WorkflowRun refused = finished(r, world.start(r, unlock("")), Result.FAILURE);
        r.assertLogContains("ENVIRONMENT_HELD", refused);
        r.assertLogContains("ami-deploy unlock -e " + world.environment() + " --force-id cli-ann-1", refused);

        finished(r, world.start(r, unlock(", forceId: 'cli-ann-1'")), Result.SUCCESS);
        assertThat(world.claims().current()).isEmpty();
    }

    @Test
    void applyThatCannotWriteItsState_keepsItWithTheBuild() throws Exception {
        world.group().create();
        Files.createFile(world.tools().directory().resolve("unwritten-apply"));

        WorkflowRun run = finished(
                r,
                world.start(r, world.plan(), "catchError {\n" + world.apply() + "}\n", world.plan()),
                Result.FAILURE);

        r.assertLogContains("STATE_NOT_WRITTEN: terraform apply could not write its state", run);
        r.assertLogContains("ami-deploy push-state -e " + world.environment(), run);
        r.assertLogContains(
                "STATE_NOT_WRITTEN: an apply of " + world.environment() + " could not write its state", run);
        String kept = ".work/web/" + world.environment() + "/errored.tfstate";
        assertThat(run.getArtifactManager().root().child(kept).isFile()).isTrue();
    }
}
