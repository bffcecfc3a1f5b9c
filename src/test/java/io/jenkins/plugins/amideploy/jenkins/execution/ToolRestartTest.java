package io.jenkins.plugins.amideploy.jenkins.execution;

import static io.jenkins.plugins.amideploy.jenkins.ToolPipelines.finished;
import static io.jenkins.plugins.amideploy.jenkins.ToolPipelines.job;
import static io.jenkins.plugins.amideploy.jenkins.ToolPipelines.onNode;
import static io.jenkins.plugins.amideploy.jenkins.ToolPipelines.withKeys;
import static org.assertj.core.api.Assertions.assertThat;

import com.cloudbees.jenkins.plugins.awscredentials.AWSCredentialsImpl;
import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import hudson.model.Result;
import hudson.slaves.DumbSlave;
import hudson.slaves.OfflineCause;
import io.jenkins.plugins.amideploy.jenkins.EmbeddedAws;
import io.jenkins.plugins.amideploy.jenkins.FakeTools;
import io.jenkins.plugins.amideploy.jenkins.MuteableEndpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.JenkinsSessionExtension;

/** Controller and connection come and go while a tool runs; the tool runs once. */
class ToolRestartTest {
    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final String IN_ROLE =
            "environment: 'demo', credentialsId: 'deployer', roleArn: 'arn:aws:iam::123456789012:role/deploy'";

    @RegisterExtension
    static final EmbeddedAws AWS = new EmbeddedAws();

    @RegisterExtension
    final JenkinsSessionExtension sessions = new JenkinsSessionExtension();

    @TempDir
    Path directory;

    private FakeTools tools;

    @BeforeEach
    void setUp() throws Exception {
        tools = new FakeTools(directory.resolve("tools"));
    }

    @Test
    void bakeAmi_restartWhilePackerRuns_takesItUpAgain() throws Throwable {
        restartWhile("build", "bakeAmi environment: 'demo', credentialsId: 'deployer'", "packer build");
    }

    @Test
    void terraformPlan_restartWhilePlanning_takesItUpAgain() throws Throwable {
        restartWhile(
                "plan", "terraformPlan environment: 'demo', amiId: 'ami-1', createStateBucket: true", "terraform plan");
    }

    @Test
    void terraformApply_restartWhileApplying_takesItUpAgain() throws Throwable {
        restartWhile(
                "apply",
                "terraformApply environment: 'demo', amiId: 'ami-1', createStateBucket: true,"
                        + " credentialsId: 'deployer'",
                "terraform apply",
                "Plan: ");
    }

    @Test
    void terraformDestroy_restartWhileDestroying_takesItUpAgain() throws Throwable {
        restartWhile("apply", "terraformDestroy environment: 'demo', createStateBucket: true", "terraform apply");
    }

    /** @param once what stands in the log only once, however often the controller restarts */
    private void restartWhile(String held, String step, String command, String... once) throws Throwable {
        tools.hold(held);
        String[] name = new String[1];
        sessions.then(r -> {
            addDeployer();
            WorkflowRun run = started(r, job(r, AWS, tools, withKeys(step)), name);
            tools.awaitHeld(held);
            r.waitForMessage(command, run);
        });
        sessions.then(r -> {
            tools.release(held);
            WorkflowRun run = finished(r, again(r, name), Result.SUCCESS);
            assertThat(r.getLog(run)).containsOnlyOnce(command + System.lineSeparator());
            for (String text : once) {
                assertThat(r.getLog(run)).containsOnlyOnce(text);
            }
        });
        assertThat(tools.notes()).doesNotHaveDuplicates();
    }

    @Test
    void bakeAmi_restartWhilePackerIsEnding_signalsItOnlyOnce() throws Throwable {
        tools.hold("build");
        String[] name = new String[1];
        sessions.then(r -> {
            WorkflowRun run = started(r, job(r, AWS, tools, withKeys("bakeAmi 'demo'")), name);
            tools.awaitHeld("build");
            run.doStop();
            tools.await("the signal", "signal build");
        });
        sessions.then(r -> finished(r, again(r, name), Result.ABORTED));
        assertThat(tools.count("signal build")).isEqualTo(1);
        assertThat(tools.notes()).endsWith("cleaned build");
    }

    @Test
    void bakeAmi_agentThatReconnects_isTakenUpAgain() throws Throwable {
        tools.hold("build");
        sessions.then(r -> {
            DumbSlave agent = r.createOnlineSlave();
            WorkflowRun run = onNode(r, agent.getNodeName(), AWS, tools, withKeys("bakeAmi 'demo'"))
                    .scheduleBuild2(0)
                    .waitForStart();
            tools.awaitHeld("build");
            agent.toComputer()
                    .disconnect(new OfflineCause.UserCause(null, null))
                    .get();
            r.waitForMessage("does not answer", run);
            tools.release("build");
            tools.await("the end of packer without its agent", "done build");
            agent.toComputer().connect(true).get();
            finished(r, run, Result.SUCCESS);
            r.assertLogContains("Agent " + agent.getNodeName() + " is back", run);
        });
        assertThat(tools.notes()).doesNotHaveDuplicates();
    }

    @Test
    void bakeAmi_abortedBetweenTwoCommands_startsNoOther() throws Throwable {
        tools.hold("base-build");
        sessions.then(r -> {
            DumbSlave agent = r.createOnlineSlave();
            WorkflowRun run = onNode(r, agent.getNodeName(), AWS, tools, withKeys("bakeAmi 'demo'"))
                    .scheduleBuild2(0)
                    .waitForStart();
            tools.awaitHeld("base-build");
            agent.toComputer()
                    .disconnect(new OfflineCause.UserCause(null, null))
                    .get();
            r.waitForMessage("does not answer", run);
            tools.release("base-build");
            tools.await("the end of the base layer without its agent", "done base-build");
            run.doStop();
            agent.toComputer().connect(true).get();
            finished(r, run, Result.ABORTED);
            r.assertLogContains("stopped before packer build was started", run);
            r.assertLogNotContains("Asking packer", run);
        });
        assertThat(tools.notes()).endsWith("done base-build");
    }

    @Test
    void terraformApply_restartWhileAwsDoesNotAnswer_canBeStopped() throws Throwable {
        tools.hold("apply");
        String[] name = new String[1];
        try (MuteableEndpoint aws = new MuteableEndpoint(AWS.endpoint())) {
            sessions.then(r -> {
                addDeployer();
                String apply =
                        "terraformApply amiId: 'ami-1', createStateBucket: true, endpoint: '" + aws.url() + "', ";
                started(r, job(r, AWS, tools, apply + IN_ROLE), name);
                tools.awaitHeld("apply");
            });
            aws.mute();
            sessions.then(r -> {
                WorkflowRun run = again(r, name);
                r.waitForMessage("The tool's keys are not renewed", run);
                run.doStop();
                Deadline.await(LIMIT, "end of the build", () -> !run.isBuilding());
                finished(r, run, Result.ABORTED);
                r.assertLogContains("a plan made afterwards still finds changes", run);
                r.assertLogNotContains("does not answer;", run);
            });
        }
        assertThat(tools.count("signal apply")).isEqualTo(1);
    }

    @Test
    void bakeAmi_restartWhileAwsIssuesNoKeys_masksTheKeysOfBefore() throws Throwable {
        tools.hold("build");
        String[] name = new String[1];
        sessions.then(r -> {
            addDeployer();
            started(r, job(r, AWS, tools, "bakeAmi " + IN_ROLE), name);
            tools.awaitHeld("build");
        });
        AWS.fault("fail", "sts:*", "--code", "AccessDenied");
        try {
            sessions.then(r -> {
                WorkflowRun run = again(r, name);
                r.waitForMessage("The tool's keys are not renewed", run);
                tools.release("build");
                finished(r, run, Result.SUCCESS);
                String logs = r.jenkins.getWorkspaceFor(run.getParent()).getRemote() + "/.work/web/demo/logs";
                assertThat(Path.of(logs, "jenkins-" + name[0] + "-1-packer-build.log"))
                        .content()
                        .contains("Instance ID: i-0****");
            });
        } finally {
            AWS.fault("clear");
        }
    }

    private static void addDeployer() throws IOException {
        SystemCredentialsProvider provider = SystemCredentialsProvider.getInstance();
        provider.getCredentials()
                .add(new AWSCredentialsImpl(CredentialsScope.GLOBAL, "deployer", "AKIATEST", "secret", ""));
        provider.save();
    }

    private static WorkflowRun started(JenkinsRule r, WorkflowJob job, String[] name) throws Exception {
        name[0] = job.getFullName();
        return job.scheduleBuild2(0).waitForStart();
    }

    private static WorkflowRun again(JenkinsRule r, String[] name) {
        return r.jenkins.getItemByFullName(name[0], WorkflowJob.class).getBuildByNumber(1);
    }
}
