package io.jenkins.plugins.amideploy.jenkins.releases;

import static io.jenkins.plugins.amideploy.jenkins.ToolPipelines.finished;
import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.Result;
import io.jenkins.plugins.amideploy.engine.release.End;
import io.jenkins.plugins.amideploy.jenkins.Deadline;
import io.jenkins.plugins.amideploy.jenkins.EmbeddedAws;
import io.jenkins.plugins.amideploy.jenkins.OneController;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jenkins.plugins.lockableresources.LockableResourcesManager;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.jenkinsci.plugins.workflow.support.steps.input.InputAction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;

/** A build waits for an approval and has the environment, for a day perhaps; what becomes of those that queue behind it. */
@ExtendWith(OneController.class)
class NewerBuildTest {
    private static final Duration LIMIT = Duration.ofSeconds(120);

    @RegisterExtension
    static final EmbeddedAws AWS = EmbeddedAws.withRecords();

    @TempDir
    Path directory;

    private JenkinsRule r;
    private ReleaseWorld world;

    @BeforeEach
    void setUp(JenkinsRule rule) throws Exception {
        r = rule;
        world = new ReleaseWorld(AWS, directory);
        world.group().create();
    }

    @AfterEach
    void tearDown() {
        world.close();
    }

    /** A deployment under the lock that deployWebApp and the Jenkinsfile take. */
    private String deployment() {
        return "lock(resource: '" + world.environment() + "', inversePrecedence: true) {\n" + world.plan()
                + "if (env.BUILD_NUMBER == '1') { input id: 'Apply', message: 'Apply?' }\n" + world.apply()
                + world.await()
                + "}\n";
    }

    @Test
    void buildsThatQueuedDuringAnApproval_newestDeploys_olderAreRefusedByName() throws Exception {
        WorkflowJob job = world.job(r, deployment());
        WorkflowRun first = job.scheduleBuild2(0).waitForStart();
        r.waitForMessage("Proceed or Abort", first);
        WorkflowRun older = queued(job);
        WorkflowRun newer = queued(job);

        first.getAction(InputAction.class).getExecutions().get(0).proceed(Map.of());

        finished(r, first, Result.SUCCESS);
        finished(r, newer, Result.SUCCESS);
        finished(r, older, Result.FAILURE);
        r.assertLogContains(
                "ENVIRONMENT_HELD: " + world.environment()
                        + " was deployed to by a newer build of this job while this one, #2, waited: release 2 is of "
                        + BuildOwner.url(newer),
                older);
        assertThat(world.end(2).result()).isIn(End.Result.HEALTHY, End.Result.UNCHANGED);
        assertThat(world.records().read(3)).isEmpty();
        assertThat(world.claims().current()).isEmpty();
    }

    /** One that runs into the lock, not into another's release. */
    private WorkflowRun queued(WorkflowJob job) throws Exception {
        WorkflowRun run = job.scheduleBuild2(0).waitForStart();
        Deadline.await(
                LIMIT,
                "build " + run.getNumber() + " in the queue of the lock",
                () -> LockableResourcesManager.get().getCurrentQueuedContext().stream()
                        .anyMatch(context -> run.equals(context.getBuild())));
        return run;
    }
}
