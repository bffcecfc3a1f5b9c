package io.jenkins.plugins.amideploy.jenkins.tools;

import static io.jenkins.plugins.amideploy.jenkins.ToolPipelines.finished;
import static io.jenkins.plugins.amideploy.jenkins.ToolPipelines.job;
import static io.jenkins.plugins.amideploy.jenkins.ToolPipelines.withKeys;
import static org.assertj.core.api.Assertions.assertThat;

import com.cloudbees.jenkins.plugins.awscredentials.AWSCredentialsImpl;
import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import hudson.model.Result;
import io.jenkins.plugins.amideploy.jenkins.Deadline;
import io.jenkins.plugins.amideploy.jenkins.EmbeddedAws;
import io.jenkins.plugins.amideploy.jenkins.FakeTools;
import io.jenkins.plugins.amideploy.jenkins.MuteableEndpoint;
import io.jenkins.plugins.amideploy.jenkins.OneController;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;

/**
 * The controller restarts while tools run; each runs once. All of them are begun, held and taken up by the same two sessions of
 * one controller.
 */
class ToolRestartTest {
    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final String IN_ROLE =
            "environment: 'demo', credentialsId: 'deployer', roleArn: 'arn:aws:iam::123456789012:role/deploy'";

    @RegisterExtension
    static final EmbeddedAws AWS = EmbeddedAws.withRecords();

    @RegisterExtension
    static final OneController CONTROLLER = new OneController();

    @TempDir
    static Path directory;

    private static JenkinsRule r;
    private static MuteableEndpoint muted;
    private static Begun bake;
    private static Begun plan;
    private static Begun apply;
    private static Begun destroy;
    private static Begun ending;
    private static Begun unanswered;
    private static Begun keyless;

    @BeforeAll
    static void restartInTheMiddle(JenkinsRule before) throws Exception {
        r = before;
        addDeployer();
        muted = new MuteableEndpoint(AWS.endpoint());
        String stack = "environment: 'demo', amiId: 'ami-1', createStateBucket: true";
        bake = begin("build", withKeys("bakeAmi environment: 'demo', credentialsId: 'deployer'"));
        plan = begin("plan", withKeys("terraformPlan " + stack));
        apply = begin("apply", withKeys("terraformApply " + stack + ", credentialsId: 'deployer'"));
        destroy = begin("apply", withKeys("terraformDestroy environment: 'demo', createStateBucket: true"));
        ending = begin("build", withKeys("bakeAmi 'demo'"));
        unanswered = begin(
                "apply",
                "terraformApply amiId: 'ami-1', createStateBucket: true, endpoint: '" + muted.url() + "', " + IN_ROLE);
        keyless = begin("build", "bakeAmi " + IN_ROLE);
        r.waitForMessage("packer build", bake.run());
        r.waitForMessage("terraform plan", plan.run());
        r.waitForMessage("terraform apply", apply.run());
        r.waitForMessage("terraform apply", destroy.run());
        ending.run().doStop();
        ending.tools.await("the signal", "signal build");

        muted.mute();
        AWS.fault("fail", "sts:*", "--code", "AccessDenied");
        r = CONTROLLER.restart();
        try {
            r.waitForMessage("The tool's keys are not renewed", keyless.run());
        } finally {
            AWS.fault("clear");
        }
    }

    @AfterAll
    static void close() throws IOException {
        if (muted != null) {
            muted.close();
        }
    }

    @Test
    void bakeAmi_restartWhilePackerRuns_takesItUpAgain() throws Exception {
        takenUpAgain(bake, "packer build");
    }

    @Test
    void terraformPlan_restartWhilePlanning_takesItUpAgain() throws Exception {
        takenUpAgain(plan, "terraform plan");
    }

    @Test
    void terraformApply_restartWhileApplying_takesItUpAgain() throws Exception {
        takenUpAgain(apply, "terraform apply", "Plan: ");
    }

    @Test
    void terraformDestroy_restartWhileDestroying_takesItUpAgain() throws Exception {
        takenUpAgain(destroy, "terraform apply");
    }

    /** @param once what stands in the log only once, however often the controller restarts */
    private static void takenUpAgain(Begun begun, String command, String... once) throws Exception {
        begun.tools.release(begun.held);
        WorkflowRun run = finished(r, begun.run(), Result.SUCCESS);
        assertThat(r.getLog(run)).containsOnlyOnce(command + System.lineSeparator());
        for (String text : once) {
            assertThat(r.getLog(run)).containsOnlyOnce(text);
        }
        assertThat(begun.tools.notes()).doesNotHaveDuplicates();
    }

    @Test
    void bakeAmi_restartWhilePackerIsEnding_signalsItOnlyOnce() throws Exception {
        finished(r, ending.run(), Result.ABORTED);

        assertThat(ending.tools.count("signal build")).isEqualTo(1);
        assertThat(ending.tools.notes()).endsWith("cleaned build");
    }

    @Test
    void terraformApply_restartWhileAwsDoesNotAnswer_canBeStopped() throws Exception {
        WorkflowRun run = unanswered.run();
        r.waitForMessage("The tool's keys are not renewed", run);
        run.doStop();
        Deadline.await(LIMIT, "end of the build", () -> !run.isBuilding());

        finished(r, run, Result.ABORTED);
        r.assertLogContains("a plan made afterwards still finds changes", run);
        r.assertLogNotContains("does not answer;", run);
        assertThat(unanswered.tools.count("signal apply")).isEqualTo(1);
    }

    @Test
    void bakeAmi_restartWhileAwsIssuesNoKeys_masksTheKeysOfBefore() throws Exception {
        keyless.tools.release("build");

        WorkflowRun run = finished(r, keyless.run(), Result.SUCCESS);
        String logs = r.jenkins.getWorkspaceFor(run.getParent()).getRemote() + "/.work/web/demo/logs";
        assertThat(Path.of(logs, "jenkins-" + keyless.job + "-1-packer-build.log"))
                .content()
                .contains("Instance ID: i-0****");
    }

    /** Starts a build and waits until the tool's command is held. */
    private static Begun begin(String held, String lines) throws Exception {
        FakeTools tools = new FakeTools(Files.createTempDirectory(directory, "tools")).hold(held);
        WorkflowRun run = job(r, AWS, tools, lines).scheduleBuild2(0).waitForStart();
        tools.awaitHeld(held);
        return new Begun(run.getParent().getFullName(), tools, held);
    }

    /** A build whose tool is held, before the restart and after it. */
    private record Begun(String job, FakeTools tools, String held) {
        WorkflowRun run() {
            return r.jenkins.getItemByFullName(job, WorkflowJob.class).getBuildByNumber(1);
        }
    }

    private static void addDeployer() throws IOException {
        SystemCredentialsProvider provider = SystemCredentialsProvider.getInstance();
        provider.getCredentials()
                .add(new AWSCredentialsImpl(CredentialsScope.GLOBAL, "deployer", "AKIATEST", "secret", ""));
        provider.save();
    }
}
