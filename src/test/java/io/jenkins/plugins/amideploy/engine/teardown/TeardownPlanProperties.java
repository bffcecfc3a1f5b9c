package io.jenkins.plugins.amideploy.engine.teardown;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.amideploy.engine.AppId;
import io.jenkins.plugins.amideploy.engine.Tags;
import io.jenkins.plugins.amideploy.engine.teardown.Resource.Kind;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever an account holds, a plan of removals keeps to what carries the application's tag. */
class TeardownPlanProperties {
    private static final AppId APP = new AppId("web", "prod");

    @Provide
    Arbitrary<Resource> anything() {
        Arbitrary<Map<String, String>> tags = Arbitraries.maps(
                Arbitraries.of(Tags.APP, Tags.ENVIRONMENT, Tags.TEMPORARY),
                Arbitraries.of("web", "prod", "other", "true"));
        return Combinators.combine(
                        Arbitraries.of(Kind.values()),
                        Arbitraries.integers().between(0, 5),
                        Arbitraries.of("", "available"),
                        tags)
                .as((kind, number, state, all) -> new Resource(kind, kind + "-" + number, "", state, all, List.of()));
    }

    @Property
    void plan_neverTouchesWhatLacksTheApplicationsTag_norAnotherEnvironmentsStack(
            @ForAll List<@From("anything") Resource> resources) {
        TeardownPlan plan = TeardownPlan.from(
                new Inventory(resources, List.of()),
                Scope.destroy(APP, 5),
                ImageHolders.NONE,
                Instant.parse("2026-11-23T12:00:00Z"));
        assertThat(plan.removals())
                .allMatch(removal -> APP.app().equals(removal.resource().tags().get(Tags.APP)));
        assertThat(plan.stack()).allMatch(resource -> resource.belongsTo(APP));
        assertThat(plan.removals())
                .filteredOn(removal -> !removal.isShared())
                .allMatch(removal ->
                        removal.resource().belongsTo(APP) && removal.resource().isTemporary());
        assertThat(plan.kept()).allMatch(kept -> plan.removals().stream()
                .noneMatch(removal -> removal.resource().equals(kept.resource())));
    }
}
