package io.jenkins.plugins.amideploy.jenkins.steps;

import static io.jenkins.plugins.amideploy.jenkins.ToolPipelines.define;
import static io.jenkins.plugins.amideploy.jenkins.ToolPipelines.finished;
import static io.jenkins.plugins.amideploy.jenkins.ToolPipelines.prepared;
import static io.jenkins.plugins.amideploy.jenkins.ToolPipelines.withKeys;
import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.Result;
import io.jenkins.plugins.amideploy.jenkins.EmbeddedAws;
import io.jenkins.plugins.amideploy.jenkins.EmbeddedGroup;
import io.jenkins.plugins.amideploy.jenkins.FakeTools;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.htmlunit.html.HtmlAnchor;
import org.htmlunit.html.HtmlElement;
import org.htmlunit.html.HtmlPage;
import org.jenkinsci.plugins.workflow.actions.LabelAction;
import org.jenkinsci.plugins.workflow.graph.FlowNode;
import org.jenkinsci.plugins.workflow.graphanalysis.DepthFirstScanner;
import org.jenkinsci.plugins.workflow.graphanalysis.NodeStepTypePredicate;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** Every step as the only one of a declarative pipeline; and what views, page and remote API say of it. */
@WithJenkins
class StepsInPipelinesTest {
    @RegisterExtension
    static final EmbeddedAws AWS = EmbeddedAws.withRecords();

    @TempDir
    Path directory;

    /** One test over all of them, since a Jenkins takes longer to start than they take to run. */
    @Test
    void everyStep_aloneInADeclarativePipeline_succeedsAndIsNamed(JenkinsRule r) throws Exception {
        r.jenkins.setNumExecutors(1);
        FakeTools tools = new FakeTools(directory.resolve("tools"));
        try (EmbeddedGroup group = new EmbeddedGroup(AWS).create();
                EmbeddedGroup rolled = new EmbeddedGroup(AWS).create()) {
            String version = rolled.publish(rolled.image());
            Map<String, WorkflowRun> runs = new LinkedHashMap<>();
            // The executor is taken by one after the other; the waits need none.
            start(r, runs, "awaitAsgHealthy", "none", waiting(group.arguments("1")));
            start(r, runs, "rolloutAsg", "none", waiting(rolled.arguments(version)));
            start(
                    r,
                    runs,
                    "removeLeftovers",
                    "none",
                    "app: 'web', environment: 'demo', region: 'us-east-1', endpoint: '" + AWS.endpoint() + "'");
            start(
                    r,
                    runs,
                    "pruneImages",
                    "none",
                    // Of web other tests may have stacks without a state in this account.
                    "app: 'pruned', region: 'us-east-1', endpoint: '" + AWS.endpoint() + "'");
            startTool(r, runs, tools, "findRelease", "environment: 'demo'");
            startTool(r, runs, tools, "bakeAmi", "environment: 'demo'");
            startTool(r, runs, tools, "terraformPlan", "environment: 'demo', amiId: 'ami-1', createStateBucket: true");
            startTool(r, runs, tools, "terraformApply", "environment: 'demo', amiId: 'ami-1', createStateBucket: true");
            startTool(r, runs, tools, "terraformDestroy", "environment: 'demo', createStateBucket: true");
            for (Map.Entry<String, WorkflowRun> run : runs.entrySet()) {
                finished(r, run.getValue(), Result.SUCCESS);
            }

            assertThat(label(runs, "findRelease")).isEqualTo("findRelease web in demo");
            assertThat(label(runs, "bakeAmi")).isEqualTo("bakeAmi web in demo");
            assertThat(label(runs, "terraformPlan")).isEqualTo("terraformPlan web in demo");
            assertThat(label(runs, "terraformApply")).isEqualTo("terraformApply web in demo");
            assertThat(label(runs, "terraformDestroy")).isEqualTo("terraformDestroy web in demo");
            assertThat(label(runs, "removeLeftovers")).isEqualTo("removeLeftovers web in demo");
            assertThat(label(runs, "pruneImages")).isEqualTo("pruneImages pruned");
            assertThat(label(runs, "rolloutAsg")).isEqualTo("rolloutAsg " + rolled.name());
            assertThat(label(runs, "awaitAsgHealthy")).isEqualTo("awaitAsgHealthy " + group.name());

            assertThat(released(r, runs, "bakeAmi")).contains("web-demo", "Image", "ami-0123456789abcdef0");
            assertThat(released(r, runs, "terraformPlan")).contains("web-demo", "Plan", "1 to add");
            assertThat(released(r, runs, "terraformApply")).contains("URL", "Launch template", "lt-0a version 3");
            assertThat(released(r, runs, "terraformDestroy")).contains("web-demo", "destroyed");
            assertThat(released(r, runs, "removeLeftovers")).contains("web-demo", "0 left behind");
            assertThat(released(r, runs, "pruneImages")).contains("images: 0 removed");
            assertThat(released(r, runs, "rolloutAsg")).contains(rolled.name(), "proven healthy in version 2 of lt-");
            assertThat(released(r, runs, "awaitAsgHealthy"))
                    .contains(group.name(), "proven healthy in version 1 of lt-");
            assertThat(page(r, runs.get("terraformApply"))
                            .<HtmlAnchor>getFirstByXPath("//table[contains(@class,'ami-deploy-release')]//a")
                            .getHrefAttribute())
                    .isEqualTo("http://127.0.0.9");
            assertThat(r.getJSON(runs.get("terraformApply").getUrl() + "api/json")
                            .getContentAsString())
                    .contains("{\"kind\":\"URL\",\"subject\":\"web-demo\",\"value\":\"http://127.0.0.9\"}");
        }
    }

    private static String waiting(String arguments) {
        return arguments + ", stabilitySeconds: 1, region: 'us-east-1', endpoint: '" + AWS.endpoint() + "'";
    }

    private static void startTool(
            JenkinsRule r, Map<String, WorkflowRun> runs, FakeTools tools, String step, String arguments)
            throws Exception {
        schedule(r, runs, step, "any", prepared(AWS, tools.directory(), withKeys(step + " " + arguments)));
    }

    private static void start(JenkinsRule r, Map<String, WorkflowRun> runs, String step, String agent, String arguments)
            throws Exception {
        schedule(r, runs, step, agent, withKeys(step + " " + arguments));
    }

    private static void schedule(JenkinsRule r, Map<String, WorkflowRun> runs, String step, String agent, String lines)
            throws Exception {
        runs.put(
                step,
                define(r, "pipeline { agent " + agent + "\n stages { stage('only') { steps {\n" + lines + "\n} } } }")
                        .scheduleBuild2(0)
                        .waitForStart());
    }

    private static String label(Map<String, WorkflowRun> runs, String step) {
        List<FlowNode> nodes =
                new DepthFirstScanner().filteredNodes(runs.get(step).getExecution(), new NodeStepTypePredicate(step));
        assertThat(nodes).as(step).hasSize(1);
        return nodes.get(0).getPersistentAction(LabelAction.class).getDisplayName();
    }

    private static String released(JenkinsRule r, Map<String, WorkflowRun> runs, String step) throws Exception {
        return page(r, runs.get(step))
                .<HtmlElement>getFirstByXPath("//table[contains(@class,'ami-deploy-release')]")
                .getTextContent();
    }

    private static HtmlPage page(JenkinsRule r, WorkflowRun run) throws Exception {
        return r.createWebClient().getPage(run);
    }
}
