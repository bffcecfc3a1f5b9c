package io.jenkins.plugins.amideploy.jenkins.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code deployWebApp} and {@code destroyWebApp}, with steps that are written down instead of run. */
class DeployWebAppTest {
    private final RecordedSteps steps = new RecordedSteps()
            .environment("JOB_NAME", "shop/deploy")
            .environment("JOB_BASE_NAME", "deploy")
            .environment("WORKSPACE", "/ws")
            .returning("deployRecipes", "/ws/.work/recipes/0123456789ab")
            .returning("bakeAmi", Map.of("amiId", "ami-1", "commit", "c0ffee", "appVersion", "v7"))
            .returning("terraformPlan", plan(true))
            .returning(
                    "terraformApply",
                    Map.of(
                            "asgName", "shop-demo",
                            "region", "eu-central-1",
                            "launchTemplateId", "lt-1",
                            "launchTemplateVersion", "3",
                            "targetGroupArns", List.of("arn:1"),
                            "alarmNames", List.of(),
                            "instanceWarmupSeconds", 0,
                            "amiId", "ami-1",
                            "url", "http://shop.example.org"));

    private static Map<String, Object> plan(boolean requireApproval) {
        return Map.of(
                "hasChanges", true,
                "summary", "1 to add",
                "account", "123456789012",
                "planSha256", "abc",
                "app", "shop",
                "region", "eu-central-1",
                "stateBucket", "states",
                "requireApproval", requireApproval);
    }

    @Test
    void deploy_goesTheWholeWayAndReturnsTheUrl() throws IOException {
        Object url = steps.call("deployWebApp", Map.of("environment", "demo"));

        assertThat(url).isEqualTo("http://shop.example.org");
        assertThat(steps.calls())
                .containsSubsequence(
                        "lock",
                        "node",
                        "checkout",
                        "deployRecipes",
                        "docker.build",
                        "docker.inside",
                        "findRelease",
                        "bakeAmi",
                        "terraformPlan",
                        "stash",
                        "input",
                        "node",
                        "docker.inside",
                        "unstash",
                        "terraformApply",
                        "rolloutAsg",
                        "awaitAsgHealthy",
                        "echo",
                        "catchError",
                        "pruneImages");
        assertThat(steps.arguments("bakeAmi"))
                .containsEntry("fresh", false)
                .containsEntry("recipes", "")
                .containsEntry("applicationDirectory", "")
                .doesNotContainKeys("commit", "imageFile", "variablesFile");
        assertThat(steps.arguments("terraformPlan"))
                .containsEntry("amiId", "ami-1")
                .containsEntry("commit", "c0ffee")
                .containsEntry("appVersion", "v7");
        assertThat(steps.arguments("terraformApply"))
                .containsEntry("planSha256", "abc")
                .containsEntry("commit", "c0ffee")
                .containsEntry("amiId", "ami-1");
        assertThat(steps.arguments("rolloutAsg"))
                .containsEntry("ignoreAlarms", false)
                .containsEntry("standbyInstances", "")
                .containsEntry("scaleInProtectedInstances", "");
        assertThat(steps.arguments("awaitAsgHealthy"))
                .containsEntry("asgName", "shop-demo")
                .containsEntry("launchTemplateVersion", "3");
        assertThat(steps.arguments("checkout").get("scm")).isEqualTo("the repository of the job");
        assertThat(steps.arguments("docker.build"))
                .containsEntry("image", "ami-deploy-tooling:0123456789ab")
                .containsEntry(
                        "arguments",
                        " -f '/ws/.work/recipes/0123456789ab/resources/tooling/Dockerfile' '/ws/.work/recipes/0123456789ab'");
    }

    @Test
    void deploy_ofAnotherEnvironmentsRelease_neitherBakesNorAppliesWithoutShowingIt() throws IOException {
        steps.returning("findRelease", chosen("promotion"));

        steps.call("deployWebApp", Map.of("environment", "prod", "from", "demo", "keep", 3));

        assertThat(steps.calls()).doesNotContain("bakeAmi");
        assertThat(steps.arguments("findRelease"))
                .containsEntry("from", "demo")
                .containsEntry("rollbackTo", "")
                .containsEntry("takeOver", false);
        assertThat(steps.arguments("terraformPlan"))
                .containsEntry("amiId", "ami-7")
                .containsEntry("commit", "0123abc")
                .containsEntry("appVersion", "1.4");
        assertThat(steps.arguments("input").get("message"))
                .hasToString(
                        "Promote release 7 of demo, healthy since yesterday to prod: 1 to add; account 123456789012, region"
                                + " eu-central-1");
        assertThat(steps.arguments("pruneImages"))
                .containsEntry("app", "shop")
                .containsEntry("stateBucket", "states")
                .containsEntry("keep", 3);
    }

    @Test
    void deploy_rollback_asksForThat() throws IOException {
        steps.returning("findRelease", chosen("rollback"));

        steps.call("deployWebApp", Map.of("environment", "demo", "rollbackTo", "previous"));

        assertThat(steps.arguments("input").get("message"))
                .hasToString("Take demo back to release 7 of demo, healthy since yesterday: 1 to add; account"
                        + " 123456789012, region eu-central-1");
    }

    @Test
    void deploy_releaseAndImage_isRefused() {
        steps.returning("findRelease", chosen("rollback"));

        assertThatThrownBy(() -> steps.call("deployWebApp", Map.of("environment", "demo", "imageId", "ami-1")))
                .hasMessageContaining("exclude each other");
        assertThat(steps.calls()).doesNotContain("terraformPlan");
    }

    private static Map<String, Object> chosen(String kind) {
        return Map.of(
                "amiId", "ami-7",
                "commit", "0123abc",
                "appVersion", "1.4",
                "kind", kind,
                "summary", "release 7 of demo, healthy since yesterday");
    }

    @Test
    void deploy_withRecipesOfItsOwn_givesThemToEveryToolAndToTheToolingImage() throws IOException {
        steps.returning("deployRecipes", "/ws/recipes");

        steps.call("deployWebApp", Map.of("environment", "demo", "recipes", "recipes"));

        for (String step : List.of("deployRecipes", "findRelease", "bakeAmi", "terraformPlan", "terraformApply")) {
            assertThat(steps.arguments(step)).as(step).containsEntry("recipes", "recipes");
        }
        assertThat(steps.arguments("docker.build")).containsEntry("image", "ami-deploy-tooling:job-shop-deploy");
    }

    @Test
    void deploy_withAToolingImage_buildsNone() throws IOException {
        steps.call("deployWebApp", Map.of("environment", "demo", "toolingImage", "registry.example.org/tooling:1"));

        assertThat(steps.calls()).doesNotContain("docker.build", "deployRecipes");
        assertThat(steps.arguments("docker.image")).containsEntry("image", "registry.example.org/tooling:1");
        assertThat(steps.calls()).containsSubsequence("docker.inside", "bakeAmi");
    }

    @Test
    void deploy_whateverHappens_archivesWhatWasLocked() throws IOException {
        steps.call("deployWebApp", Map.of("environment", "demo"));

        assertThat(steps.arguments("archiveArtifacts").get("artifacts"))
                .hasToString(".work/*/*/logs/*, .work/*/*/manifest-*.json, .work/*/*/requirements-*.lock");
    }

    @Test
    void deploy_afresh_bakesAfresh() throws IOException {
        steps.call("deployWebApp", Map.of("environment", "demo", "fresh", true));

        assertThat(steps.arguments("bakeAmi")).containsEntry("fresh", true);
    }

    @Test
    void deploy_existingImageWithoutApproval_neitherBakesNorAsks() throws IOException {
        steps.call("deployWebApp", Map.of("environment", "demo", "imageId", "ami-7", "approve", false));

        assertThat(steps.calls()).doesNotContain("bakeAmi", "input");
        assertThat(steps.arguments("terraformPlan"))
                .containsEntry("amiId", "ami-7")
                .containsEntry("commit", null);
    }

    @Test
    void deploy_environmentThatRequiresNoApproval_doesNotAsk() throws IOException {
        steps.returning("terraformPlan", plan(false));

        steps.call("deployWebApp", Map.of("environment", "demo"));

        assertThat(steps.calls()).contains("terraformApply").doesNotContain("input");
    }

    @Test
    void deploy_planThatSaysNothingOfApproval_asks() throws IOException {
        steps.returning("terraformPlan", Map.of("hasChanges", true, "summary", "1 to add", "planSha256", "abc"));

        steps.call("deployWebApp", Map.of("environment", "demo"));

        assertThat(steps.calls()).contains("input");
    }

    @Test
    void deploy_whateverHappens_archivesTheLogs() {
        steps.failing("bakeAmi", "no image");

        assertThatThrownBy(() -> steps.call("deployWebApp", Map.of("environment", "demo")))
                .hasMessageContaining("no image");
        assertThat(steps.calls()).containsSubsequence("bakeAmi", "archiveArtifacts");
    }

    @ParameterizedTest
    @ValueSource(strings = {"enviroment", "repository", "version", "directory"})
    void deploy_unknownSetting_isRefusedByName(String setting) {
        assertThatThrownBy(() -> steps.call("deployWebApp", Map.of("environment", "demo", setting, "x")))
                .hasMessageContaining(setting + ": no such setting; there are environment, ");
        assertThat(steps.calls()).doesNotContain("node");
    }

    @Test
    void deploy_withoutEnvironment_isRefused() {
        assertThatThrownBy(() -> steps.call("deployWebApp", Map.of())).hasMessageContaining("environment is missing");
    }

    @Test
    void destroy_typedName_destroysAndProves() throws IOException {
        steps.returning("input", "demo");

        steps.call("destroyWebApp", Map.of("environment", "demo"));

        assertThat(steps.calls())
                .containsSubsequence(
                        "lock", "terraformPlan", "input", "unstash", "terraformDestroy", "removeLeftovers");
        assertThat(steps.arguments("input").get("message"))
                .hasToString("Take shop in demo away, with its images? 1 to add; account 123456789012, region"
                        + " eu-central-1");
        assertThat(steps.arguments("terraformPlan")).containsEntry("destroy", true);
        assertThat(steps.arguments("terraformDestroy")).containsEntry("planSha256", "abc");
        assertThat(steps.arguments("removeLeftovers"))
                .containsEntry("app", "shop")
                .containsEntry("region", "eu-central-1")
                .containsEntry("stateBucket", "states")
                .containsEntry("orphans", true);
    }

    @Test
    void destroy_anotherNameTyped_removesNothing() {
        steps.returning("input", "dmeo");

        assertThatThrownBy(() -> steps.call("destroyWebApp", Map.of("environment", "demo")))
                .hasMessageContaining("nothing was removed");
        assertThat(steps.calls()).doesNotContain("terraformDestroy", "removeLeftovers");
    }

    @Test
    void destroy_nameGivenWrong_removesNothing_andPlansNothing() {
        assertThatThrownBy(() -> steps.call("destroyWebApp", Map.of("environment", "demo", "confirm", "dmeo")))
                .hasMessageContaining("'dmeo' was typed, but the environment is 'demo': nothing was removed");
        assertThat(steps.calls()).doesNotContain("terraformPlan");
    }

    @Test
    void destroy_whereNothingIsFound_saysWhere_asksNothingAndIsUnstable() throws IOException {
        steps.returning(
                "terraformPlan",
                Map.of("nothingFound", true, "app", "shop", "account", "123456789012", "region", "eu-central-1"));

        steps.call("destroyWebApp", Map.of("environment", "demo"));

        assertThat(steps.calls())
                .contains("unstable")
                .doesNotContain("input", "stash", "terraformDestroy", "removeLeftovers");
        assertThat(steps.text("unstable"))
                .startsWith("nothing found: neither a state nor resources of shop in demo are in account 123456789012,"
                        + " region eu-central-1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"deployWebApp", "destroyWebApp"})
    void stateThatWaitsToBeWritten_isWrittenBeforeThePlan(String pipeline) throws IOException {
        steps.returning("input", "demo");

        steps.call(pipeline, Map.of("environment", "demo", "pushState", true));

        assertThat(steps.calls()).containsSubsequence("docker.inside", "pushState", "terraformPlan");
        assertThat(steps.arguments("pushState")).containsEntry("environment", "demo");
    }

    @Test
    void deploy_ofBuildsThatWaitForTheEnvironment_takesTheNewestFirst() throws IOException {
        steps.call("deployWebApp", Map.of("environment", "demo"));

        assertThat(steps.arguments("lock")).containsEntry("inversePrecedence", true);
    }

    @Test
    void deploy_afterABuildThatWasKilled_unlocksBeforeItTakesTheEnvironment() throws IOException {
        steps.call("deployWebApp", Map.of("environment", "demo", "unlock", true));

        assertThat(steps.calls()).containsSubsequence("docker.inside", "unlockState", "findRelease");
        assertThat(steps.arguments("unlockState"))
                .containsEntry("environment", "demo")
                .containsEntry("forceId", "");
    }

    @Test
    void destroy_withTheIdOfALock_unlocksBeforeItPlans() throws IOException {
        steps.call("destroyWebApp", Map.of("environment", "demo", "confirm", "demo", "forceId", "0f5c"));

        assertThat(steps.calls()).containsSubsequence("unlockState", "terraformPlan");
        assertThat(steps.arguments("unlockState")).containsEntry("forceId", "0f5c");
    }

    @Test
    void vars_areNeverNamedLikeAStep() throws IOException {
        try (Stream<Path> vars = Files.list(Path.of("vars"))) {
            assertThat(vars.map(file -> file.getFileName().toString().replaceAll("\\..*", "")))
                    .doesNotContain(
                            "bakeAmi",
                            "terraformPlan",
                            "terraformApply",
                            "terraformDestroy",
                            "rolloutAsg",
                            "awaitAsgHealthy",
                            "removeLeftovers",
                            "findRelease",
                            "unlockState",
                            "pushState",
                            "deployRecipes",
                            "pruneImages",
                            "lock",
                            "node",
                            "stage",
                            "input");
        }
    }
}
