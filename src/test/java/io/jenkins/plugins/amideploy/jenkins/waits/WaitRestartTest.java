package io.jenkins.plugins.amideploy.jenkins.waits;

import static io.jenkins.plugins.amideploy.jenkins.ToolPipelines.define;
import static io.jenkins.plugins.amideploy.jenkins.ToolPipelines.finished;
import static org.assertj.core.api.Assertions.assertThat;

import com.cloudbees.jenkins.plugins.awscredentials.AWSCredentialsImpl;
import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import hudson.model.Result;
import io.jenkins.plugins.amideploy.jenkins.Canary;
import io.jenkins.plugins.amideploy.jenkins.Deadline;
import io.jenkins.plugins.amideploy.jenkins.EmbeddedAws;
import io.jenkins.plugins.amideploy.jenkins.EmbeddedGroup;
import io.jenkins.plugins.amideploy.jenkins.OneController;
import io.jenkins.plugins.amideploy.jenkins.config.AmiDeployConfiguration;
import io.jenkins.plugins.amideploy.jenkins.run.ReleaseAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.jvnet.hudson.test.JenkinsRule;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.ResourceType;
import software.amazon.awssdk.services.ec2.model.Tag;
import software.amazon.awssdk.services.ec2.model.TagSpecification;

/** The wait steps over one restart of the controller, which comes in the middle of all of them. */
class WaitRestartTest {
    private static final Duration LIMIT = Duration.ofSeconds(90);

    /** As AWS says it in a scaling activity. */
    private static final String QUOTA =
            "You have requested more vCPU capacity than your current vCPU limit of 8 allows for the instance bucket that the"
                    + " specified instance type belongs to. Launching EC2 instance failed.";

    @RegisterExtension
    static final EmbeddedAws AWS = EmbeddedAws.withRecords();

    @RegisterExtension
    static final OneController CONTROLLER = new OneController();

    private static JenkinsRule r;
    private static EmbeddedGroup awaited;
    private static EmbeddedGroup rolled;
    private static EmbeddedGroup rolledBack;
    private static EmbeddedGroup failed;
    private static EmbeddedGroup shared;
    private static String leftover;
    private static String awaiting;
    private static String rollingOut;
    private static String rollingBack;
    private static String failing;
    private static String removing;
    private static String sharing;

    @BeforeAll
    static void restartInTheMiddle(JenkinsRule before) throws Exception {
        r = before;
        configure();
        AWS.fault("fail", "ec2:DeleteSecurityGroup", "--code", "DependencyViolation", "--status", "400");
        awaited = new EmbeddedGroup(AWS);
        rolled = new EmbeddedGroup(AWS).create();
        rolledBack = new EmbeddedGroup(AWS).create();
        failed = new EmbeddedGroup(AWS).create();
        shared = new EmbeddedGroup(AWS).create();
        leftover = leftover();

        WorkflowRun await = start("awaitAsgHealthy " + awaited.arguments("1") + ", stabilitySeconds: 2");
        WorkflowRun remove =
                start("def left = removeLeftovers app: 'swept', environment: 'restart'\n echo \"left ${left}\"");
        rollingOut = name(start(rollout(rolled, 2)));
        sharing = name(start("def waits = [:]\n for (int i = 0; i < 3; i++) { waits['w' + i] = { awaitAsgHealthy "
                + shared.arguments("2") + " } }\n parallel waits"));
        awaiting = name(await);
        removing = name(remove);
        Deadline.await(LIMIT, "refresh", () -> rolled.refreshes() == 1);
        r.waitForMessage(awaited.name(), await);
        r.waitForMessage("not removed yet", remove);
        WorkflowRun back = start(rollout(rolledBack, 600));
        rollingBack = name(back);
        Deadline.await(LIMIT, "refresh to roll back", () -> rolledBack.refreshes() == 1);
        // Twice, since a second request must not leave a rollback to itself.
        back.doStop();
        r.waitForMessage("AWS accepted the rollback", back);
        back.doStop();
        assertThat(program(await)).doesNotContain(Canary.SECRET);
        AWS.fault("refuse-launches", "--group", failed.name(), QUOTA);
        WorkflowRun fail = start(rollout(failed, 2));
        failing = name(fail);
        r.waitForMessage("AWS accepted the rollback", fail);

        r = CONTROLLER.restart();
        AWS.fault("clear");
        awaited.create();
    }

    @AfterAll
    static void close() {
        for (EmbeddedGroup group : new EmbeddedGroup[] {awaited, rolled, rolledBack, failed, shared}) {
            if (group != null) {
                group.close();
            }
        }
    }

    @Test
    void awaitAsgHealthy_restartWhileWaiting_keepsItsDeadlineAndStatus() throws Exception {
        finished(r, again(awaiting), Result.SUCCESS);
    }

    /** None of the three can be proven, so all look until they are stopped. */
    @Test
    void awaitAsgHealthy_restartWhileThreeWaitForOneGroup_shareItsLooksAgain() throws Exception {
        WorkflowRun run = again(sharing);
        Deadline.await(LIMIT, "shared looks", () -> SharedLooks.get().waits(shared.name()) == 3);
        run.doStop();
        finished(r, run, Result.ABORTED);
        Deadline.await(LIMIT, "nobody left", () -> SharedLooks.get().waits(shared.name()) == 0);
    }

    @Test
    void rolloutAsg_restartInTheMiddle_startsOneRefreshAndProvesTheVersion() throws Exception {
        finished(r, again(rollingOut), Result.SUCCESS);

        assertThat(rolled.refreshes()).isEqualTo(1);
        assertThat(rolled.refreshStatus()).isEqualTo("Successful");
    }

    @Test
    void rolloutAsg_abortedTwiceAndRestarted_rollsTheRefreshBackBeforeItEnds() throws Exception {
        finished(r, again(rollingBack), Result.ABORTED);

        assertThat(rolledBack.refreshStatus()).isEqualTo("RollbackSuccessful");
    }

    /** While its refresh is on the way back the cause is known already. */
    @Test
    void rolloutAsg_restartInTheMiddleOfAFailure_endsWithTheCauseThatWasSeenBefore() throws Exception {
        WorkflowRun run = finished(r, again(failing), Result.FAILURE);

        r.assertLogContains("ERROR: QUOTA_EXCEEDED", run);
        assertThat(run.getAction(ReleaseAction.class).getFailures())
                .singleElement()
                .satisfies(failure -> {
                    assertThat(failure.getCause()).isEqualTo("QUOTA_EXCEEDED");
                    assertThat(failure.getEvidence()).isNotEmpty();
                    assertThat(failure.getAftermath()).startsWith("rolled back");
                });
    }

    @Test
    void removeLeftovers_restartInTheMiddle_removesTheRestAndProvesIt() throws Exception {
        WorkflowRun run = finished(r, again(removing), Result.SUCCESS);

        r.assertLogContains("left [leftBehind:0, kept:[]]", run);
        r.assertLogContains(leftover, run);
        assertThat(Canary.filesBelow(r.jenkins.getRootDir().toPath())).isEmpty();
    }

    private static String rollout(EmbeddedGroup group, int stabilitySeconds) {
        String version = group.publish(group.image());
        return "rolloutAsg " + group.arguments(version) + ", stabilitySeconds: " + stabilitySeconds;
    }

    /** A security group that a bake left behind. */
    private static String leftover() {
        try (Ec2Client ec2 = AWS.client(Ec2Client.builder())) {
            return ec2.createSecurityGroup(request -> request.groupName("restart")
                            .description("left behind")
                            .tagSpecifications(TagSpecification.builder()
                                    .resourceType(ResourceType.SECURITY_GROUP)
                                    .tags(tag("temporary", "true"), tag("app", "swept"), tag("environment", "restart"))
                                    .build()))
                    .groupId();
        }
    }

    private static Tag tag(String key, String value) {
        return Tag.builder().key("ami-deploy:" + key).value(value).build();
    }

    private static void configure() throws Exception {
        AmiDeployConfiguration configuration = AmiDeployConfiguration.get();
        configuration.setRegion("us-east-1");
        configuration.setEndpoint(AWS.endpoint());
        configuration.setCredentialsId("deployer");
        SystemCredentialsProvider provider = SystemCredentialsProvider.getInstance();
        provider.getCredentials()
                .add(new AWSCredentialsImpl(CredentialsScope.GLOBAL, "deployer", "AKIATEST", Canary.SECRET, "canary"));
        provider.save();
    }

    private static WorkflowRun start(String script) throws Exception {
        return define(r, script).scheduleBuild2(0).waitForStart();
    }

    private static String name(WorkflowRun run) {
        return run.getParent().getFullName();
    }

    private static WorkflowRun again(String name) {
        return r.jenkins.getItemByFullName(name, WorkflowJob.class).getBuildByNumber(1);
    }

    private static String program(WorkflowRun run) throws Exception {
        Path program = run.getRootDir().toPath().resolve("program.dat");
        return Files.exists(program) ? Files.readString(program, StandardCharsets.ISO_8859_1) : "";
    }
}
