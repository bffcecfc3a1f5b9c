package io.jenkins.plugins.amideploy.engine.teardown;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.amideploy.engine.AppId;
import io.jenkins.plugins.amideploy.engine.Tags;
import io.jenkins.plugins.amideploy.engine.release.History;
import io.jenkins.plugins.amideploy.engine.state.Claim;
import io.jenkins.plugins.amideploy.engine.teardown.ImageUses.Chosen;
import io.jenkins.plugins.amideploy.engine.teardown.ImageUses.Published;
import io.jenkins.plugins.amideploy.engine.teardown.ImageUses.Running;
import io.jenkins.plugins.amideploy.engine.teardown.Resource.Kind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Cases of what stays when {@code web} in {@code demo} goes; every table has the image {@code ami-1} and asks for whom it stays. */
class KeepRuleTest {
    private static final AppId DEMO = new AppId("web", "demo");
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");

    private final List<Resource> resources = new ArrayList<>();
    private final List<Published> published = new ArrayList<>();
    private final List<Chosen> chosen = new ArrayList<>();
    private final List<Running> running = new ArrayList<>();
    private final List<Claim> claims = new ArrayList<>();
    private final List<History> histories = new ArrayList<>();
    private Scope scope = Scope.destroy(DEMO, 5);

    private TeardownPlan plan() {
        ImageUses uses = new ImageUses(published, chosen, running, List.of());
        return TeardownPlan.from(
                new Inventory(resources, List.of()), scope, new ImageHolders(claims, histories, uses, List.of()), NOW);
    }

    private List<String> kept() {
        return plan().kept().stream()
                .map(kept -> kept.resource().id() + ": " + kept.why())
                .toList();
    }

    private List<String> removed() {
        return plan().removals().stream()
                .map(removal -> removal.resource().id())
                .toList();
    }

    private void add(Kind kind, String id, String state, String created, String... tags) {
        Map<String, String> all = new HashMap<>(Map.of(Tags.APP, "web"));
        for (int i = 0; i < tags.length; i += 2) {
            all.put(tags[i], tags[i + 1]);
        }
        resources.add(new Resource(kind, id, "", state, all, List.of(), created));
    }

    private void image(String id, String... tags) {
        add(Kind.IMAGE, id, "available", "2026-11-20T00:00:00.000Z", tags);
    }

    private void stackOf(String environment) {
        add(Kind.LAUNCH_TEMPLATE, "lt-" + environment, "", "", Tags.ENVIRONMENT, environment);
    }

    private void version(String environment, long number, boolean isDefault, String image) {
        published.add(new Published(
                "lt-" + environment, number, isDefault, image, Map.of(Tags.APP, "web", Tags.ENVIRONMENT, environment)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "prod, running       | prod runs it (i-1)",
                "prod, stopped       | prod runs it (i-1)",
                "prod, shutting-down |",
                "nobody, pending     | it runs (i-1)",
                "demo, running       |",
                "demo, shutting-down |",
            })
    void instance_keepsItsImage_unlessItGoes(String instance, String why) {
        String[] said = instance.split(", *");
        image("ami-1", Tags.FINGERPRINT, "f1");
        Map<String, String> tags =
                said[0].equals("nobody") ? Map.of() : Map.of(Tags.APP, "web", Tags.ENVIRONMENT, said[0]);
        running.add(new Running("i-1", "ami-1", said[1], tags));

        assertThat(kept()).isEqualTo(why == null ? List.of() : List.of("ami-1: " + why));
        assertThat(removed()).isEqualTo(why == null ? List.of("ami-1") : List.of());
    }

    /** Twelve versions; the image is that of one of them. */
    @ParameterizedTest
    @CsvSource({
        // version, default version, the group's, whose; for whom
        "12, 1, 12,       prod, prod runs it (lt-prod version 12)",
        "12, 1, $Latest,  prod, prod runs it (lt-prod version 12)",
        "12, 1, 11,       prod, prod can start it (lt-prod version 12)",
        "3,  1, 12,       prod, prod can start it (lt-prod version 3)",
        "2,  1, 12,       prod,",
        "1,  1, 12,       prod, prod can start it (lt-prod version 1)",
        "1,  1, $Default, prod, prod runs it (lt-prod version 1)",
        "2,  1, 2,        prod, prod runs it (lt-prod version 2)",
        "12, 1, 12,       demo,",
    })
    void launchTemplateVersion_keepsItsImage_whenItIsNewEnoughOrDefaultOrTheGroups(
            long number, long isDefault, String group, String environment, String why) {
        image("ami-1", Tags.FINGERPRINT, "f1");
        stackOf(environment);
        for (long each = 1; each <= 12; each++) {
            version(environment, each, each == isDefault, each == number ? "ami-1" : "ami-other");
        }
        chosen.add(new Chosen("lt-" + environment, group));

        assertThat(kept()).isEqualTo(why == null ? List.of() : List.of("ami-1: " + why));
        assertThat(removed()).isEqualTo(why == null ? List.of("ami-1") : List.of());
    }

    @ParameterizedTest
    @CsvSource({
        "f1,    f1,    prod, true",
        "f1,    f2,    prod, false",
        "f1,    ami-1, prod, false",
        "'',    ami-1, prod, true",
        "f1,    f1,    demo, false",
    })
    void claim_keepsTheImageOfItsSubject_unlessItIsForTheEnvironmentThatGoes(
            String fingerprint, String subject, String environment, boolean kept) {
        image("ami-1", Tags.FINGERPRINT, fingerprint);
        claims.add(new Claim(subject, environment, "build-1", NOW.plusSeconds(60)));
        assertThat(kept())
                .isEqualTo(
                        kept
                                ? List.of("ami-1: build-1 claims it for " + environment + " until 2026-11-23T12:01:00Z")
                                : List.of());
    }

    @Test
    void imageThatBelongsToAnEnvironment_staysWithItsStack() {
        image("ami-1", Tags.ENVIRONMENT, "prod");
        image("ami-2", Tags.ENVIRONMENT, "test");
        image("ami-3", Tags.ENVIRONMENT, "demo");
        stackOf("prod");
        assertThat(kept()).containsExactly("ami-1: baked for prod, whose stack stands");
        assertThat(removed()).containsExactly("ami-2", "ami-3");
    }

    @Test
    void baseLayers_theNewestOfEachFingerprintStaysWhileThereIsAnotherEnvironment() {
        add(Kind.IMAGE, "ami-1", "available", "2026-11-20T00:00:00.000Z", Tags.LAYER, "base", Tags.FINGERPRINT, "b1");
        add(Kind.IMAGE, "ami-2", "available", "2026-11-21T00:00:00.000Z", Tags.LAYER, "base", Tags.FINGERPRINT, "b1");
        add(Kind.IMAGE, "ami-3", "failed", "2026-11-22T00:00:00.000Z", Tags.LAYER, "base", Tags.FINGERPRINT, "b1");
        add(Kind.IMAGE, "ami-4", "available", "2026-11-01T00:00:00.000Z", Tags.LAYER, "base", Tags.FINGERPRINT, "b2");
        image("ami-5", Tags.LAYER, "application", Tags.FINGERPRINT, "a1");
        stackOf("demo");
        assertThat(kept()).isEmpty();
        assertThat(removed()).containsExactly("ami-1", "ami-2", "ami-3", "ami-4", "ami-5");

        stackOf("test");
        stackOf("prod");
        assertThat(kept())
                .containsExactly(
                        "ami-2: the next bake for prod or test starts from it",
                        "ami-4: the next bake for prod or test starts from it");
        assertThat(removed()).containsExactly("ami-1", "ami-3", "ami-5");
    }

    @ParameterizedTest
    @CsvSource({
        "LAUNCH_TEMPLATE, '', true",
        "GROUP, '', true",
        "GROUP, Delete in progress, false",
        "SECURITY_GROUP, '', true",
        "NETWORK_INTERFACE, in-use, false",
        "INSTANCE, shutting-down, false",
        "IMAGE, available, false",
    })
    void anotherEnvironment_isThereWhileAPartOfItsStackStands(Kind kind, String state, boolean there) {
        add(Kind.IMAGE, "ami-1", "available", "2026-11-20T00:00:00.000Z", Tags.LAYER, "base", Tags.FINGERPRINT, "b1");
        add(kind, "part", state, "", Tags.ENVIRONMENT, "prod");
        assertThat(kept().stream().anyMatch(text -> text.startsWith("ami-1"))).isEqualTo(there);
    }

    @Test
    void snapshots_goOrStayWithTheirImage_andAloneByTheirOwnTags() {
        resources.add(new Resource(
                Kind.IMAGE,
                "ami-1",
                "",
                "available",
                Map.of(Tags.APP, "web", Tags.FINGERPRINT, "f1"),
                List.of("snap-1")));
        add(Kind.SNAPSHOT, "snap-1", "completed", "", Tags.FINGERPRINT, "f1");
        add(Kind.SNAPSHOT, "snap-2", "completed", "", Tags.FINGERPRINT, "f1");
        add(Kind.SNAPSHOT, "snap-3", "completed", "", Tags.FINGERPRINT, "f2");
        claims.add(new Claim("f1", "prod", "build-1", NOW.plusSeconds(60)));
        assertThat(plan().kept()).extracting(kept -> kept.resource().id()).containsExactly("ami-1", "snap-2");
        assertThat(removed()).containsExactly("snap-3");
    }

    @ParameterizedTest
    @CsvSource({
        // of which environment, until when, whether prod stands; goes, stays
        "demo, 2026-11-23T13:00:00Z, true,  true,  false",
        "prod, 2026-11-23T13:00:00Z, true,  false, false",
        "prod, 2026-11-23T11:00:00Z, true,  false, false",
        "prod, 2026-11-23T13:00:00Z, false, false, true",
        "prod, 2026-11-23T11:00:00Z, false, true,  false",
        "prod, soon,                 false, false, true",
    })
    void whatABakeMade_goesWithItsEnvironment_andOfOthersOnlyWithTheLastOneWhenItsTimeIsOver(
            String environment, String until, boolean prodStands, boolean goes, boolean stays) {
        add(
                Kind.INSTANCE,
                "i-1",
                "running",
                "",
                Tags.ENVIRONMENT,
                environment,
                Tags.TEMPORARY,
                "true",
                Tags.EXPIRES_AT,
                until);
        if (prodStands) {
            stackOf("prod");
        }
        assertThat(removed()).isEqualTo(goes ? List.of("i-1") : List.of());
        assertThat(kept()).isEqualTo(stays ? List.of("i-1: a bake for prod may need it until " + until) : List.of());
    }

    @Test
    void whatIsOfNoEnvironment_isToldWhenTheLastOneGoes() {
        add(Kind.SECURITY_GROUP, "sg-1", "", "");
        assertThat(plan().strangers()).extracting(Resource::id).containsExactly("sg-1");
        stackOf("prod");
        assertThat(plan().strangers()).isEmpty();
    }

    @Test
    void somethingCouldNotBeSeen_nothingSharedGoes() {
        image("ami-1", Tags.FINGERPRINT, "f1");
        TeardownPlan plan = TeardownPlan.from(
                new Inventory(resources, List.of()),
                scope,
                new ImageHolders(List.of(), List.of(), ImageUses.NONE, List.of("s3:ListBucket: AccessDenied")),
                NOW);
        assertThat(plan.removals()).isEmpty();
        assertThat(plan.undecided()).extracting(Resource::id).containsExactly("ami-1");
        assertThat(plan.unread()).containsExactly("s3:ListBucket: AccessDenied");
    }
}
