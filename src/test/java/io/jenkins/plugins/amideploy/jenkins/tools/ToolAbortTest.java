package io.jenkins.plugins.amideploy.jenkins.tools;

import static io.jenkins.plugins.amideploy.jenkins.ToolPipelines.finished;
import static io.jenkins.plugins.amideploy.jenkins.ToolPipelines.job;
import static io.jenkins.plugins.amideploy.jenkins.ToolPipelines.withKeys;
import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.Result;
import io.jenkins.plugins.amideploy.jenkins.Deadline;
import io.jenkins.plugins.amideploy.jenkins.EmbeddedAws;
import io.jenkins.plugins.amideploy.jenkins.FakeTools;
import io.jenkins.plugins.amideploy.jenkins.OneController;
import java.nio.file.Path;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.jvnet.hudson.test.JenkinsRule;

/**
 * Whoever wants a tool step to end: the tool is signalled once, has its time, and the step ends after it. The fake tools take
 * seven seconds to clean up, longer than Jenkins would wait by itself.
 */
@ExtendWith(OneController.class)
@Execution(ExecutionMode.CONCURRENT)
class ToolAbortTest {
    @RegisterExtension
    static final EmbeddedAws AWS = EmbeddedAws.withRecords();

    @TempDir
    Path directory;

    private JenkinsRule r;
    private FakeTools tools;

    @BeforeEach
    void setUp(JenkinsRule rule) throws Exception {
        r = rule;
        tools = new FakeTools(directory.resolve("tools"));
    }

    @Test
    void bakeAmi_aborted_signalsPackerOnceAndWaitsForIt() throws Exception {
        WorkflowRun run = start("build", "try { bakeAmi 'demo' } finally { echo 'step is over' }");

        run.doStop();
        run.doStop();

        finished(r, run, Result.ABORTED);
        endedCleanly("build");
        r.assertLogContains("Asking packer build to end; it has 5 min", run);
    }

    @Test
    void terraformApply_aborted_looksAfterwardsWhatIsLeft() throws Exception {
        WorkflowRun run = start("apply", "terraformApply environment: 'demo', amiId: 'ami-1', createStateBucket: true");

        run.doStop();

        finished(r, run, Result.ABORTED);
        endedCleanly("apply");
        assertThat(tools.notes()).containsSubsequence("cleaned apply", "terraform plan", "done plan");
        r.assertLogContains("a plan made afterwards still finds changes", run);
    }

    @Test
    void terraformPlan_aborted_ends() throws Exception {
        WorkflowRun run = start("plan", "terraformPlan environment: 'demo', amiId: 'ami-1', createStateBucket: true");

        run.doStop();

        finished(r, run, Result.ABORTED);
        endedCleanly("plan");
    }

    @Test
    void terraformDestroy_aborted_waitsForTerraform() throws Exception {
        WorkflowRun run = start("apply", "terraformDestroy environment: 'demo', createStateBucket: true");

        run.doStop();

        finished(r, run, Result.ABORTED);
        endedCleanly("apply");
    }

    /** In tests {@code timeout} fails what is in its body 5 s after it has asked it to stop, in production after 60 s. */
    @Test
    void timeout_thatForcesItsBodyToEnd_waitsForTheToolAllTheSame() throws Exception {
        WorkflowRun run = start(
                "build",
                "timeout(time: 30, unit: 'SECONDS') { try { bakeAmi 'demo' } finally { sh 'echo over >> "
                        + tools.directory() + "/notes' } }");

        finished(r, run, Result.ABORTED);
        endedCleanly("build");
        assertThat(tools.notes()).endsWith("cleaned build", "over");
        r.assertLogContains("terminating with extreme prejudice", run);
    }

    @Test
    void ownTimeLimit_asksTheToolToEndAndFailsTheStep() throws Exception {
        WorkflowRun run = start("build", "bakeAmi environment: 'demo', timeoutMinutes: 1");

        finished(r, run, Result.FAILURE);
        endedCleanly("build");
        r.assertLogContains("ERROR: DEADLINE: not done within 1 min", run);
    }

    @Test
    void failingSiblingBranch_givesTheToolItsTime() throws Exception {
        WorkflowRun run = start(
                "build",
                "parallel failFast: true, bake: { bakeAmi 'demo' }, other: { sh 'while [ ! -e " + tools.directory()
                        + "/sibling ]; do sleep 0.2; done; exit 1' }");

        java.nio.file.Files.createFile(tools.directory().resolve("sibling"));

        finished(r, run, Result.FAILURE);
        endedCleanly("build");
    }

    /** {@code sh} kills by a cookie that every process of the workspace would carry. */
    @Test
    void abortOfAShStepInTheSameWorkspace_doesNotReachTheTool() throws Exception {
        WorkflowRun run = start(
                "build",
                "parallel bake: { bakeAmi 'demo' }, other: { catchError { timeout(time: 6, unit: 'SECONDS') { sh 'sleep 600' } } }");

        r.waitForMessage("Sending interrupt signal to process", run);
        Deadline.await(java.time.Duration.ofSeconds(40), "end of sh", () -> r.getLog(run)
                .contains("script returned exit code"));
        tools.release("build");

        r.waitForCompletion(run);
        assertThat(tools.notes()).doesNotContain("signal build").contains("done build");
    }

    private WorkflowRun start(String held, String lines) throws Exception {
        tools.hold(held);
        WorkflowRun run = job(r, AWS, tools, withKeys(lines)).scheduleBuild2(0).waitForStart();
        tools.awaitHeld(held);
        return run;
    }

    private void endedCleanly(String command) throws Exception {
        assertThat(tools.count("signal " + command)).as("signals").isEqualTo(1);
        assertThat(tools.count("cleaned " + command)).as("cleaned up").isEqualTo(1);
    }
}
