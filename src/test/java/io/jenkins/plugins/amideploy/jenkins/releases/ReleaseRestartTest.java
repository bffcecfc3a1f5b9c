package io.jenkins.plugins.amideploy.jenkins.releases;

import static io.jenkins.plugins.amideploy.jenkins.ToolPipelines.finished;
import static org.assertj.core.api.Assertions.assertThat;

import com.cloudbees.jenkins.plugins.awscredentials.AWSCredentialsImpl;
import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import hudson.model.Result;
import io.jenkins.plugins.amideploy.engine.release.End;
import io.jenkins.plugins.amideploy.engine.release.Facts.Name;
import io.jenkins.plugins.amideploy.jenkins.EmbeddedAws;
import io.jenkins.plugins.amideploy.jenkins.OneController;
import io.jenkins.plugins.amideploy.jenkins.config.AmiDeployConfiguration;
import java.nio.file.Path;
import java.time.Instant;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;

/** Releases over one restart of the controller, which comes in the middle of all of them. */
class ReleaseRestartTest {
    @RegisterExtension
    static final EmbeddedAws AWS = EmbeddedAws.withRecords();

    @RegisterExtension
    static final OneController CONTROLLER = new OneController();

    @TempDir
    static Path directory;

    private static JenkinsRule r;
    private static ReleaseWorld applying;
    private static ReleaseWorld approving;
    private static ReleaseWorld awaiting;
    private static String applied;
    private static String approved;
    private static String awaited;
    private static Instant before;

    @BeforeAll
    static void restartInTheMiddle(JenkinsRule rule) throws Exception {
        r = rule;
        AmiDeployConfiguration.get().setCredentialsId("deployer");
        SystemCredentialsProvider provider = SystemCredentialsProvider.getInstance();
        provider.getCredentials()
                .add(new AWSCredentialsImpl(CredentialsScope.GLOBAL, "deployer", "AKIATEST", "secret", ""));
        provider.save();
        applying = new ReleaseWorld(AWS, directory);
        approving = new ReleaseWorld(AWS, directory);
        awaiting = new ReleaseWorld(AWS, directory);
        applying.group().create();
        approving.group().create();
        awaiting.group().create();
        applying.tools().hold("apply");

        WorkflowRun apply = applying.start(r, applying.bake(), applying.deployment());
        WorkflowRun approve =
                approving.start(r, approving.plan(), "input 'go on?'\n", approving.apply(), approving.await());
        WorkflowRun await = awaiting.start(
                r, awaiting.plan(), awaiting.apply(), awaiting.await().replace("Seconds: 1", "Seconds: 60"));
        applying.tools().awaitHeld("apply");
        r.waitForMessage("go on?", approve);
        r.waitForMessage(awaiting.group().name(), await);
        applied = apply.getParent().getFullName();
        approved = approve.getParent().getFullName();
        awaited = await.getParent().getFullName();
        before = approving.claims().current().orElseThrow().seenAt();

        r = CONTROLLER.restart();
    }

    @AfterAll
    static void close() {
        for (ReleaseWorld world : new ReleaseWorld[] {applying, approving, awaiting}) {
            if (world != null) {
                world.close();
            }
        }
    }

    @Test
    void release_restartWhileApplying_isEndedByTheProofWithAllThatWasKnown() throws Exception {
        applying.tools().release("apply");
        finished(r, again(applied), Result.SUCCESS);

        End end = applying.end(1);
        assertThat(end.result()).isEqualTo(End.Result.HEALTHY);
        assertThat(end.facts().phases()).containsOnlyKeys("bake", "plan", "approve", "apply", "rollout");
        assertThat(end.facts().text(Name.PLAN)).isNotEmpty();
        assertThat(applying.claims().current()).isEmpty();
    }

    @Test
    void release_restartWhileWaiting_isEndedByTheProof() throws Exception {
        finished(r, again(awaited), Result.SUCCESS);

        assertThat(awaiting.end(1).result()).isEqualTo(End.Result.HEALTHY);
    }

    @Test
    void release_restartWhileItWaitsForAnApproval_livesOnAndIsEndedByTheAbort() throws Exception {
        new ReleaseBeat().execute(hudson.model.TaskListener.NULL);
        assertThat(approving.claims().current().orElseThrow().seenAt()).isAfter(before);

        again(approved).doStop();
        finished(r, again(approved), Result.ABORTED);
        assertThat(approving.end(1).result()).isEqualTo(End.Result.ABORTED);
        assertThat(approving.end(1).failure().orElseThrow().summary()).startsWith("the build was stopped");
        approving.awaitGivenBack();
    }

    private static WorkflowRun again(String name) {
        return r.jenkins.getItemByFullName(name, WorkflowJob.class).getBuildByNumber(1);
    }
}
