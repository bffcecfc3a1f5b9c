package io.jenkins.plugins.amideploy.jenkins.releases;

import static io.jenkins.plugins.amideploy.jenkins.ToolPipelines.finished;
import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.Result;
import io.jenkins.plugins.amideploy.engine.release.EnvironmentClaims;
import io.jenkins.plugins.amideploy.engine.release.EnvironmentClaims.Life;
import io.jenkins.plugins.amideploy.engine.release.Run.Owner;
import io.jenkins.plugins.amideploy.engine.rollout.TemplateVersion;
import io.jenkins.plugins.amideploy.jenkins.Deadline;
import io.jenkins.plugins.amideploy.jenkins.EmbeddedAws;
import io.jenkins.plugins.amideploy.jenkins.OneController;
import java.nio.file.Path;
import java.time.Duration;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.jvnet.hudson.test.JenkinsRule;

/** {@code rolloutAsg} where a refresh runs that a run began which is over, or somebody else. */
@ExtendWith(OneController.class)
@Execution(ExecutionMode.CONCURRENT)
class AbandonedRefreshTest {
    @RegisterExtension
    static final EmbeddedAws AWS = EmbeddedAws.withRecords();

    private static final Owner GONE = new Owner("cli-gone", "", "elsewhere", "boot", 4711, "1");

    @TempDir
    Path directory;

    private JenkinsRule r;
    private ReleaseWorld world;

    @BeforeEach
    void setUp(JenkinsRule rule) throws Exception {
        r = rule;
        world = new ReleaseWorld(AWS, directory);
    }

    @AfterEach
    void tearDown() {
        world.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void rolloutAsg_anotherRefreshRuns_isReplacedOnlyWhereARunOfOursLeftIt(boolean isOurs) throws Exception {
        world.group().create();
        String left = world.group().publish(world.group().image());
        if (isOurs) {
            EnvironmentClaims claims = world.claims();
            claims.take(GONE, owner -> Life.DEAD, true);
            claims.rollsOut(GONE, new TemplateVersion(world.group().template(), left));
            claims.release(GONE);
        }
        String refresh = world.group().refresh(left);
        String version = world.group().publish(world.group().image());

        WorkflowRun run = world.start(
                r, world.plan(), world.apply(), "rolloutAsg " + world.group().arguments(version));

        if (isOurs) {
            Deadline.await(
                    Duration.ofSeconds(120),
                    "its own refresh",
                    () -> world.group().refreshes() == 2);
            run.doStop();
            finished(r, run, Result.ABORTED);
            r.assertLogContains("cancelling instance refresh " + refresh, run);
            r.assertLogContains("which cli-gone left: ", run);
        } else {
            finished(r, run, Result.FAILURE);
            assertThat(world.end(1).failure().orElseThrow().cause()).isEqualTo("OTHER_REFRESH_RUNNING");
        }
    }
}
