package io.jenkins.plugins.amideploy.jenkins.waits;

import static io.jenkins.plugins.amideploy.jenkins.ToolPipelines.define;
import static io.jenkins.plugins.amideploy.jenkins.ToolPipelines.finished;
import static io.jenkins.plugins.amideploy.jenkins.ToolPipelines.withKeys;
import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.Result;
import io.jenkins.plugins.amideploy.jenkins.Deadline;
import io.jenkins.plugins.amideploy.jenkins.EmbeddedAws;
import io.jenkins.plugins.amideploy.jenkins.EmbeddedGroup;
import io.jenkins.plugins.amideploy.jenkins.OneController;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.jvnet.hudson.test.JenkinsRule;

/** The wait steps while AWS gives no keys of their role, for a reason that passes. */
class WaitWithoutKeysTest {
    private static final Duration LIMIT = Duration.ofSeconds(90);

    /** Calls: the most that the SDK makes in one look before it gives a throttled one up. */
    private static final int LOOK = 4;

    @RegisterExtension
    static final EmbeddedAws AWS = EmbeddedAws.withRecords();

    @RegisterExtension
    static final OneController CONTROLLER = new OneController();

    private static JenkinsRule r;
    private static EmbeddedGroup awaited;
    private static EmbeddedGroup rolled;
    private static WorkflowRun await;
    private static WorkflowRun remove;
    private static WorkflowRun rollout;

    /** The rollout is restarted, so that it asks for its keys anew; the others begin without. */
    @BeforeAll
    static void noKeysForAWhile(JenkinsRule before) throws Exception {
        r = before;
        awaited = new EmbeddedGroup(AWS).create();
        rolled = new EmbeddedGroup(AWS).create();
        String version = rolled.publish(rolled.image());
        String name = start("rolloutAsg " + rolled.arguments(version) + ", stabilitySeconds: 2")
                .getParent()
                .getFullName();
        Deadline.await(LIMIT, "refresh", () -> rolled.refreshes() == 1);
        AWS.fault("fail", "sts:AssumeRole", "--code", "Throttling", "--status", "400");
        try {
            r = CONTROLLER.restart();
            long refused = AWS.refused("AssumeRole");
            rollout = r.jenkins.getItemByFullName(name, WorkflowJob.class).getBuildByNumber(1);
            await = start("awaitAsgHealthy " + awaited.arguments("1") + ", stabilitySeconds: 2");
            remove = start("removeLeftovers app: 'web', environment: 'keyless'");
            Deadline.await(
                    LIMIT, "two looks of each without keys", () -> AWS.refused("AssumeRole") > refused + 6 * LOOK);
            for (WorkflowRun run : List.of(rollout, await, remove)) {
                Deadline.await(LIMIT, "word of it from " + run, () -> lookingAgain(run) > 0);
            }
        } finally {
            AWS.fault("clear");
        }
    }

    @AfterAll
    static void close() {
        awaited.close();
        rolled.close();
    }

    /** After a restart the keys are asked for anew. */
    @Test
    void rolloutAsg_restartedWithoutKeys_saysItOnceAndGoesOn() throws Exception {
        finished(r, rollout, Result.SUCCESS);

        assertThat(lookingAgain(rollout)).isEqualTo(1);
        assertThat(rolled.refreshes()).isEqualTo(1);
    }

    @Test
    void awaitAsgHealthy_withoutKeys_saysItOnceAndGoesOn() throws Exception {
        finished(r, await, Result.SUCCESS);

        assertThat(lookingAgain(await)).isEqualTo(1);
    }

    @Test
    void removeLeftovers_withoutKeys_saysItOnceAndGoesOn() throws Exception {
        finished(r, remove, Result.SUCCESS);

        assertThat(lookingAgain(remove)).isEqualTo(1);
    }

    private static WorkflowRun start(String step) throws Exception {
        String line = step + ", roleArn: 'arn:aws:iam::123456789012:role/deploy', region: 'us-east-1', endpoint: '"
                + AWS.endpoint() + "'";
        return define(r, withKeys(line)).scheduleBuild2(0).waitForStart();
    }

    private static long lookingAgain(WorkflowRun run) throws IOException {
        return run.getLog(Integer.MAX_VALUE).stream()
                .filter(line -> line.endsWith("; looking again"))
                .count();
    }
}
