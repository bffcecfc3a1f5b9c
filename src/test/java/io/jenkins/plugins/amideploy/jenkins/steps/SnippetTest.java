package io.jenkins.plugins.amideploy.jenkins.steps;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.AbstractProject;
import hudson.model.FreeStyleProject;
import hudson.tasks.BuildStepDescriptor;
import hudson.tasks.Builder;
import io.jenkins.plugins.amideploy.jenkins.OneController;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.jenkinsci.plugins.workflow.cps.Snippetizer;
import org.jenkinsci.plugins.workflow.steps.Step;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.TestExtension;
import org.kohsuke.stapler.DataBoundConstructor;

/** Every step through its form and as a line of a pipeline. One page has all the forms, since a page takes seconds to load. */
@ExtendWith(OneController.class)
class SnippetTest {
    /** What the generator writes of a step. */
    private static final Map<Step, String> LINES = Map.ofEntries(
            Map.entry(new BakeAmiStep("demo"), "bakeAmi 'demo'"),
            Map.entry(fresh(), "bakeAmi environment: 'demo', fresh: true"),
            Map.entry(new DeployRecipesStep(), "deployRecipes()"),
            Map.entry(recipes(), "deployRecipes recipes: 'recipes'"),
            Map.entry(new FindReleaseStep("prod"), "findRelease 'prod'"),
            Map.entry(promotion(), "findRelease environment: 'prod', from: 'demo'"),
            Map.entry(new PushStateStep("prod"), "pushState 'prod'"),
            Map.entry(errored(), "pushState environment: 'prod', file: 'errored.tfstate'"),
            Map.entry(plan(), "terraformPlan amiId: 'ami-1', environment: 'demo'"),
            Map.entry(apply(), "terraformApply environment: 'demo', planSha256: '00ff'"),
            Map.entry(new TerraformDestroyStep("demo"), "terraformDestroy 'demo'"),
            Map.entry(
                    await(),
                    "awaitAsgHealthy asgName: 'web-demo', launchTemplateId: 'lt-0a', launchTemplateVersion: '3'"),
            Map.entry(new RemoveLeftoversStep("web", "demo"), "removeLeftovers app: 'web', environment: 'demo'"),
            Map.entry(withOrphans(), "removeLeftovers app: 'web', environment: 'demo', orphans: true"),
            Map.entry(new PruneImagesStep("web"), "pruneImages 'web'"),
            Map.entry(dryRun(), "pruneImages app: 'web', dryRun: true, keep: 3"));

    @Test
    void step_isALineOfAPipeline() {
        SoftAssertions all = new SoftAssertions();
        LINES.forEach(
                (step, line) -> all.assertThat(Snippetizer.object2Groovy(step)).isEqualTo(line));
        all.assertAll();
    }

    @Test
    void step_comesBackFromItsFormAsItWas(JenkinsRule r) throws Exception {
        List<Step> steps =
                Stream.concat(LINES.keySet().stream(), everythingFilledIn()).toList();
        FreeStyleProject job = r.createFreeStyleProject();
        for (Step step : steps) {
            job.getBuildersList().add(new OneStep(step));
        }

        List<Step> after = r.configRoundtrip(job).getBuildersList().getAll(OneStep.class).stream()
                .map(OneStep::getStep)
                .toList();

        assertThat(after).hasSameSizeAs(steps);
        SoftAssertions all = new SoftAssertions();
        for (int each = 0; each < steps.size(); each++) {
            all.assertThat(after.get(each))
                    .hasSameClassAs(steps.get(each))
                    .usingRecursiveComparison()
                    .isEqualTo(steps.get(each));
        }
        all.assertAll();
    }

    @Test
    void pruneImages_keepOfNothing_isTheDefault() {
        PruneImagesStep step = dryRun();
        step.setKeep(0);
        assertThat(step.getKeep()).isEqualTo(5);
    }

    private static Stream<Step> everythingFilledIn() {
        BakeAmiStep bake = fresh();
        bake.setApplicationDirectory("shop");
        bake.setImageFile("shop/image.yml");
        bake.setRecipes("recipes");
        bake.setAppVersion("1.2");
        bake.setCommit("abc");
        bake.setVariablesFile("other.hcl");
        bake.setTimeoutMinutes(90);
        bake.setRegion("eu-central-1");
        bake.setRoleArn("arn:aws:iam::123456789012:role/deploy");
        bake.setEndpoint("http://127.0.0.1:4566");

        FindReleaseStep find = promotion();
        find.setRollbackTo("previous");
        find.setTakeOver(true);
        find.setRecipes("recipes");
        find.setVariablesFile("other.hcl");
        find.setTimeoutMinutes(9);

        PushStateStep push = errored();
        push.setRecipes("recipes");
        push.setVariablesFile("other.hcl");
        push.setTimeoutMinutes(9);

        TerraformPlanStep plan = plan();
        plan.setDestroy(true);
        plan.setCreateStateBucket(true);

        TerraformApplyStep apply = apply();
        apply.setAmiId("ami-1");

        TerraformDestroyStep destroy = new TerraformDestroyStep("demo");
        destroy.setPlanSha256("00ff");

        AwaitAsgHealthyStep await = await();
        await.setTargetGroupArns(List.of("arn:1", "arn:2"));
        await.setTimeoutMinutes(5);
        await.setStabilitySeconds(0);

        RolloutAsgStep rollout = new RolloutAsgStep("web-demo", "lt-0a", "3");
        rollout.setRollback(false);
        rollout.setInstanceWarmupSeconds(7);
        rollout.setAlarmNames(List.of("5xx of web"));
        rollout.setIgnoreAlarms(true);
        rollout.setStandbyInstances("Terminate");
        rollout.setScaleInProtectedInstances("Refresh");

        RemoveLeftoversStep leftovers = withOrphans();
        leftovers.setStateBucket("states");
        leftovers.setRegion("eu-central-1");

        PruneImagesStep prune = dryRun();
        prune.setStateBucket("states");
        prune.setRegion("eu-central-1");

        RolloutAsgStep bareRollout = new RolloutAsgStep("web-demo", "lt-0a", "3");
        return Stream.of(bake, find, push, plan, apply, destroy, await, bareRollout, rollout, leftovers, prune);
    }

    private static BakeAmiStep fresh() {
        BakeAmiStep step = new BakeAmiStep("demo");
        step.setFresh(true);
        return step;
    }

    private static DeployRecipesStep recipes() {
        DeployRecipesStep step = new DeployRecipesStep();
        step.setRecipes("recipes");
        return step;
    }

    private static FindReleaseStep promotion() {
        FindReleaseStep step = new FindReleaseStep("prod");
        step.setFrom("demo");
        return step;
    }

    private static PushStateStep errored() {
        PushStateStep step = new PushStateStep("prod");
        step.setFile("errored.tfstate");
        return step;
    }

    private static TerraformPlanStep plan() {
        TerraformPlanStep step = new TerraformPlanStep("demo");
        step.setAmiId("ami-1");
        return step;
    }

    private static TerraformApplyStep apply() {
        TerraformApplyStep step = new TerraformApplyStep("demo");
        step.setPlanSha256("00ff");
        return step;
    }

    private static AwaitAsgHealthyStep await() {
        return new AwaitAsgHealthyStep("web-demo", "lt-0a", "3");
    }

    private static RemoveLeftoversStep withOrphans() {
        RemoveLeftoversStep step = new RemoveLeftoversStep("web", "demo");
        step.setOrphans(true);
        return step;
    }

    private static PruneImagesStep dryRun() {
        PruneImagesStep step = new PruneImagesStep("web");
        step.setDryRun(true);
        step.setKeep(3);
        return step;
    }

    /** Shows the form of its step and of no other, which the harness's own does not: a page with all steps takes a minute to load. */
    public static final class OneStep extends Builder {
        private final Step step;

        @DataBoundConstructor
        public OneStep(Step step) {
            this.step = step;
        }

        public Step getStep() {
            return step;
        }

        /** Offers it in every free-style job. */
        @TestExtension
        public static final class DescriptorImpl extends BuildStepDescriptor<Builder> {
            @Override
            @SuppressWarnings("rawtypes")
            public boolean isApplicable(Class<? extends AbstractProject> type) {
                return true;
            }
        }
    }
}
