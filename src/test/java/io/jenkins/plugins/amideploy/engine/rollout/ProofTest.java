package io.jenkins.plugins.amideploy.engine.rollout;

import static io.jenkins.plugins.amideploy.engine.rollout.World.NEW;
import static io.jenkins.plugins.amideploy.engine.rollout.World.OLD;
import static io.jenkins.plugins.amideploy.engine.rollout.World.POLICY;
import static io.jenkins.plugins.amideploy.engine.rollout.World.START;
import static io.jenkins.plugins.amideploy.engine.rollout.World.WANTED;
import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.amideploy.engine.AwsFailure;
import io.jenkins.plugins.amideploy.engine.rollout.RolloutStep.Action;
import io.jenkins.plugins.amideploy.engine.rollout.Verdict.Kind;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ProofTest {
    private static final Instant PROVEN = START.plusSeconds(600);
    private static final Proof PROOF = new Proof(Set.of("i-0b"), PROVEN);

    /** Deployed at START, proven ten minutes later, an hour ago. */
    private static World deployed() {
        return World.done().launched("i-0b").later(4200);
    }

    private static HealthMemory trusting(World world) {
        return HealthMemory.begin(world.now).trusting(PROOF);
    }

    @Test
    void proof_sameInstancesAndNothingSince_isHealthyAtTheFirstLook() {
        World world = deployed();
        Verdict verdict = world.judge(HealthMemory.fromMap(trusting(world).asMap()));
        assertThat(verdict.kind()).isEqualTo(Kind.HEALTHY);
        assertThat(verdict.progress())
                .isEqualTo("1/1 InService and healthy in every target group, all version 2,"
                        + " as proven at 2026-01-01T10:10:00Z, and nothing happened since");
        assertThat(verdict.memory().proven()).containsExactly("i-0b");
    }

    static Stream<Named<Consumer<World>>> changes() {
        return Stream.of(
                Named.of("another instance", world -> {
                    world.instances.clear();
                    world.instance("i-0c", "InService", NEW).target("i-0c", "healthy", "", "");
                }),
                Named.of("one more instance", world -> world.instance("i-0c", "InService", NEW)
                        .target("i-0c", "healthy", "", "")),
                Named.of("an activity begun since", world -> world.launched("i-0c")),
                Named.of(
                        "a failed activity begun since",
                        world -> world.activity("Updating load balancers", "", "Failed", "no luck")),
                Named.of(
                        "a refresh begun since",
                        world -> world.refreshes.add(
                                0, new RefreshState("r-2", "Successful", 100, "", NEW, world.now, world.now))));
    }

    @ParameterizedTest
    @MethodSource("changes")
    void proof_somethingHappenedSince_takesTheWholeWindow(Consumer<World> change) {
        World world = deployed();
        change.accept(world);
        Verdict first = world.judge(trusting(world));
        assertThat(first.kind()).isEqualTo(Kind.WAIT);
        assertThat(first.memory().proof()).isNull();
        assertThat(world.later(19).judge(first.memory()).kind()).isEqualTo(Kind.WAIT);
        assertThat(world.later(1).judge(first.memory()).kind()).isEqualTo(Kind.HEALTHY);
    }

    static Stream<Named<Consumer<World>>> troubles() {
        return Stream.of(
                Named.of("an unhealthy target", world -> world.unhealthy("i-0b")),
                Named.of("another version", world -> world.instance("i-0b", "InService", OLD)),
                Named.of("the group's own check", world -> world.instance("i-0b", "InService", "Unhealthy", NEW)),
                Named.of("more wanted", world -> world.desired = 2),
                Named.of(
                        "a pending refresh",
                        world -> world.refreshes.add(0, new RefreshState("r-2", "Pending", 0, "", NEW, null, null))));
    }

    @ParameterizedTest
    @MethodSource("troubles")
    void proof_notHealthyAtTheFirstLook_isNotTrustedLaterEither(Consumer<World> trouble) {
        World world = deployed();
        trouble.accept(world);
        Verdict first = world.judge(trusting(world));
        assertThat(first.kind()).isNotEqualTo(Kind.HEALTHY);
        World mended = deployed();
        assertThat(mended.later(20).judge(first.memory()).kind()).isEqualTo(Kind.WAIT);
    }

    @Test
    void proof_whatHappenedBefore_doesNotMatter() {
        World world = World.done().later(600).launched("i-0b").later(1);
        assertThat(world.judge(trusting(world)).kind()).isEqualTo(Kind.HEALTHY);
    }

    /** Of a clock that went back nothing can be said. */
    @Test
    void proof_fromTheFuture_isNotTrusted() {
        World world = World.done().later(599);
        assertThat(world.judge(trusting(world)).kind()).isEqualTo(Kind.WAIT);
    }

    @Test
    void proof_ofNoInstance_provesNothing() {
        World world = deployed();
        HealthMemory memory = HealthMemory.begin(world.now).trusting(new Proof(Set.of(), PROVEN));
        assertThat(world.judge(memory).kind()).isEqualTo(Kind.WAIT);
        assertThat(HealthMemory.fromMap(memory.asMap())).isEqualTo(memory);
    }

    @Test
    void proof_looksThatFailForNow_keepIt() {
        World world = deployed();
        AwsFailure throttled = FakeWriter.failure(AwsFailure.Kind.THROTTLED, "Throttling");
        HealthPoll failing = new HealthPoll(
                name -> {
                    throw throttled;
                },
                WANTED,
                POLICY);
        Verdict unread = failing.poll(trusting(world), world.now);
        assertThat(world.later(5).judge(unread.memory()).kind()).isEqualTo(Kind.HEALTHY);
    }

    @Test
    void rollout_unchangedAndProvenBefore_isDoneAtTheFirstLook() {
        World world = deployed();
        RolloutStep step = poll(world, RolloutState.begin(world.now, Optional.of(PROOF)));
        assertThat(step.action()).isEqualTo(Action.DONE);
        assertThat(step.state().memory().proven()).containsExactly("i-0b");
        assertThat(step.state().memory().refreshId()).isNull();
    }

    @Test
    void rollout_versionIsNew_isNotTrusted() {
        World world = World.serving().later(4200);
        RolloutStep step = poll(world, RolloutState.begin(world.now, Optional.of(new Proof(Set.of("i-0a"), PROVEN))));
        assertThat(step.action()).isEqualTo(Action.WAIT);
        assertThat(step.state().memory().proof()).isNull();
        assertThat(step.state().memory().refreshId()).isEqualTo("r-1");
    }

    private static RolloutStep poll(World world, RolloutState state) {
        RolloutRequest request = RolloutRequest.of(WANTED, POLICY);
        return new RolloutPoll(name -> world.snapshot(), new FakeWriter(), request)
                .poll(RolloutState.fromMap(state.asMap()), world.now);
    }
}
