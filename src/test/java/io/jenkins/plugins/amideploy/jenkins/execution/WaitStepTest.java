package io.jenkins.plugins.amideploy.jenkins.execution;

import static io.jenkins.plugins.amideploy.jenkins.ToolPipelines.define;
import static io.jenkins.plugins.amideploy.jenkins.ToolPipelines.finished;
import static org.assertj.core.api.Assertions.assertThat;

import com.cloudbees.jenkins.plugins.awscredentials.AWSCredentialsImpl;
import com.cloudbees.plugins.credentials.CredentialsProvider;
import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import hudson.model.Result;
import io.jenkins.plugins.amideploy.jenkins.Canary;
import io.jenkins.plugins.amideploy.jenkins.EmbeddedAws;
import io.jenkins.plugins.amideploy.jenkins.EmbeddedGroup;
import io.jenkins.plugins.amideploy.jenkins.config.AmiDeployConfiguration;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.JenkinsSessionExtension;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.ResourceType;
import software.amazon.awssdk.services.ec2.model.SecurityGroup;
import software.amazon.awssdk.services.ec2.model.Tag;
import software.amazon.awssdk.services.ec2.model.TagSpecification;

/** The wait steps against groups of the embedded AWS, restarts in the middle included. */
class WaitStepTest {
    @RegisterExtension
    static final EmbeddedAws AWS = new EmbeddedAws();

    @RegisterExtension
    final JenkinsSessionExtension sessions = new JenkinsSessionExtension();

    @Test
    void awaitAsgHealthy_groupInThatVersion_succeedsWithoutANode() throws Throwable {
        try (EmbeddedGroup group = new EmbeddedGroup(AWS).create()) {
            sessions.then(r -> {
                configure(r);
                WorkflowRun run = finished(
                        r,
                        start(
                                r,
                                "def h = awaitAsgHealthy " + group.arguments("1")
                                        + ", stabilitySeconds: 2\n echo \"proven ${h.launchTemplateVersion}\""),
                        Result.SUCCESS);
                r.assertLogContains("proven 1", run);
                assertThat(CredentialsProvider.getFingerprintOf(SystemCredentialsProvider.getInstance()
                                .getCredentials()
                                .get(0)))
                        .as("usage")
                        .isNotNull();
                assertThat(Canary.filesBelow(r.jenkins.getRootDir().toPath())).isEmpty();
            });
        }
    }

    /** Together, since it takes a minute until a missing group is believed to be missing. */
    @Test
    void awaitAsgHealthy_manyAtOnce_shareAFewThreadsAndWhatCannotSucceedFailsWithTheCause() throws Throwable {
        sessions.then(r -> {
            configure(r);
            WorkflowRun missing = start(
                    r,
                    "awaitAsgHealthy asgName: 'nobody', launchTemplateId: 'lt-0a', launchTemplateVersion: '1',"
                            + " timeoutMinutes: 3");
            WorkflowRun latest = start(
                    r, "awaitAsgHealthy asgName: 'web', launchTemplateId: 'lt-0a', launchTemplateVersion: '$Latest'");
            WorkflowRun unknown = start(
                    r,
                    "awaitAsgHealthy asgName: 'web', launchTemplateId: 'lt-0a', launchTemplateVersion: '1',"
                            + " credentialsId: 'gone'");
            manyWaitsShareAFewThreads(r);
            r.assertLogContains("is not a number", finished(r, latest, Result.FAILURE));
            r.assertLogContains("AWS credentials \"gone\" are not there for", finished(r, unknown, Result.FAILURE));
            r.assertLogContains("ERROR: GROUP_MISSING: ASG nobody", finished(r, missing, Result.FAILURE));
        });
    }

    @Test
    void awaitAsgHealthy_restartWhileWaiting_keepsItsDeadlineAndStatus() throws Throwable {
        String[] name = new String[1];
        try (EmbeddedGroup group = new EmbeddedGroup(AWS)) {
            sessions.then(r -> {
                configure(r);
                WorkflowRun run = start(r, "awaitAsgHealthy " + group.arguments("1") + ", stabilitySeconds: 2");
                name[0] = run.getParent().getFullName();
                r.waitForMessage(group.name(), run);
                assertThat(program(run)).doesNotContain(Canary.SECRET);
            });
            group.create();
            sessions.then(r -> {
                WorkflowRun run = again(r, name[0]);
                finished(r, run, Result.SUCCESS);
            });
        }
    }

    @Test
    void awaitAsgHealthy_aborted_endsAtOnce() throws Throwable {
        sessions.then(r -> {
            configure(r);
            try (EmbeddedGroup group = new EmbeddedGroup(AWS).create()) {
                WorkflowRun run = start(r, "awaitAsgHealthy " + group.arguments("1") + ", stabilitySeconds: 600");
                r.waitForMessage(group.name(), run);
                run.doStop();
                finished(r, run, Result.ABORTED);
            }
        });
    }

    @Test
    void rolloutAsg_restartInTheMiddle_startsOneRefreshAndProvesTheVersion() throws Throwable {
        String[] name = new String[1];
        try (EmbeddedGroup group = new EmbeddedGroup(AWS).create()) {
            String version = group.publish(group.image());
            sessions.then(r -> {
                configure(r);
                finished(
                        r,
                        start(r, "awaitAsgHealthy " + group.arguments("1") + ", stabilitySeconds: 1"),
                        Result.SUCCESS);
                WorkflowRun run = start(r, "rolloutAsg " + group.arguments(version) + ", stabilitySeconds: 2");
                name[0] = run.getParent().getFullName();
                Deadline.await(Duration.ofSeconds(60), "refresh", () -> group.refreshes() == 1);
            });
            sessions.then(r -> finished(r, again(r, name[0]), Result.SUCCESS));
            assertThat(group.refreshes()).isEqualTo(1);
            assertThat(group.refreshStatus()).isEqualTo("Successful");
        }
    }

    /** Twice, since a second request must not leave a rollback to itself. */
    @Test
    void rolloutAsg_abortedTwiceAndRestarted_rollsTheRefreshBackBeforeItEnds() throws Throwable {
        String[] name = new String[1];
        try (EmbeddedGroup group = new EmbeddedGroup(AWS).create()) {
            String version = group.publish(group.image());
            sessions.then(r -> {
                configure(r);
                WorkflowRun run = start(r, "rolloutAsg " + group.arguments(version) + ", stabilitySeconds: 600");
                name[0] = run.getParent().getFullName();
                Deadline.await(Duration.ofSeconds(60), "refresh", () -> group.refreshes() == 1);
                run.doStop();
                r.waitForMessage("AWS accepted the rollback", run);
                run.doStop();
            });
            sessions.then(r -> finished(r, again(r, name[0]), Result.ABORTED));
            assertThat(group.refreshStatus()).isEqualTo("RollbackSuccessful");
        }
    }

    @Test
    void rolloutAsg_withoutRollbackAborted_endsAtOnceAndSaysWhatGoesOn() throws Throwable {
        sessions.then(r -> {
            configure(r);
            try (EmbeddedGroup group = new EmbeddedGroup(AWS).create()) {
                String version = group.publish(group.image());
                WorkflowRun run = start(r, "rolloutAsg rollback: false, " + group.arguments(version));
                Deadline.await(Duration.ofSeconds(60), "refresh", () -> group.refreshes() == 1);
                run.doStop();
                finished(r, run, Result.ABORTED);
                r.assertLogContains("goes on in AWS", run);
            }
        });
    }

    @Test
    void removeLeftovers_restartInTheMiddle_removesTheRestAndProvesIt() throws Throwable {
        String[] name = new String[1];
        AWS.fault("fail", "ec2:DeleteSecurityGroup", "--code", "DependencyViolation", "--status", "400");
        String group = leftover("restart");
        sessions.then(r -> {
            configure(r);
            WorkflowRun run =
                    start(r, "def left = removeLeftovers app: 'web', environment: 'restart'\n echo \"left ${left}\"");
            name[0] = run.getParent().getFullName();
            r.waitForMessage("not removed yet", run);
        });
        AWS.fault("clear");
        sessions.then(r -> {
            WorkflowRun run = finished(r, again(r, name[0]), Result.SUCCESS);
            r.assertLogContains("left [leftBehind:0]", run);
            r.assertLogContains(group, run);
            assertThat(Canary.filesBelow(r.jenkins.getRootDir().toPath())).isEmpty();
        });
    }

    @Test
    void removeLeftovers_aborted_endsAtOnceAndLeavesTheRest() throws Throwable {
        AWS.fault("fail", "ec2:DeleteSecurityGroup", "--code", "DependencyViolation", "--status", "400");
        leftover("aborted");
        sessions.then(r -> {
            configure(r);
            WorkflowRun run = start(r, "removeLeftovers app: 'web', environment: 'aborted'");
            r.waitForMessage("not removed yet", run);
            run.doStop();
            finished(r, run, Result.ABORTED);
        });
        AWS.fault("clear");
    }

    @Test
    void removeLeftovers_whileTheStackStands_removesNothingUnlessItIsToTakeOrphans() throws Throwable {
        String temporary = leftover("standing");
        String part = securityGroup("standing", "the-stack");
        sessions.then(r -> {
            configure(r);
            WorkflowRun refused =
                    finished(r, start(r, "removeLeftovers app: 'web', environment: 'standing'"), Result.FAILURE);
            r.assertLogContains(
                    "ERROR: web in standing: 1 part of the stack is still there (security group " + part
                            + " (the-stack)): run terraformDestroy first; what an interrupted apply left outside its state is"
                            + " removed with orphans: true",
                    refused);
            assertThat(securityGroups()).contains(temporary, part);

            finished(r, start(r, "removeLeftovers app: 'web', environment: 'standing', orphans: true"), Result.SUCCESS);
            assertThat(securityGroups()).doesNotContain(temporary, part);
        });
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
    void rolloutAsg_imageThatDoesNotExist_isRolledBackAndFailsWithTheCause() throws Throwable {
        try (EmbeddedGroup group = new EmbeddedGroup(AWS).create()) {
            String version = group.publish("ami-0123456789abcdef0");
            sessions.then(r -> {
                configure(r);
                finished(
                        r,
                        start(r, "awaitAsgHealthy " + group.arguments("1") + ", stabilitySeconds: 1"),
                        Result.SUCCESS);
                WorkflowRun run = finished(
                        r,
                        start(r, "rolloutAsg " + group.arguments(version) + ", stabilitySeconds: 2"),
                        Result.FAILURE);
                r.assertLogContains("ERROR: IMAGE_MISSING", run);
            });
            assertThat(group.refreshStatus()).isEqualTo("RollbackSuccessful");
        }
    }

    private static void manyWaitsShareAFewThreads(JenkinsRule r) throws Exception {
        try (EmbeddedGroup group = new EmbeddedGroup(AWS).create()) {
            WorkflowRun run = start(
                    r,
                    "def branches = [:]\n for (int i = 0; i < 40; i++) { branches['b' + i] = { awaitAsgHealthy "
                            + group.arguments("1") + ", stabilitySeconds: 20 } }\n parallel branches");
            r.waitForMessage(group.name(), run);
            long threads = Thread.getAllStackTraces().keySet().stream()
                    .filter(thread -> thread.getName().contains(PollPool.class.getName()))
                    .count();
            assertThat(threads).isBetween(1L, 8L);
            finished(r, run, Result.SUCCESS);
        }
    }

    private static void configure(JenkinsRule r) throws Exception {
        AmiDeployConfiguration configuration = AmiDeployConfiguration.get();
        configuration.setRegion("us-east-1");
        configuration.setEndpoint(AWS.endpoint());
        configuration.setCredentialsId("deployer");
        SystemCredentialsProvider provider = SystemCredentialsProvider.getInstance();
        provider.getCredentials()
                .add(new AWSCredentialsImpl(CredentialsScope.GLOBAL, "deployer", "AKIATEST", Canary.SECRET, "canary"));
        provider.save();
    }

    private static WorkflowRun start(JenkinsRule r, String script) throws Exception {
        WorkflowJob job = define(r, script);
        return job.scheduleBuild2(0).waitForStart();
    }

    private static WorkflowRun again(JenkinsRule r, String name) {
        return r.jenkins.getItemByFullName(name, WorkflowJob.class).getBuildByNumber(1);
    }

    private static String program(WorkflowRun run) throws Exception {
        Path program = run.getRootDir().toPath().resolve("program.dat");
        return Files.exists(program) ? Files.readString(program, StandardCharsets.ISO_8859_1) : "";
    }
}
