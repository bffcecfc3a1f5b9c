package io.jenkins.plugins.amideploy.engine.teardown;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.amideploy.engine.Tags;
import io.jenkins.plugins.amideploy.engine.release.End.Result;
import io.jenkins.plugins.amideploy.engine.release.History;
import io.jenkins.plugins.amideploy.engine.release.Release;
import io.jenkins.plugins.amideploy.engine.state.Claim;
import io.jenkins.plugins.amideploy.engine.teardown.ImageUses.Chosen;
import io.jenkins.plugins.amideploy.engine.teardown.ImageUses.Published;
import io.jenkins.plugins.amideploy.engine.teardown.ImageUses.Running;
import io.jenkins.plugins.amideploy.engine.teardown.Resource.Kind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Whatever environments, releases, claims and machines there are, a prune takes no image that anybody needs. */
class PruneProperties {
    private static final Instant NOW = Instant.parse("2026-11-26T10:00:00Z");
    private static final List<String> ENVIRONMENTS = List.of("demo", "prod", "test");

    private static Arbitrary<String> images() {
        return Arbitraries.integers().between(0, 9).map(number -> "ami-" + number);
    }

    private static Arbitrary<String> environments() {
        return Arbitraries.of(ENVIRONMENTS);
    }

    private static Map<String, String> tags(String environment) {
        return Map.of(Tags.APP, "web", Tags.ENVIRONMENT, environment);
    }

    @Provide
    Arbitrary<History> history() {
        Arbitrary<List<Release>> releases = Combinators.combine(Arbitraries.of(Result.class), images())
                .as((result, image) -> Bucket.ended("any", 1, result, image))
                .list()
                .ofMaxSize(12);
        return Combinators.combine(environments(), releases).as(History::new);
    }

    @Provide
    Arbitrary<Published> version() {
        return Combinators.combine(
                        environments(), Arbitraries.longs().between(1, 30), Arbitraries.of(true, false), images())
                .as((environment, number, isDefault, image) ->
                        new Published("lt-" + environment, number, isDefault, image, tags(environment)));
    }

    @Provide
    Arbitrary<Running> instance() {
        return Combinators.combine(environments(), images(), Arbitraries.of("running", "pending", "stopped"))
                .as((environment, image, state) -> new Running("i-1", image, state, tags(environment)));
    }

    @Provide
    Arbitrary<Claim> claim() {
        return Combinators.combine(images(), environments())
                .as((image, environment) -> new Claim("f-" + image, environment, "b", NOW));
    }

    private static List<Resource> account(Set<Integer> young) {
        List<Resource> resources = new ArrayList<>();
        for (int number = 0; number < 10; number++) {
            String created = young.contains(number) ? "2026-11-26T09:00:00.000Z" : "2026-11-01T09:00:00.000Z";
            resources.add(new Resource(
                    Kind.IMAGE,
                    "ami-" + number,
                    "",
                    "available",
                    Map.of(Tags.APP, "web", Tags.FINGERPRINT, "f-ami-" + number),
                    List.of(),
                    created));
        }
        ENVIRONMENTS.forEach(environment -> resources.add(
                new Resource(Kind.LAUNCH_TEMPLATE, "lt-" + environment, "", "", tags(environment), List.of())));
        return resources;
    }

    @Property
    void prune_neverTakesAnImageThatIsInUseClaimedOrAmongTheNewest(
            @ForAll @Size(max = 3) List<@From("history") History> histories,
            @ForAll List<@From("version") Published> published,
            @ForAll List<@From("instance") Running> running,
            @ForAll List<@From("claim") Claim> claims,
            @ForAll Set<@IntRange(max = 9) Integer> young,
            @ForAll @IntRange(min = 1, max = 6) int keep) {
        List<Chosen> chosen = published.stream()
                .limit(1)
                .map(version -> new Chosen(version.templateId(), String.valueOf(version.number())))
                .toList();
        TeardownPlan plan = TeardownPlan.from(
                new Inventory(account(young), List.of()),
                Scope.prune("web", keep),
                new ImageHolders(claims, histories, new ImageUses(published, chosen, running, List.of()), List.of()),
                NOW);
        Set<String> removed =
                plan.removals().stream().map(removal -> removal.resource().id()).collect(Collectors.toSet());

        Set<String> needed = new HashSet<>();
        histories.forEach(history -> needed.addAll(newest(history, keep)));
        published.stream().filter(Published::isDefault).map(Published::imageId).forEach(needed::add);
        published.stream().limit(1).map(Published::imageId).forEach(needed::add);
        running.stream().map(Running::imageId).forEach(needed::add);
        claims.stream().map(claim -> claim.subject().substring(2)).forEach(needed::add);
        assertThat(removed).doesNotContainAnyElementsOf(needed.isEmpty() ? Set.of("none") : needed);

        Set<String> told = histories.stream()
                .flatMap(history -> history.releases().stream())
                .map(Release::imageId)
                .collect(Collectors.toSet());
        assertThat(removed)
                .as("just baked")
                .allMatch(image -> told.contains(image) || !young.contains(Integer.valueOf(image.substring(4))));
        assertThat(removed.size() + plan.kept().size()).isEqualTo(10);
    }

    /** Said once more in the plainest way. */
    private static Set<String> newest(History history, int keep) {
        Set<String> images = new LinkedHashSet<>();
        for (Release release : history.releases()) {
            if (release.end().orElseThrow().result() == Result.HEALTHY && images.size() < keep) {
                images.add(release.imageId());
            }
        }
        return images;
    }

    @Property(tries = 100)
    void somethingCannotBeSeen_nothingGoes(@ForAll List<@From("claim") Claim> claims) {
        TeardownPlan plan = TeardownPlan.from(
                new Inventory(account(Set.of()), List.of()),
                Scope.prune("web", 1),
                new ImageHolders(claims, List.of(), ImageUses.NONE, List.of("s3:GetObject: AccessDenied")),
                NOW);
        assertThat(plan.removals()).isEmpty();
        assertThat(plan.undecided()).hasSize(10 - plan.kept().size());
    }
}
