package io.jenkins.plugins.amideploy.jenkins.waits;

import static io.jenkins.plugins.amideploy.jenkins.ToolPipelines.define;
import static io.jenkins.plugins.amideploy.jenkins.ToolPipelines.finished;
import static org.assertj.core.api.Assertions.assertThat;

import com.cloudbees.jenkins.plugins.awscredentials.AWSCredentialsImpl;
import com.cloudbees.plugins.credentials.CredentialsProvider;
import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import hudson.model.Result;
import io.jenkins.plugins.amideploy.jenkins.Canary;
import io.jenkins.plugins.amideploy.jenkins.Deadline;
import io.jenkins.plugins.amideploy.jenkins.EmbeddedAws;
import io.jenkins.plugins.amideploy.jenkins.EmbeddedGroup;
import io.jenkins.plugins.amideploy.jenkins.OneController;
import io.jenkins.plugins.amideploy.jenkins.config.AmiDeployConfiguration;
import io.jenkins.plugins.amideploy.jenkins.polling.PollPool;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.jvnet.hudson.test.JenkinsRule;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.ResourceType;
import software.amazon.awssdk.services.ec2.model.SecurityGroup;
import software.amazon.awssdk.services.ec2.model.Tag;
import software.amazon.awssdk.services.ec2.model.TagSpecification;

/** The wait steps against groups of the embedded AWS. */
@ExtendWith(OneController.class)
@Execution(ExecutionMode.CONCURRENT)
class WaitStepTest {
    @RegisterExtension
    static final EmbeddedAws AWS = EmbeddedAws.withRecords();

    /** What keeps the embedded AWS from deleting security groups meanwhile. */
    private static final String REMOVAL = "removal";

    private static JenkinsRule r;

    @BeforeAll
    static void configure(JenkinsRule rule) throws Exception {
        r = rule;
        AmiDeployConfiguration configuration = AmiDeployConfiguration.get();
        configuration.setRegion("us-east-1");
        configuration.setEndpoint(AWS.endpoint());
        configuration.setCredentialsId("deployer");
        SystemCredentialsProvider provider = SystemCredentialsProvider.getInstance();
        provider.getCredentials()
                .add(new AWSCredentialsImpl(CredentialsScope.GLOBAL, "deployer", "AKIATEST", Canary.SECRET, "canary"));
        provider.save();
    }

    @Test
    void awaitAsgHealthy_groupInThatVersion_succeedsWithoutANode() throws Exception {
        try (EmbeddedGroup group = new EmbeddedGroup(AWS).create()) {
            WorkflowRun run = finished(
                    r,
                    start("def h = awaitAsgHealthy " + group.arguments("1")
                            + ", stabilitySeconds: 2\n echo \"proven ${h.launchTemplateVersion}\""),
                    Result.SUCCESS);
            r.assertLogContains("proven 1", run);
            assertThat(CredentialsProvider.getFingerprintOf(SystemCredentialsProvider.getInstance()
                            .getCredentials()
                            .get(0)))
                    .as("usage")
                    .isNotNull();
            assertThat(Canary.filesBelow(r.jenkins.getRootDir().toPath())).isEmpty();
        }
    }

    /** Together, since it takes a minute until a missing group is believed to be missing. */
    @Test
    void awaitAsgHealthy_manyAtOnce_shareAFewThreadsAndWhatCannotSucceedFailsWithTheCause() throws Exception {
        WorkflowRun missing =
                start("awaitAsgHealthy asgName: 'nobody', launchTemplateId: 'lt-0a', launchTemplateVersion: '1',"
                        + " timeoutMinutes: 3");
        WorkflowRun latest =
                start("awaitAsgHealthy asgName: 'web', launchTemplateId: 'lt-0a', launchTemplateVersion: '$Latest'");
        WorkflowRun unknown =
                start("awaitAsgHealthy asgName: 'web', launchTemplateId: 'lt-0a', launchTemplateVersion: '1',"
                        + " credentialsId: 'gone'");
        manyWaitsShareAFewThreads();
        r.assertLogContains("is not a number", finished(r, latest, Result.FAILURE));
        r.assertLogContains("AWS credentials \"gone\" are not there for", finished(r, unknown, Result.FAILURE));
        r.assertLogContains("ERROR: GROUP_MISSING: ASG nobody", finished(r, missing, Result.FAILURE));
    }

    @Test
    void awaitAsgHealthy_aborted_endsAtOnce() throws Exception {
        try (EmbeddedGroup group = new EmbeddedGroup(AWS).create()) {
            WorkflowRun run = start("awaitAsgHealthy " + group.arguments("1") + ", stabilitySeconds: 600");
            r.waitForMessage(group.name(), run);
            run.doStop();
            finished(r, run, Result.ABORTED);
        }
    }

    @Test
    void rolloutAsg_withoutRollbackAborted_endsAtOnceAndSaysWhatGoesOn() throws Exception {
        try (EmbeddedGroup group = new EmbeddedGroup(AWS).create()) {
            String version = group.publish(group.image());
            WorkflowRun run = start("rolloutAsg rollback: false, " + group.arguments(version));
            Deadline.await(Duration.ofSeconds(60), "refresh", () -> group.refreshes() == 1);
            run.doStop();
            finished(r, run, Result.ABORTED);
            r.assertLogContains("goes on in AWS", run);
        }
    }

    @Test
    @ResourceLock(REMOVAL)
    void removeLeftovers_aborted_endsAtOnceAndLeavesTheRest() throws Exception {
        AWS.fault("fail", "ec2:DeleteSecurityGroup", "--code", "DependencyViolation", "--status", "400");
        try {
            leftover("aborted");
            WorkflowRun run = start("removeLeftovers app: 'web', environment: 'aborted'");
            r.waitForMessage("not removed yet", run);
            run.doStop();
            finished(r, run, Result.ABORTED);
        } finally {
            AWS.fault("clear");
        }
    }

    @Test
    @ResourceLock(REMOVAL)
    void removeLeftovers_whileTheStackStands_removesNothingUnlessItIsToTakeOrphans() throws Exception {
        String temporary = leftover("standing");
        String part = securityGroup("standing", "the-stack");
        WorkflowRun refused = finished(r, start("removeLeftovers app: 'web', environment: 'standing'"), Result.FAILURE);
        assertThat(refused.getLog(100))
                .contains(
                        "LEFT_BEHIND: web in standing: 1 part of the stack is still there",
                        "  security group " + part + " (the-stack)",
                        "  do: run terraformDestroy first; what an interrupted apply left outside its state is"
                                + " removed with orphans: true",
                        "ERROR: LEFT_BEHIND: web in standing: 1 part of the stack is still there");
        assertThat(securityGroups()).contains(temporary, part);

        finished(r, start("removeLeftovers app: 'web', environment: 'standing', orphans: true"), Result.SUCCESS);
        assertThat(securityGroups()).doesNotContain(temporary, part);
    }

    /** A security group that a bake left behind. */
    private static String leftover(String environment) {
        return securityGroup(environment, environment, tag("temporary", "true"));
    }

    private static List<String> securityGroups() {
        try (Ec2Client ec2 = AWS.client(Ec2Client.builder())) {
            return ec2.describeSecurityGroups().securityGroups().stream()
                    .map(SecurityGroup::groupId)
                    .toList();
        }
    }

    private static String securityGroup(String environment, String name, Tag... more) {
        List<Tag> tags = new ArrayList<>(List.of(more));
        tags.add(tag("app", "web"));
        tags.add(tag("environment", environment));
        try (Ec2Client ec2 = AWS.client(Ec2Client.builder())) {
            return ec2.createSecurityGroup(request -> request.groupName(name)
                            .description("left behind")
                            .tagSpecifications(TagSpecification.builder()
                                    .resourceType(ResourceType.SECURITY_GROUP)
                                    .tags(tags)
                                    .build()))
                    .groupId();
        }
    }

    private static Tag tag(String key, String value) {
        return Tag.builder().key("ami-deploy:" + key).value(value).build();
    }

    @Test
    void rolloutAsg_imageThatDoesNotExist_failsWithTheCauseBeforeAnythingIsStarted() throws Exception {
        try (EmbeddedGroup group = new EmbeddedGroup(AWS).create()) {
            String version = group.publish("ami-0123456789abcdef0");
            finished(r, start("awaitAsgHealthy " + group.arguments("1") + ", stabilitySeconds: 1"), Result.SUCCESS);
            WorkflowRun run = finished(
                    r, start("rolloutAsg " + group.arguments(version) + ", stabilitySeconds: 2"), Result.FAILURE);
            r.assertLogContains("ERROR: IMAGE_MISSING", run);
            assertThat(group.refreshes()).isZero();
        }
    }

    private static void manyWaitsShareAFewThreads() throws Exception {
        try (EmbeddedGroup group = new EmbeddedGroup(AWS).create()) {
            WorkflowRun run =
                    start("def branches = [:]\n for (int i = 0; i < 40; i++) { branches['b' + i] = { awaitAsgHealthy "
                            + group.arguments("1") + ", stabilitySeconds: 20 } }\n parallel branches");
            r.waitForMessage(group.name(), run);
            long threads = Thread.getAllStackTraces().keySet().stream()
                    .filter(thread -> thread.getName().contains(PollPool.class.getName()))
                    .count();
            assertThat(threads).isBetween(1L, 8L);
            finished(r, run, Result.SUCCESS);
        }
    }

    private static WorkflowRun start(String script) throws Exception {
        WorkflowJob job = define(r, script);
        return job.scheduleBuild2(0).waitForStart();
    }
}
