package io.jenkins.plugins.amideploy.engine.teardown;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.amideploy.engine.AppId;
import io.jenkins.plugins.amideploy.engine.Tags;
import io.jenkins.plugins.amideploy.engine.release.End.Result;
import io.jenkins.plugins.amideploy.engine.release.History;
import io.jenkins.plugins.amideploy.engine.state.Claim;
import io.jenkins.plugins.amideploy.engine.teardown.ImageUses.Chosen;
import io.jenkins.plugins.amideploy.engine.teardown.ImageUses.Published;
import io.jenkins.plugins.amideploy.engine.teardown.Resource.Kind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Cases of what stays by the records of {@code prod}, whose stack stands, when {@code demo} goes or images are pruned. */
class KeepRuleRecordsTest {
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
    private static final String OLD = "2026-11-20T00:00:00.000Z";
    private static final Scope DESTROY = Scope.destroy(new AppId("web", "demo"), 2);
    private static final Scope PRUNE = Scope.prune("web", 2);

    private final List<Resource> resources = new ArrayList<>();
    private final List<Published> published = new ArrayList<>();
    private final List<Chosen> chosen = new ArrayList<>();
    private final List<Claim> claims = new ArrayList<>();
    private final List<History> histories = new ArrayList<>();

    KeepRuleRecordsTest() {
        stackOf("prod");
    }

    private TeardownPlan plan(Scope scope) {
        ImageUses uses = new ImageUses(published, chosen, List.of(), List.of());
        return TeardownPlan.from(
                new Inventory(resources, List.of()), scope, new ImageHolders(claims, histories, uses, List.of()), NOW);
    }

    private List<String> kept(Scope scope) {
        return plan(scope).kept().stream()
                .map(kept -> kept.resource().id() + ": " + kept.why())
                .toList();
    }

    private List<String> removed(Scope scope) {
        return plan(scope).removals().stream()
                .map(removal -> removal.resource().id())
                .toList();
    }

    private void stackOf(String environment) {
        resources.add(new Resource(
                Kind.LAUNCH_TEMPLATE,
                "lt-" + environment,
                "",
                "",
                Map.of(Tags.APP, "web", Tags.ENVIRONMENT, environment),
                List.of()));
    }

    private void image(String id, String created, String... tags) {
        Map<String, String> all = new HashMap<>(Map.of(Tags.APP, "web"));
        for (int i = 0; i < tags.length; i += 2) {
            all.put(tags[i], tags[i + 1]);
        }
        resources.add(new Resource(Kind.IMAGE, id, "", "available", all, List.of(), created));
    }

    private void images(String... ids) {
        for (String id : ids) {
            image(id, OLD);
        }
    }

    private void versions(String environment, int count) {
        for (int number = 1; number <= count; number++) {
            published.add(new Published(
                    "lt-" + environment,
                    number,
                    number == 1,
                    "ami-" + number,
                    Map.of(Tags.APP, "web", Tags.ENVIRONMENT, environment)));
        }
    }

    @Test
    void newestDifferentImages_ofProvenReleases_stay() {
        images("ami-1", "ami-2", "ami-3");
        histories.add(Bucket.proven("prod", "ami-1", "ami-2", "ami-3", "ami-2", "ami-2"));

        for (Scope scope : List.of(DESTROY, PRUNE)) {
            assertThat(kept(scope))
                    .containsExactly(
                            "ami-2: prod release 5 can be gone back to", "ami-3: prod release 3 can be gone back to");
            assertThat(removed(scope)).containsExactly("ami-1");
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Result.class,
            names = {"FAILED", "ABORTED", "UNCHANGED"})
    void releaseThatWasNotProven_keepsNothing(Result result) {
        images("ami-1", "ami-2");
        histories.add(new History(
                "prod",
                List.of(Bucket.ended("prod", 2, result, "ami-2"), Bucket.ended("prod", 1, Result.HEALTHY, "ami-1"))));

        assertThat(kept(PRUNE)).containsExactly("ami-1: prod release 1 can be gone back to");
        assertThat(removed(PRUNE)).containsExactly("ami-2");
    }

    @Test
    void environmentThatGoes_keepsNothingByItsRecords_andAllOfThemCountForAPrune() {
        images("ami-1");
        stackOf("demo");
        histories.add(Bucket.proven("demo", "ami-1"));

        assertThat(removed(DESTROY)).containsExactly("ami-1");
        assertThat(kept(PRUNE)).containsExactly("ami-1: demo release 1 can be gone back to");
    }

    /** Version 1 is the default, 6 the newest, 3 the group's. */
    @Test
    void oldTemplateVersions_ofAnEnvironmentWithAProvenRelease_keepNothingButWhatCanStart() {
        images("ami-1", "ami-2", "ami-3", "ami-4", "ami-5", "ami-6");
        versions("prod", 6);
        chosen.add(new Chosen("lt-prod", "3"));
        histories.add(Bucket.proven("prod", "ami-2", "ami-3", "ami-4"));

        for (Scope scope : List.of(DESTROY, PRUNE)) {
            assertThat(kept(scope))
                    .containsExactly(
                            "ami-1: prod can start it (lt-prod version 1)",
                            "ami-3: prod runs it (lt-prod version 3)",
                            "ami-4: prod release 3 can be gone back to",
                            "ami-6: prod can start it (lt-prod version 6)");
            assertThat(removed(scope)).containsExactly("ami-2", "ami-5");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void environmentWithoutAProvenRelease_keepsItsTenNewestTemplateVersions(boolean hasFailedRelease) {
        images("ami-1", "ami-2", "ami-3", "ami-12");
        versions("prod", 12);
        if (hasFailedRelease) {
            histories.add(new History("prod", List.of(Bucket.ended("prod", 1, Result.FAILED, "ami-2"))));
        }

        assertThat(kept(PRUNE))
                .containsExactly(
                        "ami-1: prod can start it (lt-prod version 1)",
                        "ami-3: prod can start it (lt-prod version 3)",
                        "ami-12: prod can start it (lt-prod version 12)");
        assertThat(removed(PRUNE)).containsExactly("ami-2");
    }

    @Test
    void tagOfAnEnvironment_keepsAnImageOnlyWhereNoRecordSaysMore() {
        image("ami-1", OLD, Tags.ENVIRONMENT, "prod");
        assertThat(kept(PRUNE)).containsExactly("ami-1: baked for prod, whose stack stands");

        histories.add(Bucket.proven("prod", "ami-2"));
        assertThat(removed(PRUNE)).containsExactly("ami-1");
    }

    @ParameterizedTest
    @CsvSource({"prod, true", "demo, true", "test, true"})
    void everyClaim_countsForAPrune(String environment, boolean kept) {
        image("ami-1", OLD, Tags.FINGERPRINT, "f1");
        claims.add(new Claim("f1", environment, "build-1", NOW.plusSeconds(60)));
        assertThat(removed(PRUNE).isEmpty()).isEqualTo(kept);
    }

    @Test
    void baseLayers_theNewestOfEachDistributionStays_whateverTheirFingerprints() {
        image(
                "ami-1",
                OLD,
                Tags.LAYER,
                "base",
                Tags.FINGERPRINT,
                "b1",
                Tags.BASE_IMAGE,
                "ami-a debian-12-amd64-20251101-1");
        image(
                "ami-2",
                NOW.minusSeconds(200_000).toString(),
                Tags.LAYER,
                "base",
                Tags.FINGERPRINT,
                "b2",
                Tags.BASE_IMAGE,
                "ami-b debian-12-amd64-20260102-2345");
        image(
                "ami-3",
                OLD,
                Tags.LAYER,
                "base",
                Tags.FINGERPRINT,
                "b3",
                Tags.BASE_IMAGE,
                "ami-c al2023-ami-2023.9.20251105.0-kernel-6.1-x86_64");
        image(
                "ami-4",
                OLD,
                Tags.LAYER,
                "base",
                Tags.FINGERPRINT,
                "b4",
                Tags.BASE_IMAGE,
                "ami-d al2023-ami-2023.10.20260101.1-kernel-6.12-x86_64");

        for (Scope scope : List.of(DESTROY, PRUNE)) {
            assertThat(kept(scope))
                    .containsExactly(
                            "ami-2: the next bake for prod starts from it",
                            "ami-3: the next bake for prod starts from it",
                            "ami-4: the next bake for prod starts from it");
            assertThat(removed(scope)).containsExactly("ami-1");
        }
    }

    /** An image starts without the one that it was baked from. */
    @Test
    void baseLayerOfAnImageThatStays_goesWhenThereIsANewerOne() {
        image("ami-old", OLD, Tags.LAYER, "base", Tags.BASE_IMAGE, "ami-a debian-12-amd64-20251101-1");
        image(
                "ami-new",
                "2026-11-21T00:00:00.000Z",
                Tags.LAYER,
                "base",
                Tags.BASE_IMAGE,
                "ami-b debian-12-amd64-20260101-1");
        image("ami-1", OLD, Tags.LAYER, "application", Tags.BASE_IMAGE, "ami-old web-base-20261120");
        histories.add(Bucket.proven("prod", "ami-1"));

        assertThat(removed(PRUNE)).containsExactly("ami-old");
    }

    @Test
    void noEnvironmentStands_nothingStaysForTheNextBake() {
        resources.clear();
        image("ami-1", OLD, Tags.LAYER, "base", Tags.FINGERPRINT, "b1");
        assertThat(removed(PRUNE)).containsExactly("ami-1");
    }

    @ParameterizedTest
    @CsvSource({
        // baked, whether a failed release tells of it, what is asked for; whether it stays
        "2026-11-23T11:59:00.000Z, false, prune,   true",
        "2026-11-22T12:00:01.000Z, false, prune,   true",
        "2026-11-22T12:00:00.000Z, false, prune,   false",
        "2026-11-23T11:59:00.000Z, true,  prune,   false",
        "2026-11-23T11:59:00.000Z, false, destroy, false",
        "'',                       false, prune,   false",
    })
    void imageThatWasJustBaked_staysUntilAReleaseTellsOfIt(
            String created, boolean released, String command, boolean stays) {
        image("ami-1", created);
        if (released) {
            histories.add(new History("prod", List.of(Bucket.ended("prod", 1, Result.FAILED, "ami-1"))));
        }
        assertThat(kept(command.equals("prune") ? PRUNE : DESTROY))
                .isEqualTo(
                        stays ? List.of("ami-1: baked less than 24 h ago, and no release tells of it yet") : List.of());
    }

    @Test
    void prune_leavesStacksAndWhatBakesLeftAlone() {
        resources.clear();
        resources.add(new Resource(
                Kind.INSTANCE,
                "i-1",
                "",
                "running",
                Map.of(Tags.APP, "web", Tags.ENVIRONMENT, "prod", Tags.TEMPORARY, "true"),
                List.of()));
        stackOf("prod");
        resources.add(new Resource(Kind.SECURITY_GROUP, "sg-1", "", "", Map.of(Tags.APP, "web"), List.of()));

        TeardownPlan plan = plan(PRUNE);

        assertThat(plan.isEmpty()).isTrue();
        assertThat(plan.strangers()).isEmpty();
    }
}
