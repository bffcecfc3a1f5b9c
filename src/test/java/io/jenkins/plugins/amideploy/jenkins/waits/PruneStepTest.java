package io.jenkins.plugins.amideploy.jenkins.waits;

import static io.jenkins.plugins.amideploy.jenkins.ToolPipelines.define;
import static io.jenkins.plugins.amideploy.jenkins.ToolPipelines.finished;
import static io.jenkins.plugins.amideploy.jenkins.ToolPipelines.withKeys;
import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.Result;
import io.jenkins.plugins.amideploy.jenkins.EmbeddedAws;
import io.jenkins.plugins.amideploy.jenkins.EmbeddedReleases;
import io.jenkins.plugins.amideploy.jenkins.OneController;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.jvnet.hudson.test.JenkinsRule;

/** {@code pruneImages} in a pipeline without an agent, on images and records of the embedded AWS. */
@ExtendWith(OneController.class)
class PruneStepTest {
    @RegisterExtension
    static final EmbeddedAws AWS = EmbeddedAws.withRecords();

    @Test
    void pruneImages_showsAndRemovesWhatNobodyGoesBackTo(JenkinsRule r) throws Exception {
        try (EmbeddedReleases releases = new EmbeddedReleases(AWS, "shop")) {
            String first = releases.next();
            String second = releases.next();
            String third = releases.next();

            WorkflowRun shown = finished(r, start(r, "app: 'shop', keep: 2, dryRun: true"), Result.SUCCESS);
            r.assertLogContains("would remove image " + first + " (shop-1) with 1 snapshot", shown);
            r.assertLogContains("pruned [" + first + "]", shown);
            r.assertLogContains("1 would be removed, 2 kept", shown);
            assertThat(releases.images()).containsExactlyInAnyOrder(first, second, third);

            WorkflowRun pruned = finished(r, start(r, "app: 'shop', keep: 2"), Result.SUCCESS);
            r.assertLogContains("removed image " + first, pruned);
            r.assertLogContains("pruned [" + first + "], kept 2", pruned);
            r.assertLogContains("keeps image " + second + " (shop-2): demo release 2 can be gone back to", pruned);
            assertThat(releases.images()).containsExactlyInAnyOrder(second, third);
            assertThat(releases.claims()).isEmpty();
        }
    }

    @Test
    void pruneImages_recordCannotBeRead_removesNothingAndFails(JenkinsRule r) throws Exception {
        try (EmbeddedReleases releases = new EmbeddedReleases(AWS, "damaged")) {
            releases.next();
            releases.next();
            releases.damage(2);

            WorkflowRun run = finished(r, start(r, "app: 'damaged', keep: 1"), Result.FAILURE);

            r.assertLogContains("ERROR: LEFT_BEHIND: images of damaged: 1 left behind", run);
            r.assertLogContains("  not looked at: damaged/demo/releases/000002/end.json", run);
            assertThat(releases.images()).hasSize(2);
        }
    }

    @Test
    void pruneImages_aborted_endsAndLeavesTheRestWithoutAMarker(JenkinsRule r) throws Exception {
        try (EmbeddedReleases releases = new EmbeddedReleases(AWS, "aborted")) {
            releases.next();
            releases.next();
            AWS.fault("fail", "ec2:DeregisterImage", "--code", "DependencyViolation", "--status", "400");
            try {
                WorkflowRun run = start(r, "app: 'aborted', keep: 1");
                r.waitForMessage("not removed yet", run);
                run.doStop();
                finished(r, run, Result.ABORTED);
                r.assertLogContains("Stopped: images that are still there stay; another run does the rest", run);
                r.assertLogNotContains("pruned", run);
            } finally {
                AWS.fault("clear");
            }
            assertThat(releases.images()).hasSize(2);
            assertThat(releases.claims()).isEmpty();
        }
    }

    private static WorkflowRun start(JenkinsRule r, String arguments) throws Exception {
        String step = "def end = pruneImages(" + arguments + ", region: 'us-east-1', endpoint: '" + AWS.endpoint()
                + "')\n echo \"pruned ${end.removed}, kept ${end.kept.size()}\"";
        return define(r, withKeys(step)).scheduleBuild2(0).waitForStart();
    }
}
