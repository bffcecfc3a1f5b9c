package io.jenkins.plugins.amideploy.engine.teardown;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.amideploy.engine.AppId;
import io.jenkins.plugins.amideploy.engine.Tags;
import io.jenkins.plugins.amideploy.engine.teardown.Resource.Kind;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever an account holds, a plan of removals keeps to what carries both tags. */
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
    void plan_neverTouchesWhatLacksOneOfTheTags(@ForAll List<@From("anything") Resource> resources) {
        TeardownPlan plan = TeardownPlan.from(new Inventory(resources, List.of()), APP);
        assertThat(plan.removals()).allMatch(removal -> removal.resource().belongsTo(APP));
        assertThat(plan.stack()).allMatch(resource -> resource.belongsTo(APP));
        assertThat(plan.removals())
                .allMatch(removal -> Set.of(Kind.IMAGE, Kind.SNAPSHOT)
                                .contains(removal.resource().kind())
                        || removal.resource().isTemporary());
    }
}
