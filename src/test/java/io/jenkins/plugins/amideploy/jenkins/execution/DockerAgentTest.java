package io.jenkins.plugins.amideploy.jenkins.execution;

import static io.jenkins.plugins.amideploy.jenkins.ToolPipelines.finished;
import static io.jenkins.plugins.amideploy.jenkins.ToolPipelines.job;
import static io.jenkins.plugins.amideploy.jenkins.ToolPipelines.withKeys;
import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.Result;
import io.jenkins.plugins.amideploy.jenkins.EmbeddedAws;
import io.jenkins.plugins.amideploy.jenkins.FakeTools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.junit.jupiter.JenkinsSessionExtension;

/** Tool steps inside a container of docker-workflow. Any image of Linux with procps will do; it is not pulled. */
class DockerAgentTest {
    private static final String IMAGE =
            System.getProperty("ami-deploy.test.image", "ami-deploy-local/tooling-base:debian-12");

    @RegisterExtension
    static final EmbeddedAws AWS = new EmbeddedAws();

    @RegisterExtension
    final JenkinsSessionExtension sessions = new JenkinsSessionExtension();

    @TempDir
    Path directory;

    private FakeTools tools;

    @BeforeAll
    static void needTheImage() {
        Assumptions.assumeTrue(hasImage(), "no Docker image " + IMAGE + " here: make tools builds it");
    }

    @BeforeEach
    void setUp() throws Exception {
        tools = new FakeTools(directory.resolve("tools"));
    }

    @Test
    void bakeAmi_inAContainer_runsThereWithoutItsKeysOnACommandLine() throws Throwable {
        sessions.then(r -> {
            WorkflowRun run = job(r, AWS, tools, inside("bakeAmi 'demo'"))
                    .scheduleBuild2(0)
                    .waitForStart();
            finished(r, run, Result.SUCCESS);
            r.assertLogContains("docker run", run);
        });
        assertThat(Files.readString(tools.directory().resolve("env-build")))
                .contains("IN_CONTAINER=yes", "GIT_COMMIT=0123456789abcdef", "AWS_SECRET_ACCESS_KEY=test");
    }

    @Test
    void bakeAmi_abortedInAContainer_waitsForPackerBeforeTheContainerEnds() throws Throwable {
        tools.hold("build");
        sessions.then(r -> {
            WorkflowRun run = job(r, AWS, tools, inside("bakeAmi 'demo'"))
                    .scheduleBuild2(0)
                    .waitForStart();
            tools.awaitHeld("build");
            run.doStop();
            finished(r, run, Result.ABORTED);
        });
        assertThat(tools.count("signal build")).isEqualTo(1);
        assertThat(tools.count("cleaned build")).isEqualTo(1);
    }

    @Test
    void terraformApply_controllerRestartedWhileItRunsInAContainer_isTakenUpAgain() throws Throwable {
        tools.hold("apply");
        String[] name = new String[1];
        sessions.then(r -> {
            WorkflowJob job = job(
                    r,
                    AWS,
                    tools,
                    inside("terraformApply environment: 'demo', amiId: 'ami-1', createStateBucket: true"));
            name[0] = job.getFullName();
            job.scheduleBuild2(0).waitForStart();
            tools.awaitHeld("apply");
        });
        sessions.then(r -> {
            tools.release("apply");
            finished(r, r.jenkins.getItemByFullName(name[0], WorkflowJob.class).getBuildByNumber(1), Result.SUCCESS);
        });
        assertThat(tools.notes()).doesNotHaveDuplicates();
    }

    private String inside(String lines) {
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
