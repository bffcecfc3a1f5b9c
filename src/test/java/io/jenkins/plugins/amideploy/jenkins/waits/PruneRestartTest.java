package io.jenkins.plugins.amideploy.jenkins.waits;

import static io.jenkins.plugins.amideploy.jenkins.ToolPipelines.define;
import static io.jenkins.plugins.amideploy.jenkins.ToolPipelines.finished;
import static io.jenkins.plugins.amideploy.jenkins.ToolPipelines.withKeys;
import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.Result;
import io.jenkins.plugins.amideploy.jenkins.EmbeddedAws;
import io.jenkins.plugins.amideploy.jenkins.EmbeddedReleases;
import io.jenkins.plugins.amideploy.jenkins.OneController;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.jvnet.hudson.test.JenkinsRule;

/** {@code pruneImages} over a restart of the controller. */
class PruneRestartTest {
    @RegisterExtension
    static final EmbeddedAws AWS = EmbeddedAws.withRecords();

    @RegisterExtension
    static final OneController CONTROLLER = new OneController();

    /** What nobody needs any more since the list was shown is the next prune's. */
    @Test
    void pruneImages_restartInTheMiddle_removesWhatWasShownAndNothingElse(JenkinsRule before) throws Exception {
        try (EmbeddedReleases releases = new EmbeddedReleases(AWS, "restarted")) {
            String first = releases.next();
            String second = releases.next();
            AWS.fault("fail", "ec2:DeregisterImage", "--code", "DependencyViolation", "--status", "400");
            WorkflowRun begun = define(
                            before,
                            withKeys("def end = pruneImages app: 'restarted', keep: 1, region: 'us-east-1', endpoint: '"
                                    + AWS.endpoint() + "'\n echo \"pruned ${end.removed}\""))
                    .scheduleBuild2(0)
                    .waitForStart();
            before.waitForMessage("not removed yet: image " + first, begun);
            String job = begun.getParent().getFullName();

            JenkinsRule after = CONTROLLER.restart();
            String third = releases.next();
            AWS.fault("clear");
            WorkflowRun run = finished(
                    after,
                    after.jenkins.getItemByFullName(job, WorkflowJob.class).getBuildByNumber(1),
                    Result.SUCCESS);

            after.assertLogContains("pruned [" + first + "]", run);
            assertThat(releases.images()).containsExactlyInAnyOrder(second, third);
            assertThat(releases.claims()).isEmpty();
        }
    }
}
