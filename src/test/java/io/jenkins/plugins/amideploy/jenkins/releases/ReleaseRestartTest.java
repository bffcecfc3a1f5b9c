package io.jenkins.plugins.amideploy.jenkins.releases;

import static io.jenkins.plugins.amideploy.jenkins.ToolPipelines.define;
import static io.jenkins.plugins.amideploy.jenkins.ToolPipelines.finished;
import static org.assertj.core.api.Assertions.assertThat;

import com.cloudbees.jenkins.plugins.awscredentials.AWSCredentialsImpl;
import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import hudson.model.Result;
import io.jenkins.plugins.amideploy.engine.release.End;
import io.jenkins.plugins.amideploy.engine.release.Facts.Name;
import io.jenkins.plugins.amideploy.jenkins.Deadline;
import io.jenkins.plugins.amideploy.jenkins.EmbeddedAws;
import io.jenkins.plugins.amideploy.jenkins.OneController;
import io.jenkins.plugins.amideploy.jenkins.Repositories;
import io.jenkins.plugins.amideploy.jenkins.config.AmiDeployConfiguration;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import jenkins.plugins.git.GitSCMSource;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.jenkinsci.plugins.workflow.libs.GlobalLibraries;
import org.jenkinsci.plugins.workflow.libs.LibraryConfiguration;
import org.jenkinsci.plugins.workflow.libs.SCMSourceRetriever;
import org.jenkinsci.plugins.workflow.support.steps.input.InputAction;
import org.jenkinsci.plugins.workflow.support.steps.input.InputStepExecution;
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
    private static ReleaseWorld removing;
    private static ReleaseWorld pushing;
    private static ReleaseWorld asking;
    private static String asked;
    private static String removed;
    private static String pushed;
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
        removing = new ReleaseWorld(AWS, directory);
        pushing = new ReleaseWorld(AWS, directory);
        removing.group().create().tag(removing.app());
        pushing.tools().hold("state");
        asking = new ReleaseWorld(AWS, directory);
        awaiting.group().create();
        applying.tools().hold("apply");

        WorkflowRun apply = applying.start(r, applying.bake(), applying.deployment());
        WorkflowRun approve =
                approving.start(r, approving.plan(), "input 'go on?'\n", approving.apply(), approving.await());
        WorkflowRun await = awaiting.start(
                r, awaiting.plan(), awaiting.apply(), awaiting.await().replace("Seconds: 1", "Seconds: 60"));
        AWS.fault("fail", "autoscaling:DeleteAutoScalingGroup", "--code", "ScalingActivityInProgress");
        WorkflowRun remove = removing.start(r, "terraformDestroy environment: '" + removing.environment() + "'\n");
        WorkflowRun push = pushing.start(
                r,
                "writeFile file: 'mine.tfstate', text: '{\"version\":4,\"serial\":5,\"lineage\":\"l\",\"resources\":[]}'\n"
                        + "pushState environment: '" + pushing.environment() + "', file: 'mine.tfstate'\n");
        WorkflowRun ask = asking().scheduleBuild2(0).waitForStart();
        r.waitForMessage("not removed yet: ", remove);
        r.waitForMessage("Input requested", ask);
        asked = ask.getParent().getFullName();
        pushing.tools().awaitHeld("state");
        removed = remove.getParent().getFullName();
        pushed = push.getParent().getFullName();
        applying.tools().awaitHeld("apply");
        r.waitForMessage("go on?", approve);
        r.waitForMessage(awaiting.group().name(), await);
        applied = apply.getParent().getFullName();
        approved = approve.getParent().getFullName();
        awaited = await.getParent().getFullName();
        before = approving.claims().current().orElseThrow().seenAt();

        r = CONTROLLER.restart();
        AWS.fault("clear");
    }

    @AfterAll
    static void close() {
        for (ReleaseWorld world : new ReleaseWorld[] {applying, approving, awaiting, removing, pushing, asking}) {
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

    @Test
    void terraformDestroy_restartWhileItRemovesWhatNoStateKnows_doesTheRestAndThenDestroys() throws Exception {
        WorkflowRun run = finished(r, again(removed), Result.SUCCESS);

        assertThat(r.getLog(run))
                .containsOnlyOnce(
                        "removed Auto Scaling group " + removing.group().name());
        assertThat(removing.group().isThere()).isFalse();
        assertThat(removing.tools().notes()).containsOnlyOnce("terraform plan").containsOnlyOnce("terraform apply");
        assertThat(removing.claims().current()).isEmpty();
    }

    @Test
    void pushState_restartWhileTerraformWrites_takesItUpAgain() throws Exception {
        assertThat(pushing.claims().current()).isPresent();
        pushing.tools().release("state");
        WorkflowRun run = finished(r, again(pushed), Result.SUCCESS);

        r.assertLogContains("Wrote the state of " + pushing.environment() + ": serial 5", run);
        assertThat(pushing.tools().notes()).containsOnlyOnce("terraform state");
        assertThat(pushing.claims().current()).isEmpty();
    }

    /** What the plugin brings in Groovy goes on in its middle: the rest of it is in the build's program, the classes in the plugin. */
    @Test
    void destroyWebApp_restartWhileItAsks_goesOnWithTheAnswer() throws Exception {
        WorkflowRun run = again(asked);
        Deadline.await(
                Duration.ofSeconds(90),
                "the question",
                () -> run.getAction(InputAction.class) != null
                        && !run.getAction(InputAction.class).getExecutions().isEmpty());
        InputStepExecution question =
                run.getAction(InputAction.class).getExecutions().get(0);
        assertThat(question.getInput().getMessage())
                .isEqualTo("Take web in " + asking.environment()
                        + " away, with its images? 1 to add, 1 to change, 0 to replace, 0 to destroy; account"
                        + " 123456789012, region us-east-1");
        question.proceed(Map.of("NAME", asking.environment()));

        finished(r, run, Result.SUCCESS);
        assertThat(asking.tools().notes()).containsOnlyOnce("terraform plan").containsOnlyOnce("terraform apply");
        assertThat(run.getDescription()).isEqualTo(asking.environment() + ": 0 left behind");
        assertThat(asking.claims().current()).isEmpty();
    }

    /** destroyWebApp of the plugin, of an environment that has a state, with an agent without Docker. */
    private static WorkflowJob asking() throws Exception {
        asking.objects()
                .write(
                        "web/" + asking.environment() + "/terraform.tfstate",
                        "{\"version\": 4, \"serial\": 1, \"lineage\": \"l\", \"resources\": []}");
        Path library = Repositories.committed(
                directory.resolve("library"),
                Map.of(
                        "vars/withDeployTools.groovy",
                        "def call(Map config, Closure body) {\n" + asking.onAnAgent("body()") + "}\n"));
        LibraryConfiguration bare = new LibraryConfiguration(
                "bare", new SCMSourceRetriever(new GitSCMSource(library.toUri().toString())));
        bare.setDefaultVersion("master");
        GlobalLibraries.get().setLibraries(List.of(bare));
        return define(
                r,
                "@Library('bare') _\ndestroyWebApp(environment: '" + asking.environment() + "', endpoint: '"
                        + AWS.endpoint() + "')\n");
    }

    private static WorkflowRun again(String name) {
        return r.jenkins.getItemByFullName(name, WorkflowJob.class).getBuildByNumber(1);
    }
}
