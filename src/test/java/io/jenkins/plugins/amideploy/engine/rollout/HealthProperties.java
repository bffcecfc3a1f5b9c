package io.jenkins.plugins.amideploy.engine.rollout;

import static io.jenkins.plugins.amideploy.engine.rollout.World.NEW;
import static io.jenkins.plugins.amideploy.engine.rollout.World.OLD;
import static io.jenkins.plugins.amideploy.engine.rollout.World.POLICY;
import static io.jenkins.plugins.amideploy.engine.rollout.World.START;
import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.amideploy.engine.rollout.RolloutStep.Action;
import io.jenkins.plugins.amideploy.engine.rollout.Verdict.Kind;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** What holds for every world, whatever state it is in. */
class HealthProperties {
    private record One(String lifecycle, String health, TemplateVersion template, String target) {}

    @Provide
    Arbitrary<World> worlds() {
        Arbitrary<One> one = Combinators.combine(
                        Arbitraries.frequency(
                                Tuple.of(6, "InService"),
                                Tuple.of(1, "Pending"),
                                Tuple.of(1, "Terminating"),
                                Tuple.of(1, "Standby"),
                                Tuple.of(1, "Warmed:Hibernated")),
                        Arbitraries.frequency(Tuple.of(6, "Healthy"), Tuple.of(1, "Unhealthy")),
                        Arbitraries.of(NEW, NEW, NEW, OLD, new TemplateVersion("lt-9", "2"))
                                .injectNull(0.05),
                        Arbitraries.frequency(
                                Tuple.of(6, "healthy"),
                                Tuple.of(1, "initial"),
                                Tuple.of(1, "unhealthy"),
                                Tuple.of(1, "unhealthy.draining"),
                                Tuple.of(1, "none")))
                .as(One::new);
        Arbitrary<String> refresh = Arbitraries.of(
                "none",
                "Pending",
                "InProgress",
                "Successful",
                "Successful",
                "Successful",
                "Failed",
                "Cancelling",
                "Cancelled",
                "RollbackInProgress",
                "RollbackFailed",
                "RollbackSuccessful",
                "Baking",
                "Unheard");
        return Combinators.combine(
                        one.list().ofMaxSize(4),
                        refresh,
                        Arbitraries.integers().between(0, 4),
                        Arbitraries.of(NEW, NEW, OLD))
                .as(HealthProperties::world);
    }

    private static World world(List<One> instances, String refresh, int desired, TemplateVersion next) {
        World world = new World();
        world.desired = desired;
        world.groupTemplate = next;
        for (int i = 0; i < instances.size(); i++) {
            One one = instances.get(i);
            world.instance("i-0" + i, one.lifecycle(), one.health(), one.template());
            if (!one.target().equals("none")) {
                world.target("i-0" + i, one.target(), "", "");
            }
        }
        if (!refresh.equals("none")) {
            world.refresh("r-1", refresh, NEW);
        }
        return world;
    }

    @Property
    void healthy_onlyWhenEverythingIsAsItMustBe(@ForAll("worlds") World world) {
        Verdict verdict = world.judgeStable();
        if (verdict.kind() != Kind.HEALTHY) {
            return;
        }
        GroupSnapshot snapshot = world.snapshot();
        assertThat(snapshot.staying())
                .isNotEmpty()
                .hasSizeGreaterThanOrEqualTo(world.desired)
                .allSatisfy(instance -> {
                    assertThat(instance.template()).isEqualTo(NEW);
                    assertThat(instance.lifecycle()).isEqualTo("InService");
                    assertThat(instance.health()).isEqualTo("Healthy");
                    assertThat(snapshot.targetGroups()).allSatisfy(group -> assertThat(group.of(instance.id()))
                            .isNotEmpty()
                            .allMatch(TargetState::isHealthy));
                });
        assertThat(snapshot.refreshes()).allMatch(RefreshState::isSuccessful);
    }

    @Property
    void healthy_neverAtTheFirstLook(@ForAll("worlds") World world) {
        assertThat(world.judge(HealthMemory.begin(START)).kind()).isNotEqualTo(Kind.HEALTHY);
    }

    @Property
    void healthy_atTheFirstLookOfAProofOnlyForItsInstances(@ForAll("worlds") World world) {
        world.later(60);
        HealthMemory memory = HealthMemory.begin(world.now).trusting(new Proof(Set.of("i-00", "i-01"), world.now));
        if (world.judge(memory).kind() == Kind.HEALTHY) {
            assertThat(world.snapshot().staying())
                    .extracting(InstanceState::id)
                    .containsExactlyInAnyOrder("i-00", "i-01");
        }
    }

    @Property
    void memory_survivesBeingPersisted(@ForAll("worlds") World world) {
        HealthMemory memory = world.judge(HealthMemory.begin(START)).memory();
        assertThat(HealthMemory.fromMap(memory.asMap())).isEqualTo(memory);
    }

    @Property
    void rollout_stateSurvivesBeingPersistedAndOverStaysOver(@ForAll("worlds") World world) {
        Rollout rollout = new Rollout(RolloutRequest.of(World.WANTED, POLICY));
        RolloutState state = RolloutState.begin(START);
        for (int look = 0; look < 4; look++) {
            RolloutStep step = rollout.next(state, world.snapshot(), world.now);
            Map<String, String> persisted = step.state().asMap();
            assertThat(RolloutState.fromMap(persisted)).isEqualTo(step.state());
            if (step.isOver()) {
                assertThat(rollout.next(step.state(), world.snapshot(), world.now)
                                .action())
                        .isEqualTo(step.action());
            }
            state = step.action() == Action.START_REFRESH
                    ? rollout.started(step.state(), "r-1", world.now).state()
                    : step.state();
            world.later(20);
        }
    }
}
