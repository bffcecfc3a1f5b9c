package io.jenkins.plugins.amideploy.jenkins.releases;

import static io.jenkins.plugins.amideploy.jenkins.ToolPipelines.finished;
import static org.assertj.core.api.Assertions.assertThat;

import hudson.FilePath;
import hudson.model.Result;
import io.jenkins.plugins.amideploy.jenkins.EmbeddedAws;
import io.jenkins.plugins.amideploy.jenkins.OneController;
import java.nio.file.Files;
import java.nio.file.Path;
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

/** {@code pushState}: the state that an apply could not write, with fake tools and the embedded AWS. */
@ExtendWith(OneController.class)
@Execution(ExecutionMode.CONCURRENT)
class PushStateTest {
    @RegisterExtension
    static final EmbeddedAws AWS = EmbeddedAws.withRecords();

    @TempDir
    Path directory;

    private JenkinsRule r;
    private ReleaseWorld world;
    private String kept;

    @BeforeEach
    void setUp(JenkinsRule rule) throws Exception {
        r = rule;
        world = new ReleaseWorld(AWS, directory);
        world.group().create();
        kept = ".work/web/" + world.environment() + "/errored.tfstate";
    }

    @AfterEach
    void tearDown() {
        world.close();
    }

    private String push(String more) {
        return "pushed = pushState environment: '" + world.environment() + "'" + more
                + "\necho \"pushed ${pushed.lineage} ${pushed.serial} ${pushed.resources}\"\n";
    }

    private String unwrittenApply() throws Exception {
        Files.createFile(world.tools().directory().resolve("unwritten-apply"));
        return world.plan() + "catchError(buildResult: 'SUCCESS') {\n" + world.apply() + "}\n";
    }

    private String terraform() throws Exception {
        return Files.readString(world.tools().directory().resolve("argv-terraform-state"));
    }

    @Test
    void stateThatAnApplyLeft_isWritten_andTheNextPlanIsMade() throws Exception {
        WorkflowRun run = finished(r, world.start(r, unwrittenApply(), push(""), world.plan()), Result.SUCCESS);

        r.assertLogContains("(a build: with PUSH_STATE, or step pushState)", run);
        r.assertLogContains("Wrote the state of " + world.environment() + ": serial 2, 0 resources", run);
        r.assertLogContains("pushed l 2 0", run);
        FilePath workspace = r.jenkins.getWorkspaceFor(run.getParent());
        assertThat(terraform()).isEqualTo("state\npush\n-no-color\n-lock-timeout=10s\n" + workspace.child(kept) + "\n");
        assertThat(world.tools().notes())
                .containsSubsequence("terraform apply", "terraform init", "terraform state", "terraform plan");
        assertThat(workspace.child(kept).exists()).isFalse();
        assertThat(world.objects().list("web/" + world.environment() + "/terraform-runs/"))
                .isEmpty();
    }

    /** Agents come and go, and a push's job is another one than that which is run by hand. */
    @Test
    void stateThatABuildOfAnotherJobKept_isFound() throws Exception {
        WorkflowRun before = finished(r, world.start(r, unwrittenApply()), Result.SUCCESS);

        WorkflowRun run = finished(r, world.start(r, push("")), Result.SUCCESS);

        r.assertLogContains("Took the state that could not be written from " + before.getFullDisplayName(), run);
        r.assertLogContains("pushed l 2 0", run);
        assertThat(world.claims().current()).isEmpty();
    }

    @Test
    void stateThatIsOlderThanTheOneThatIsThere_isRefusedBeforeTerraformStarts() throws Exception {
        world.objects()
                .write(
                        "web/" + world.environment() + "/terraform.tfstate",
                        "{\"version\":4,\"serial\":5,\"lineage\":\"l\",\"resources\":[]}");

        WorkflowRun run = finished(
                r,
                world.start(
                        r,
                        "writeFile file: 'mine.tfstate', text: '{\"version\":4,\"serial\":5,\"lineage\":\"l\",\"resources\":[]}'\n",
                        push(", file: 'mine.tfstate'")),
                Result.FAILURE);

        r.assertLogContains(
                "BAD_INPUT: mine.tfstate has serial 5, and the state of " + world.environment() + " has 5 already",
                run);
        assertThat(world.tools().notes()).isEmpty();
        assertThat(world.claims().current()).isEmpty();
    }

    @Test
    void nothingToWrite_isToldByName() throws Exception {
        WorkflowRun none = finished(r, world.start(r, push("")), Result.FAILURE);
        WorkflowRun missing = finished(r, world.start(r, push(", file: 'mine.tfstate'")), Result.FAILURE);
        WorkflowRun noState = finished(
                r,
                world.start(r, "writeFile file: 'mine.tfstate', text: '{}'\n", push(", file: 'mine.tfstate'")),
                Result.FAILURE);

        r.assertLogContains("BAD_INPUT: no state of " + world.environment() + " waits to be written: " + kept, none);
        r.assertLogContains("BAD_INPUT: mine.tfstate is not there", missing);
        r.assertLogContains("BAD_INPUT: mine.tfstate is no state of Terraform's: it has no lineage", noState);
        assertThat(world.tools().notes()).isEmpty();
    }

    @Test
    void environmentOfAnotherRun_isLeftAlone() throws Exception {
        world.strangerHolds();

        WorkflowRun run = finished(
                r,
                world.start(
                        r,
                        "writeFile file: 'mine.tfstate', text: '{\"version\":4,\"serial\":5,\"lineage\":\"l\",\"resources\":[]}'\n",
                        push(", file: 'mine.tfstate'")),
                Result.FAILURE);

        r.assertLogContains("ENVIRONMENT_HELD", run);
        assertThat(world.tools().notes()).isEmpty();
    }
}
