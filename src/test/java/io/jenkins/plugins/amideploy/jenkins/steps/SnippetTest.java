package io.jenkins.plugins.amideploy.jenkins.steps;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.amideploy.jenkins.OneController;
import java.util.List;
import org.jenkinsci.plugins.workflow.cps.Snippetizer;
import org.jenkinsci.plugins.workflow.steps.Step;
import org.jenkinsci.plugins.workflow.steps.StepConfigTester;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.jvnet.hudson.test.JenkinsRule;

/** Every step through its form and as a line of a pipeline. */
@ExtendWith(OneController.class)
class SnippetTest {
    @Test
    void bakeAmi(JenkinsRule r) throws Exception {
        BakeAmiStep step = new BakeAmiStep("demo");
        same(r, step, "bakeAmi 'demo'");
        step.setFresh(true);
        same(r, step, "bakeAmi environment: 'demo', fresh: true");
        step.setApplicationDirectory("shop");
        step.setImageFile("shop/image.yml");
        step.setRecipes("recipes");
        step.setAppVersion("1.2");
        step.setCommit("abc");
        step.setVariablesFile("other.hcl");
        step.setTimeoutMinutes(90);
        step.setRegion("eu-central-1");
        step.setRoleArn("arn:aws:iam::123456789012:role/deploy");
        step.setEndpoint("http://127.0.0.1:4566");
        roundTrip(r, step);
    }

    @Test
    void deployRecipes(JenkinsRule r) throws Exception {
        DeployRecipesStep step = new DeployRecipesStep();
        same(r, step, "deployRecipes()");
        step.setRecipes("recipes");
        same(r, step, "deployRecipes recipes: 'recipes'");
    }

    @Test
    void findRelease(JenkinsRule r) throws Exception {
        FindReleaseStep step = new FindReleaseStep("prod");
        same(r, step, "findRelease 'prod'");
        step.setFrom("demo");
        same(r, step, "findRelease environment: 'prod', from: 'demo'");
        step.setRollbackTo("previous");
        step.setTakeOver(true);
        step.setRecipes("recipes");
        step.setVariablesFile("other.hcl");
        step.setTimeoutMinutes(9);
        roundTrip(r, step);
    }

    @Test
    void pushState(JenkinsRule r) throws Exception {
        PushStateStep step = new PushStateStep("prod");
        same(r, step, "pushState 'prod'");
        step.setFile("errored.tfstate");
        same(r, step, "pushState environment: 'prod', file: 'errored.tfstate'");
        step.setRecipes("recipes");
        step.setVariablesFile("other.hcl");
        step.setTimeoutMinutes(9);
        roundTrip(r, step);
    }

    @Test
    void terraformPlan(JenkinsRule r) throws Exception {
        TerraformPlanStep step = new TerraformPlanStep("demo");
        step.setAmiId("ami-1");
        same(r, step, "terraformPlan amiId: 'ami-1', environment: 'demo'");
        step.setDestroy(true);
        step.setCreateStateBucket(true);
        roundTrip(r, step);
    }

    @Test
    void terraformApply(JenkinsRule r) throws Exception {
        TerraformApplyStep step = new TerraformApplyStep("demo");
        step.setPlanSha256("00ff");
        same(r, step, "terraformApply environment: 'demo', planSha256: '00ff'");
        step.setAmiId("ami-1");
        roundTrip(r, step);
    }

    @Test
    void terraformDestroy(JenkinsRule r) throws Exception {
        TerraformDestroyStep step = new TerraformDestroyStep("demo");
        same(r, step, "terraformDestroy 'demo'");
        step.setPlanSha256("00ff");
        roundTrip(r, step);
    }

    @Test
    void awaitAsgHealthy(JenkinsRule r) throws Exception {
        AwaitAsgHealthyStep step = new AwaitAsgHealthyStep("web-demo", "lt-0a", "3");
        same(r, step, "awaitAsgHealthy asgName: 'web-demo', launchTemplateId: 'lt-0a', launchTemplateVersion: '3'");
        step.setTargetGroupArns(List.of("arn:1", "arn:2"));
        step.setTimeoutMinutes(5);
        step.setStabilitySeconds(0);
        roundTrip(r, step);
    }

    @Test
    void rolloutAsg(JenkinsRule r) throws Exception {
        RolloutAsgStep step = new RolloutAsgStep("web-demo", "lt-0a", "3");
        roundTrip(r, step);
        step.setRollback(false);
        step.setInstanceWarmupSeconds(7);
        step.setAlarmNames(List.of("5xx of web"));
        step.setIgnoreAlarms(true);
        step.setStandbyInstances("Terminate");
        step.setScaleInProtectedInstances("Refresh");
        roundTrip(r, step);
    }

    @Test
    void removeLeftovers(JenkinsRule r) throws Exception {
        RemoveLeftoversStep step = new RemoveLeftoversStep("web", "demo");
        same(r, step, "removeLeftovers app: 'web', environment: 'demo'");
        step.setOrphans(true);
        same(r, step, "removeLeftovers app: 'web', environment: 'demo', orphans: true");
        step.setStateBucket("states");
        step.setRegion("eu-central-1");
        roundTrip(r, step);
    }

    @Test
    void pruneImages(JenkinsRule r) throws Exception {
        PruneImagesStep step = new PruneImagesStep("web");
        same(r, step, "pruneImages 'web'");
        step.setDryRun(true);
        step.setKeep(3);
        same(r, step, "pruneImages app: 'web', dryRun: true, keep: 3");
        step.setStateBucket("states");
        step.setRegion("eu-central-1");
        roundTrip(r, step);
        step.setKeep(0);
        assertThat(step.getKeep()).isEqualTo(5);
    }

    private static void same(JenkinsRule r, Step step, String line) throws Exception {
        assertThat(Snippetizer.object2Groovy(step)).isEqualTo(line);
        roundTrip(r, step);
    }

    private static <S extends Step> void roundTrip(JenkinsRule r, S step) throws Exception {
        Step after = new StepConfigTester(r).configRoundTrip(step);
        assertThat(after).usingRecursiveComparison().isEqualTo(step);
    }
}
