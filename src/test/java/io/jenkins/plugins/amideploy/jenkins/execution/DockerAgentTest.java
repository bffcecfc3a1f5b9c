package io.jenkins.plugins.amideploy.jenkins.execution;

import static io.jenkins.plugins.amideploy.jenkins.ToolPipelines.finished;
import static io.jenkins.plugins.amideploy.jenkins.ToolPipelines.job;
import static io.jenkins.plugins.amideploy.jenkins.ToolPipelines.withKeys;
import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.Result;
import io.jenkins.plugins.amideploy.jenkins.EmbeddedAws;
import io.jenkins.plugins.amideploy.jenkins.FakeTools;
import io.jenkins.plugins.amideploy.jenkins.OneController;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;

/** Tool steps inside a container of docker-workflow. Any image of Linux with procps will do; it is not pulled. */
class DockerAgentTest {
    private static final String IMAGE =
            System.getProperty("ami-deploy.test.image", "ami-deploy-local/tooling-base:debian-12");

    @RegisterExtension
    static final EmbeddedAws AWS = EmbeddedAws.withRecords();

    @RegisterExtension
    static final OneController CONTROLLER = new OneController();

    @TempDir
    static Path directory;

    private static JenkinsRule r;
    private static FakeTools applied;
    private static String applying;

    @BeforeAll
    static void restartWhileTerraformRunsInAContainer(JenkinsRule before) throws Exception {
        Assumptions.assumeTrue(hasImage(), "no Docker image " + IMAGE + " here: make tools builds it");
        r = before;
        applied = new FakeTools(directory.resolve("applied")).hold("apply");
        applying = start(applied, "terraformApply environment: 'demo', amiId: 'ami-1', createStateBucket: true")
                .getParent()
                .getFullName();
        applied.awaitHeld("apply");
        r = CONTROLLER.restart();
    }

    @Test
    void terraformApply_controllerRestartedWhileItRunsInAContainer_isTakenUpAgain() throws Exception {
        applied.release("apply");

        finished(r, r.jenkins.getItemByFullName(applying, WorkflowJob.class).getBuildByNumber(1), Result.SUCCESS);
        assertThat(applied.notes()).doesNotHaveDuplicates();
    }

    @Test
    void bakeAmi_inAContainer_runsThereWithoutItsKeysOnACommandLine() throws Exception {
        FakeTools tools = new FakeTools(directory.resolve("baked"));

        WorkflowRun run = finished(r, start(tools, "bakeAmi 'demo'"), Result.SUCCESS);

        r.assertLogContains("docker run", run);
        assertThat(Files.readString(tools.directory().resolve("env-build")))
                .contains("IN_CONTAINER=yes", "GIT_COMMIT=0123456789abcdef", "AWS_SECRET_ACCESS_KEY=test");
    }

    @Test
    void bakeAmi_abortedInAContainer_waitsForPackerBeforeTheContainerEnds() throws Exception {
        FakeTools tools = new FakeTools(directory.resolve("aborted")).hold("build");
        WorkflowRun run = start(tools, "bakeAmi 'demo'");
        tools.awaitHeld("build");

        run.doStop();

        finished(r, run, Result.ABORTED);
        assertThat(tools.count("signal build")).isEqualTo(1);
        assertThat(tools.count("cleaned build")).isEqualTo(1);
    }

    private static WorkflowRun start(FakeTools tools, String lines) throws Exception {
        return job(r, AWS, tools, inside(tools, lines)).scheduleBuild2(0).waitForStart();
    }

    private static String inside(FakeTools tools, String lines) {
        return withKeys("withDockerContainer(image: '" + IMAGE + "', args: '-v " + tools.directory() + ":"
                + tools.directory() + " -e PATH=" + tools.directory() + ":/usr/bin:/bin -e IN_CONTAINER=yes') {\n"
                + lines
                + "\n}");
    }

    private static boolean hasImage() {
        try {
            Process docker = new ProcessBuilder(List.of("docker", "image", "inspect", IMAGE))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return docker.waitFor(10, TimeUnit.SECONDS) && docker.exitValue() == 0;
        } catch (IOException noDocker) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
