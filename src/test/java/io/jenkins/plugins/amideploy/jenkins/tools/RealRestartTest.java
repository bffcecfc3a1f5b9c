package io.jenkins.plugins.amideploy.jenkins.tools;

import static io.jenkins.plugins.amideploy.jenkins.ToolPipelines.finished;
import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.Result;
import io.jenkins.plugins.amideploy.jenkins.EmbeddedAws;
import io.jenkins.plugins.amideploy.jenkins.FakeTools;
import io.jenkins.plugins.amideploy.jenkins.ToolPipelines;
import java.nio.file.Path;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.RealJenkinsExtension;

/** A controller that is a process of its own, with the plugins in class loaders of their own: killed while a tool runs. */
class RealRestartTest {
    private static final String JOB = "job";

    @RegisterExtension
    static final EmbeddedAws AWS = EmbeddedAws.withRecords();

    @RegisterExtension
    final RealJenkinsExtension controller = new RealJenkinsExtension();

    @TempDir
    Path directory;

    @Test
    void bakeAmi_controllerKilledWhilePackerRuns_isTakenUpAgain() throws Throwable {
        FakeTools tools = new FakeTools(directory.resolve("tools")).hold("build");
        String script = "node {\n"
                + ToolPipelines.prepared(
                        AWS, tools.directory(), ToolPipelines.withKeys("echo \"baked ${bakeAmi('demo').amiId}\""))
                + "\n}";
        controller.startJenkins();
        controller.runRemotely(RealRestartTest::begin, script);
        tools.awaitHeld("build");
        controller.runRemotely(RealRestartTest::awaitPacker);

        controller.stopJenkinsForcibly();
        tools.release("build");
        tools.await("the end of packer without its controller", "done build");

        controller.startJenkins();
        controller.runRemotely(RealRestartTest::awaitSuccess);
        assertThat(tools.notes()).doesNotHaveDuplicates();
    }

    private static void begin(JenkinsRule r, String script) throws Throwable {
        WorkflowJob job = r.jenkins.createProject(WorkflowJob.class, JOB);
        job.setDefinition(new CpsFlowDefinition(script, true));
        job.scheduleBuild2(0).waitForStart();
    }

    private static void awaitPacker(JenkinsRule r) throws Throwable {
        r.waitForMessage("packer build", build(r));
    }

    private static void awaitSuccess(JenkinsRule r) throws Throwable {
        WorkflowRun run = finished(r, build(r), Result.SUCCESS);
        r.assertLogContains("baked ami-0123456789abcdef0", run);
    }

    private static WorkflowRun build(JenkinsRule r) {
        return r.jenkins.getItemByFullName(JOB, WorkflowJob.class).getBuildByNumber(1);
    }
}
