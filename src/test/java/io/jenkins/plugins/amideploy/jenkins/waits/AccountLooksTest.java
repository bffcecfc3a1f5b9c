package io.jenkins.plugins.amideploy.jenkins.waits;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.amideploy.engine.AwsFailure;
import io.jenkins.plugins.amideploy.engine.diagnosis.Diagnosis;
import io.jenkins.plugins.amideploy.engine.rollout.GroupReader;
import io.jenkins.plugins.amideploy.engine.rollout.GroupSnapshot;
import io.jenkins.plugins.amideploy.engine.rollout.GroupWriter;
import io.jenkins.plugins.amideploy.engine.rollout.HealthCheck;
import io.jenkins.plugins.amideploy.engine.rollout.RefreshRequest;
import io.jenkins.plugins.amideploy.engine.rollout.TargetGroupState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Looks of many waits, with a time that passes as fast as they are done. */
class AccountLooksTest {
    private static final Instant T0 = Instant.parse("2026-11-27T10:00:00Z");

    /** Checks every 5 s, healthy after 2: nothing is proven by looks that are more than 10 s apart. */
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

    private final Time time = new Time();
    private final AccountLooks looks = new AccountLooks("account 1 in here", () -> time.now, () -> 10, time::schedule);
    private final Groups groups = new Groups();

    @Test
    void join_manyWaitsOfOneGroup_areServedByOneLook() {
        List<Watching> waits = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            waits.add(join("web"));
        }
        time.pass(Duration.ofSeconds(21));
        assertThat(groups.reads("web")).hasSize(5);
        assertThat(waits).allSatisfy(wait -> assertThat(wait.take()).isPresent());
        assertThat(waits.get(0).take()).as("the same look again").isEmpty();
    }

    @Test
    void tick_manyGroups_keepsToTheBudgetAndTellsTheInterval() {
        List<Watching> waits = join(200);
        time.pass(Duration.ofMinutes(10));
        assertThat(groups.calls / 600.0).isBetween(8.0, 10.1);
        Look look = waits.get(7).take().orElseThrow();
        assertThat(look.pause()).isBetween(Duration.ofSeconds(80), Duration.ofSeconds(100));
        assertThat(look.slowed()).isEqualTo("200 groups of account 1 in here share 10 calls a second");
    }

    /** A step that removes leftovers as the same identity, say. */
    @Test
    void called_byOthersThanWaits_leavesTheirLooksAlone() {
        join("web");
        for (int i = 0; i < 5000; i++) {
            looks.called();
        }
        time.pass(Duration.ofSeconds(21));
        assertThat(groups.reads("web")).hasSize(5);
    }

    @Test
    void tick_manyGroups_looksAtEachWithinTheIntervalInForce() {
        join(200);
        time.pass(Duration.ofMinutes(10));
        groups.clear();
        time.pass(Duration.ofMinutes(10));
        for (int i = 0; i < 200; i++) {
            assertThat(groups.longestPause("group-" + i)).as("group " + i).isLessThan(Duration.ofSeconds(100));
        }
    }

    @Test
    void tick_groupsThatAreDueTogether_areAskedForWithOneCall() {
        join(6);
        time.pass(Duration.ofSeconds(30));
        assertThat(groups.batches).last().satisfies(names -> assertThat(names).hasSizeGreaterThan(3));
    }

    @Test
    void proving_oneOfManyGroups_isLookedAtAsOftenAsItsProofNeeds() {
        join(200);
        Watching wait = join("proof");
        time.pass(Duration.ofMinutes(5));
        wait.proving(time.now);
        time.pass(Duration.ofMinutes(2));
        groups.clear();
        time.pass(Duration.ofMinutes(5));
        assertThat(groups.longestPause("proof")).isLessThan(LONGEST_PAUSE);
        assertThat(groups.longestPause("group-3")).isLessThan(Duration.ofSeconds(150));
    }

    @Test
    void hurry_looksBeforeItIsDue() {
        join(200);
        Watching wait = join("stopped");
        time.pass(Duration.ofMinutes(5));
        groups.clear();
        wait.hurry();
        time.pass(Duration.ofSeconds(5));
        assertThat(groups.reads("stopped")).hasSize(1);
    }

    @Test
    void throttled_looksLessOftenAndEndsNoWait() {
        List<Watching> waits = join(50);
        time.pass(Duration.ofMinutes(2));
        groups.throttle = true;
        time.pass(Duration.ofMinutes(3));
        groups.clear();
        time.pass(Duration.ofMinutes(3));
        assertThat(groups.calls / 180.0).as("calls a second").isLessThan(5);
        assertThat(waits.get(0).take()).hasValueSatisfying(look -> {
            assertThat(look.failure()).isInstanceOf(AwsFailure.class);
            assertThat(look.slowed()).contains("since AWS answers \"too fast\"");
        });
        groups.throttle = false;
        time.pass(Duration.ofMinutes(10));
        groups.clear();
        time.pass(Duration.ofMinutes(3));
        assertThat(groups.calls / 180.0).as("calls a second").isGreaterThan(8);
    }

    @Test
    void leave_nobodyIsLeft_looksNoMore() {
        Watching one = join("web");
        Watching other = join("web");
        time.pass(Duration.ofSeconds(6));
        one.close();
        other.close();
        groups.clear();
        time.pass(Duration.ofMinutes(1));
        assertThat(groups.reads("web")).isEmpty();
        assertThat(looks.isEmpty()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void take_lookThatBeganBeforeTheWaitWroteToTheGroup_isNotGiven(boolean cancelling) {
        Watching wait = join("web");
        time.pass(Duration.ofSeconds(1));
        if (cancelling) {
            wait.writer().cancelRefresh("web");
        } else {
            wait.writer().rollBackRefresh("web");
        }
        assertThat(wait.take()).isEmpty();
        time.pass(Duration.ofSeconds(6));
        assertThat(wait.take()).isPresent();
    }

    private List<Watching> join(int count) {
        List<Watching> waits = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            waits.add(join("group-" + i));
        }
        return waits;
    }

    private Watching join(String group) {
        GroupWatch.Key key = new GroupWatch.Key("me", group);
        Watching wait = new Watching(looks, key, groups, () -> time.now, () -> {});
        looks.join(key, groups, wait);
        return wait;
    }

    /** AWS: each call is told as the clients' meter would tell it, and takes 40 ms. */
    private final class Groups implements GroupReader, GroupWriter {
        private final Map<String, List<Instant>> reads = new HashMap<>();
        private final List<Collection<String>> batches = new ArrayList<>();
        private boolean throttle;
        private int calls;

        @Override
        public GroupSnapshot read(String name) {
            reads.computeIfAbsent(name, absent -> new ArrayList<>()).add(time.now);
            for (int i = 0; i < 4; i++) {
                call();
            }
            HealthCheck check = new HealthCheck(Duration.ofSeconds(5), Duration.ofSeconds(2), 2, 2, "/", "80", "200");
            return new GroupSnapshot(
                    name,
                    true,
                    "",
                    1,
                    1,
                    1,
                    null,
                    0,
                    Set.of(),
                    List.of(),
                    List.of(new TargetGroupState("arn", "web", List.of(), check)),
                    List.of(),
                    List.of());
        }

        @Override
        public Map<String, Supplier<GroupSnapshot>> readAll(Collection<String> names) {
            batches.add(names);
            call();
            return names.stream().collect(Collectors.toMap(name -> name, name -> () -> read(name)));
        }

        private void call() {
            calls++;
            looks.called();
            time.now = time.now.plusMillis(40);
            if (throttle) {
                looks.throttled();
                throw new AwsFailure(
                        AwsFailure.Kind.THROTTLED,
                        "autoscaling:Describe",
                        "Throttling",
                        Diagnosis.of(AwsFailure.Kind.THROTTLED.general(), "too fast"),
                        null);
            }
        }

        private void clear() {
            reads.clear();
            calls = 0;
        }

        private List<Instant> reads(String name) {
            return reads.getOrDefault(name, List.of());
        }

        private Duration longestPause(String name) {
            List<Instant> times = reads(name);
            Duration longest = times.size() < 2 ? Duration.ofDays(1) : Duration.ZERO;
            for (int i = 1; i < times.size(); i++) {
                Duration pause = Duration.between(times.get(i - 1), times.get(i));
                longest = pause.compareTo(longest) > 0 ? pause : longest;
            }
            return longest;
        }

        @Override
        public String startRefresh(RefreshRequest request) {
            return "refresh";
        }

        @Override
        public void rollBackRefresh(String name) {
            time.now = time.now.plusMillis(1);
        }

        @Override
        public void cancelRefresh(String name) {
            time.now = time.now.plusMillis(1);
        }
    }

    /** A timer and its clock. */
    private static final class Time {
        private record Task(Instant at, long number, Runnable what, Future<?> future) {}

        private final PriorityQueue<Task> tasks =
                new PriorityQueue<>(Comparator.comparing(Task::at).thenComparing(Task::number));
        private Instant now = T0;
        private long number;

        Future<?> schedule(Runnable what, long millis) {
            Future<?> future = new CompletableFuture<>();
            tasks.add(new Task(now.plusMillis(millis), number++, what, future));
            return future;
        }

        void pass(Duration duration) {
            Instant until = now.plus(duration);
            while (!tasks.isEmpty() && !tasks.peek().at().isAfter(until)) {
                Task task = tasks.poll();
                if (!task.future().isCancelled()) {
                    now = task.at().isAfter(now) ? task.at() : now;
                    task.what().run();
                }
            }
            now = until.isAfter(now) ? until : now;
        }
    }
}
