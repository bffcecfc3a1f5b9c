package io.jenkins.plugins.amideploy.engine.rollout;

import static io.jenkins.plugins.amideploy.engine.rollout.World.NEW;
import static io.jenkins.plugins.amideploy.engine.rollout.World.POLICY;
import static io.jenkins.plugins.amideploy.engine.rollout.World.START;
import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.amideploy.engine.diagnosis.Cause;
import io.jenkins.plugins.amideploy.engine.rollout.Verdict.Kind;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** How long all must stay as it is, and what begins that time anew. */
class HealthWindowTest {
    private static final HealthMemory BEGIN = HealthMemory.begin(START);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "5 | 2 | 2 | 0 | 30",
                "5 | 2 | 2 | 24 | 30",
                "5 | 2 | 2 | 30 | 36",
                "10 | 5 | 2 | 20 | 56",
                "30 | 5 | 10 | 600 | 616",
                "30 | 5 | 10 | 700 | 706",
                "300 | 120 | 10 | 20 | 6246"
            })
    void length_isTwiceWhatAFailureNeedsToShowAndALook_orWhatIsAsked(
            long interval, long timeout, int threshold, long asked, long window) {
        World world = World.done();
        world.check = check(interval, timeout, 2, threshold);
        HealthPolicy policy = POLICY.withStability(Duration.ofSeconds(asked));
        assertThat(HealthWindow.length(world.snapshot(), policy)).isEqualTo(Duration.ofSeconds(window));
    }

    @Test
    void length_ofSeveralTargetGroups_isThatOfTheSlowest() {
        GroupSnapshot one = World.done().checkedEvery(5).snapshot();
        TargetGroupState slow = new TargetGroupState("arn:slow", "slow", List.of(), check(30, 5, 2, 3));
        GroupSnapshot both = with(one, List.of(one.targetGroups().get(0), slow));
        assertThat(HealthWindow.length(both, POLICY)).isEqualTo(Duration.ofSeconds(196));
        assertThat(HealthWindow.text(both, POLICY))
                .isEqualTo("must stay so for 3 min 16 s, twice the 1 min 35 s in which target group slow notices a"
                        + " failure and one look");
    }

    @Test
    void length_withoutATargetGroup_isWhatIsAsked() {
        GroupSnapshot none = with(World.done().snapshot(), List.of());
        assertThat(HealthWindow.length(none, POLICY)).isEqualTo(POLICY.stability());
        assertThat(HealthWindow.text(none, POLICY)).isEqualTo("must stay so for 20 s");
    }

    @Test
    void evaluate_healthyThroughTheWholeWindow_isHealthyAtItsEndAndNotBefore() {
        World world = World.done().checkedEvery(5);
        Verdict verdict = world.judge(BEGIN);
        assertThat(verdict.progress())
                .isEqualTo("1/1 InService and healthy in every target group, all version 2; must stay so for 30 s,"
                        + " twice the 12 s in which target group web-prod notices a failure and one look");
        for (int second = 0; second < 30; second += 5) {
            assertThat(verdict.kind()).as("after %d s", second).isEqualTo(Kind.WAIT);
            verdict = world.later(5).judge(persisted(verdict));
        }
        assertThat(verdict.kind()).isEqualTo(Kind.HEALTHY);
    }

    static Stream<Named<Consumer<World>>> changes() {
        return Stream.of(
                Named.of("its only instance is another one", world -> {
                    world.instances.clear();
                    world.instance("i-0c", "InService", NEW).target("i-0c", "healthy", "", "");
                }),
                Named.of("one more instance", world -> world.instance("i-0c", "InService", NEW)
                        .target("i-0c", "healthy", "", "")),
                Named.of(
                        "an instance that came and went",
                        world -> world.activity("Terminating EC2 instance: i-0d", "a health check", "Successful", "")),
                Named.of("a launch that failed", world -> world.failedLaunch("no")),
                Named.of("a pause in which a target can fail and recover", world -> world.later(11)));
    }

    @ParameterizedTest
    @MethodSource("changes")
    void evaluate_betweenTwoLooksThatFindAllHealthy_beginsAnewAfter(Consumer<World> change) {
        World world = World.done().checkedEvery(5).launched("i-0b");
        Verdict verdict = world.judge(BEGIN);
        for (int look = 0; look < 4; look++) {
            verdict = world.later(5).judge(persisted(verdict));
        }
        assertThat(verdict.memory().healthySince()).isEqualTo(START);
        change.accept(world);
        Verdict after = world.later(5).judge(persisted(verdict));
        assertThat(after.kind()).isEqualTo(Kind.WAIT);
        assertThat(after.memory().healthySince()).isEqualTo(world.now);
    }

    static Stream<Named<Consumer<World>>> harmless() {
        return Stream.of(
                Named.of("nothing", world -> {}),
                Named.of("the longest pause that a flap cannot hide in", world -> world.later(5)),
                Named.of(
                        "an activity about no instance",
                        world -> world.activity("Updating load balancers", "", "Successful", "")),
                Named.of("the old instance's end", world -> world.instance("i-0a", "Terminating", World.OLD)
                        .target("i-0a", "draining", "", "")));
    }

    @ParameterizedTest
    @MethodSource("harmless")
    void evaluate_betweenTwoLooks_goesOnAfter(Consumer<World> change) {
        World world = World.done().checkedEvery(5).launched("i-0b");
        Verdict verdict = world.judge(BEGIN);
        change.accept(world);
        assertThat(world.later(5).judge(persisted(verdict)).memory().healthySince())
                .isEqualTo(START);
    }

    @Test
    void evaluate_slowChecks_allowALongerPause() {
        World world = World.done().checkedEvery(30);
        Verdict verdict = world.judge(BEGIN);
        assertThat(world.later(60).judge(persisted(verdict)).memory().healthySince())
                .isEqualTo(START);
        assertThat(world.later(1).judge(persisted(verdict)).memory().healthySince())
                .isEqualTo(world.now);
    }

    /** What an earlier version of the plugin persisted does not say of which instances it holds. */
    @Test
    void memory_persistedWithoutItsInstances_beginsAnew() {
        World world = World.done();
        var map = world.judge(BEGIN).memory().asMap();
        map.keySet().removeIf(key -> key.startsWith("window."));
        assertThat(HealthMemory.fromMap(map).window()).isNull();
    }

    /** A version whose health check fails after 25 s: its instance is taken out, and the successor is healthy for as long. */
    @Test
    void evaluate_replacedAgainAndAgain_isNeverHealthyAndFailsAtTheSecond() {
        World world = World.done().checkedEvery(5).launched("i-0b");
        HealthMemory memory = BEGIN;
        Verdict verdict = null;
        for (int second = 0; second < 300; second += 5) {
            int age = second % 50;
            String id = "i-0" + (char) ('b' + second / 50);
            if (age == 0 && second > 0) {
                world.replacedForHealth("i-0" + (char) ('a' + second / 50));
                world.launched(id).instance(id, "InService", NEW);
            }
            world.target(id, age < 30 ? "healthy" : "unhealthy", "", "");
            verdict = world.judge(memory);
            assertThat(verdict.kind()).as("after %d s", second).isNotEqualTo(Kind.HEALTHY);
            if (verdict.kind() == Kind.FAILED) {
                break;
            }
            memory = persisted(verdict);
            world.later(5);
        }
        assertThat(verdict.diagnosis().orElseThrow().cause()).isEqualTo(Cause.DOES_NOT_STAY_HEALTHY);
        assertThat(Duration.between(START, world.now)).isLessThan(Duration.ofSeconds(110));
    }

    private static HealthMemory persisted(Verdict verdict) {
        return HealthMemory.fromMap(verdict.memory().asMap());
    }

    private static HealthCheck check(long interval, long timeout, int healthy, int unhealthy) {
        return new HealthCheck(
                Duration.ofSeconds(interval),
                Duration.ofSeconds(timeout),
                healthy,
                unhealthy,
                "/health",
                "traffic-port",
                "200");
    }

    private static GroupSnapshot with(GroupSnapshot group, List<TargetGroupState> targetGroups) {
        return new GroupSnapshot(
                group.groupName(),
                true,
                "",
                1,
                1,
                1,
                group.template(),
                60,
                group.suspendedProcesses(),
                group.instances(),
                targetGroups,
                group.refreshes(),
                group.activities());
    }
}
