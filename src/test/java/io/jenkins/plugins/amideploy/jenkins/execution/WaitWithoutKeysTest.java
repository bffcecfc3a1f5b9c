package io.jenkins.plugins.amideploy.jenkins.execution;

import static io.jenkins.plugins.amideploy.jenkins.ToolPipelines.define;
import static io.jenkins.plugins.amideploy.jenkins.ToolPipelines.finished;
import static io.jenkins.plugins.amideploy.jenkins.ToolPipelines.withKeys;
import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.Result;
import io.jenkins.plugins.amideploy.jenkins.EmbeddedAws;
import io.jenkins.plugins.amideploy.jenkins.EmbeddedGroup;
import java.time.Duration;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.JenkinsSessionExtension;

/** The wait steps while AWS gives no keys of their role, for a reason that passes. */
class WaitWithoutKeysTest {
    private static final Duration LIMIT = Duration.ofSeconds(90);

    /** Calls: the most that the SDK makes in one look before it gives a throttled one up. */
    private static final int LOOK = 4;

    @RegisterExtension
    static final EmbeddedAws AWS = new EmbeddedAws();

    @RegisterExtension
    final JenkinsSessionExtension sessions = new JenkinsSessionExtension();

    @AfterEach
    void tearDown() throws Exception {
        AWS.fault("clear");
    }

    /** After a restart the keys are asked for anew. */
    @Test
    void rolloutAsg_restartedWithoutKeys_saysItOnceAndGoesOn() throws Throwable {
        String[] name = new String[1];
        try (EmbeddedGroup group = new EmbeddedGroup(AWS).create()) {
            String version = group.publish(group.image());
            sessions.then(r -> {
                WorkflowRun run = start(r, "rolloutAsg " + group.arguments(version) + ", stabilitySeconds: 2");
                name[0] = run.getParent().getFullName();
                Deadline.await(LIMIT, "refresh", () -> group.refreshes() == 1);
                throttle();
            });
            long before = AWS.refused("AssumeRole");
            sessions.then(r -> {
                WorkflowRun run =
                        r.jenkins.getItemByFullName(name[0], WorkflowJob.class).getBuildByNumber(1);
                Deadline.await(LIMIT, "looks without keys", () -> AWS.refused("AssumeRole") > before + 2 * LOOK);
                AWS.fault("clear");
                finished(r, run, Result.SUCCESS);
                assertThat(lookingAgain(run)).isEqualTo(1);
            });
            assertThat(group.refreshes()).isEqualTo(1);
        }
    }

    @Test
    void awaitAsgHealthyAndRemoveLeftovers_withoutKeys_sayItOnceAndGoOn() throws Throwable {
        try (EmbeddedGroup group = new EmbeddedGroup(AWS).create()) {
            throttle();
            long before = AWS.refused("AssumeRole");
            sessions.then(r -> {
                WorkflowRun await = start(r, "awaitAsgHealthy " + group.arguments("1") + ", stabilitySeconds: 2");
                WorkflowRun remove = start(r, "removeLeftovers app: 'web', environment: 'keyless'");
                Deadline.await(LIMIT, "looks without keys", () -> AWS.refused("AssumeRole") > before + 4 * LOOK);
                AWS.fault("clear");
                finished(r, await, Result.SUCCESS);
                finished(r, remove, Result.SUCCESS);
                assertThat(lookingAgain(await)).isEqualTo(1);
                assertThat(lookingAgain(remove)).isEqualTo(1);
            });
        }
    }

    private static void throttle() throws Exception {
        AWS.fault("fail", "sts:AssumeRole", "--code", "Throttling", "--status", "400");
    }

    private static WorkflowRun start(JenkinsRule r, String step) throws Exception {
        String line = step + ", roleArn: 'arn:aws:iam::123456789012:role/deploy', region: 'us-east-1', endpoint: '"
                + AWS.endpoint() + "'";
        return define(r, withKeys(line)).scheduleBuild2(0).waitForStart();
    }

    private static long lookingAgain(WorkflowRun run) throws Exception {
        return run.getLog(Integer.MAX_VALUE).stream()
                .filter(line -> line.endsWith("; looking again"))
                .count();
    }
}
