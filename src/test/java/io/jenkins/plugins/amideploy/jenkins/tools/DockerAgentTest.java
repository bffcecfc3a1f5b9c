package io.jenkins.plugins.amideploy.jenkins.tools;

import static io.jenkins.plugins.amideploy.jenkins.ToolPipelines.finished;
import static io.jenkins.plugins.amideploy.jenkins.ToolPipelines.job;
import static io.jenkins.plugins.amideploy.jenkins.ToolPipelines.withKeys;
import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.Result;
import hudson.plugins.git.GitSCM;
import io.jenkins.plugins.amideploy.jenkins.EmbeddedAws;
import io.jenkins.plugins.amideploy.jenkins.FakeTools;
import io.jenkins.plugins.amideploy.jenkins.OneController;
import io.jenkins.plugins.amideploy.jenkins.Repositories;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jenkinsci.plugins.workflow.cps.CpsScmFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;

/** Tool steps and deployWebApp inside a container of docker-workflow. Any image of Linux with procps will do; it is not pulled. */
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
        WorkflowRun deploying = deploying();
        applying = deploying.getParent().getFullName();
        r.waitForMessage("terraform apply", deploying);
        applied.awaitHeld("apply");
        r = CONTROLLER.restart();
    }

    /** As far as the group that the fake Terraform speaks of, which is not there. */
    @Test
    void deployWebApp_controllerRestartedWhileItAppliesInAContainer_isTakenUpAgain() throws Exception {
        applied.release("apply");

        WorkflowRun run =
                r.jenkins.getItemByFullName(applying, WorkflowJob.class).getBuildByNumber(1);
        r.waitForMessage("[Pipeline] rolloutAsg", run);
        run.doStop();
        finished(r, run, Result.ABORTED);
        r.assertLogContains("Stack answers at http://127.0.0.9", run);
        assertThat(applied.notes()).containsOnlyOnce("python3 survey", "packer build", "terraform apply", "done apply");
        assertThat(Files.readString(applied.directory().resolve("env-build"))).contains("IN_CONTAINER=yes");
        assertThat(applied.workedIn("terraform-apply")).hasParent(applied.workedIn("build"));
    }

    /** Five lines and what a controller sets, in an application's repository. */
    private static WorkflowRun deploying() throws Exception {
        String variables = "app = \"web\"\nenvironment = \"demo\"\nregion = \"us-east-1\"\nstate_bucket = \"states-"
                + UUID.randomUUID() + "\"\n";
        String script = "withEnv(['AWS_ENDPOINT_URL=" + AWS.endpoint()
                + "', 'AWS_EC2_METADATA_DISABLED=true', 'TOOLING_RUN_ARGS="
                + mounts(applied) + "']) {\n"
                + withKeys("deployWebApp(environment: 'demo', label: '', toolingImage: '" + IMAGE
                        + "', approve: false, createStateBucket: true)")
                + "\n}";
        Path repository = Repositories.committed(
                directory.resolve("repository"),
                Map.of("Jenkinsfile", script, "environments/demo.pkrvars.hcl", variables));
        WorkflowJob job = r.createProject(WorkflowJob.class, "deploy");
        job.setDefinition(new CpsScmFlowDefinition(new GitSCM(repository.toUri().toString()), "Jenkinsfile"));
        return job.scheduleBuild2(0).waitForStart();
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
        return withKeys(
                "withDockerContainer(image: '" + IMAGE + "', args: '" + mounts(tools) + "') {\n" + lines + "\n}");
    }

    private static String mounts(FakeTools tools) {
        return "-v " + tools.directory() + ":" + tools.directory() + " -e PATH=" + tools.directory()
                + ":/usr/bin:/bin -e IN_CONTAINER=yes";
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
