package io.jenkins.plugins.amideploy.jenkins.run;

import static io.jenkins.plugins.amideploy.jenkins.ToolPipelines.define;
import static io.jenkins.plugins.amideploy.jenkins.ToolPipelines.finished;
import static io.jenkins.plugins.amideploy.jenkins.ToolPipelines.withKeys;
import static org.assertj.core.api.Assertions.assertThat;

import hudson.AbortException;
import hudson.model.Result;
import io.jenkins.plugins.amideploy.jenkins.EmbeddedAws;
import io.jenkins.plugins.amideploy.jenkins.EmbeddedGroup;
import io.jenkins.plugins.amideploy.jenkins.OneController;
import java.util.List;
import net.sf.json.JSONObject;
import org.htmlunit.html.HtmlElement;
import org.jenkinsci.plugins.workflow.actions.ErrorAction;
import org.jenkinsci.plugins.workflow.graph.FlowNode;
import org.jenkinsci.plugins.workflow.graphanalysis.DepthFirstScanner;
import org.jenkinsci.plugins.workflow.graphanalysis.NodeStepTypePredicate;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.jvnet.hudson.test.JenkinsRule;

/** Where a build says why a step of it failed: the step's node, the end of the log, its page and the remote API. */
@ExtendWith(OneController.class)
@Execution(ExecutionMode.CONCURRENT)
class FailedStepTest {
    @RegisterExtension
    static final EmbeddedAws AWS = EmbeddedAws.withRecords();

    private static final String MISSING = "environments/none.pkrvars.hcl does not exist in ";

    private JenkinsRule r;

    @BeforeEach
    void setUp(JenkinsRule rule) {
        r = rule;
    }

    @Test
    void failure_isOnTheStepsOwnNode_asAPlainErrorOfTwoLinesAtMost() throws Exception {
        WorkflowRun run = build(Result.FAILURE, "node { stage('Bake') { bakeAmi 'none' } }");

        FlowNode step = node(run, "bakeAmi");
        Throwable error = step.getPersistentAction(ErrorAction.class).getError();
        assertThat(error).isExactlyInstanceOf(AbortException.class);
        assertThat(error.getMessage())
                .startsWith("BAD_INPUT: " + MISSING)
                .doesNotContain("\n")
                .hasSizeLessThanOrEqualTo(200);
    }

    @Test
    void log_endsWithTheCauseAndWhatToDo_saidOnce() throws Exception {
        List<String> log = build(Result.FAILURE, "node { bakeAmi 'none' }").getLog(1000);

        assertThat(log).filteredOn(line -> line.startsWith("BAD_INPUT: ")).hasSize(1);
        assertThat(log).contains("  do: copy environments/example.pkrvars.hcl to it, or name another environment");
        assertThat(log.get(log.size() - 2)).startsWith("ERROR: BAD_INPUT: " + MISSING);
    }

    @Test
    void log_afterWhichMoreWasDone_hasTheCauseAgainAtItsEnd() throws Exception {
        List<String> log = build(Result.FAILURE, "node { try { bakeAmi 'none' } finally { echo 'tidied up' } }")
                .getLog(1000);

        List<String> end = log.subList(log.indexOf("tidied up"), log.size());
        assertThat(end)
                .anySatisfy(line -> assertThat(line).startsWith("BAD_INPUT: " + MISSING))
                .contains("  do: copy environments/example.pkrvars.hcl to it, or name another environment");
    }

    @Test
    void log_ofABuildThatEndsForAnotherReason_hasNotTheOneThatItBore() throws Exception {
        List<String> log = build(
                        Result.FAILURE, "node { catchError(buildResult: 'SUCCESS') { bakeAmi 'none' }\n error 'mine' }")
                .getLog(1000);

        assertThat(log).filteredOn(line -> line.startsWith("BAD_INPUT: ")).hasSize(1);
        assertThat(log.get(log.size() - 2)).isEqualTo("ERROR: mine");
    }

    @Test
    void pageAndRemoteApi_haveItInParts() throws Exception {
        try (EmbeddedGroup group = new EmbeddedGroup(AWS).create()) {
            String version = group.publish("ami-0123456789abcdef0");
            WorkflowRun run = build(
                    Result.FAILURE,
                    withKeys("rolloutAsg " + group.arguments(version)
                            + ", stabilitySeconds: 1, region: 'us-east-1', endpoint: '" + AWS.endpoint() + "'"));

            String table = r.createWebClient()
                    .getPage(run)
                    .<HtmlElement>getFirstByXPath("//table[contains(@class,'ami-deploy-release')]")
                    .asNormalizedText();
            assertThat(table)
                    .contains("rolloutAsg " + group.name(), "Cause", "IMAGE_MISSING", "What to do")
                    .contains("State", "failed: IMAGE_MISSING");
            JSONObject failure =
                    r.getJSON(run.getUrl() + "api/json?depth=3").getJSONObject().getJSONArray("actions").stream()
                            .map(JSONObject.class::cast)
                            .filter(action -> action.has("failures"))
                            .findFirst()
                            .orElseThrow()
                            .getJSONArray("failures")
                            .getJSONObject(0);
            assertThat(failure.getString("cause")).isEqualTo("IMAGE_MISSING");
            assertThat(failure.getString("step")).isEqualTo("rolloutAsg");
            assertThat(failure.getString("node"))
                    .isEqualTo(node(run, "rolloutAsg").getId());
            assertThat(failure.getJSONArray("evidence").isEmpty()).isFalse();
            assertThat(failure.getString("aftermath")).isEqualTo("nothing was started");
            assertThat(failure.getString("cure")).isNotEmpty();
        }
    }

    @Test
    void step_thatSucceedsWhenItIsTriedAgain_isNoFailureAnyMore() throws Exception {
        WorkflowRun run = build(
                Result.SUCCESS,
                """
                node {
                  int tries = 0
                  retry(2) {
                    writeFile file: "recipes/${tries++ == 0 ? 'none' : 'ansible'}/x", text: ''
                    writeFile file: 'recipes/packer/x', text: ''
                    writeFile file: 'recipes/terraform/x', text: ''
                    deployRecipes recipes: 'recipes'
                  }
                }
                """);

        assertThat(run.getAction(ReleaseAction.class).getFailures()).isEmpty();
        r.assertLogContains("has no directory ansible", run);
    }

    private WorkflowRun build(Result result, String script) throws Exception {
        return finished(r, define(r, script).scheduleBuild2(0).waitForStart(), result);
    }

    private static FlowNode node(WorkflowRun run, String step) {
        return new DepthFirstScanner()
                .filteredNodes(run.getExecution(), new NodeStepTypePredicate(step))
                .get(0);
    }
}
