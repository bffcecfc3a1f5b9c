package io.jenkins.plugins.amideploy.jenkins.tools;

import static io.jenkins.plugins.amideploy.jenkins.ToolPipelines.finished;
import static io.jenkins.plugins.amideploy.jenkins.ToolPipelines.onNode;
import static io.jenkins.plugins.amideploy.jenkins.ToolPipelines.withKeys;
import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.Result;
import hudson.slaves.DumbSlave;
import hudson.slaves.OfflineCause;
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
import org.jvnet.hudson.test.JenkinsRule;

/** An agent's connection comes and goes while a tool runs on it; the tool runs once. */
@ExtendWith(OneController.class)
class AgentReconnectTest {
    @RegisterExtension
    static final EmbeddedAws AWS = EmbeddedAws.withRecords();

    @TempDir
    Path directory;

    private JenkinsRule r;
    private FakeTools tools;
    private DumbSlave agent;

    @BeforeEach
    void setUp(JenkinsRule rule) throws Exception {
        r = rule;
        tools = new FakeTools(directory.resolve("tools"));
        agent = r.createOnlineSlave();
    }

    @Test
    void bakeAmi_agentThatReconnects_isTakenUpAgain() throws Exception {
        WorkflowRun run = withoutAgentSince("build");
        tools.release("build");
        tools.await("the end of packer without its agent", "done build");
        agent.toComputer().connect(true).get();

        finished(r, run, Result.SUCCESS);
        r.assertLogContains("Agent " + agent.getNodeName() + " is back", run);
        assertThat(tools.notes()).doesNotHaveDuplicates();
        Path recipes = Path.of(agent.getRemoteFS(), "workspace", run.getParent().getName(), ".work", "recipes");
        assertThat(tools.workedIn("build"))
                .isDirectoryContaining("glob:**/ansible")
                .hasParent(recipes);
    }

    @Test
    void bakeAmi_abortedBetweenTwoCommands_startsNoOther() throws Exception {
        WorkflowRun run = withoutAgentSince("base-build");
        tools.release("base-build");
        tools.await("the end of the base layer without its agent", "done base-build");
        run.doStop();
        agent.toComputer().connect(true).get();

        finished(r, run, Result.ABORTED);
        r.assertLogContains("stopped before packer build was started", run);
        r.assertLogNotContains("Asking packer", run);
        assertThat(tools.notes()).endsWith("done base-build");
    }

    /** Starts a bake, and takes its agent away once a command is held. */
    private WorkflowRun withoutAgentSince(String command) throws Exception {
        tools.hold(command);
        WorkflowRun run = onNode(r, agent.getNodeName(), AWS, tools, withKeys("bakeAmi 'demo'"))
                .scheduleBuild2(0)
                .waitForStart();
        tools.awaitHeld(command);
        agent.toComputer().disconnect(new OfflineCause.UserCause(null, null)).get();
        r.waitForMessage("does not answer", run);
        return run;
    }
}
