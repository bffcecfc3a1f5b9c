package io.jenkins.plugins.amideploy.engine.rollout;

import static io.jenkins.plugins.amideploy.engine.rollout.World.NEW;
import static io.jenkins.plugins.amideploy.engine.rollout.World.POLICY;
import static io.jenkins.plugins.amideploy.engine.rollout.World.START;
import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.amideploy.engine.AwsFailure;
import io.jenkins.plugins.amideploy.engine.rollout.Verdict.Kind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/**
 * What holds for every history of a group, second by second, looked at within the cadence in which no flap can hide. What really happened is kept beside what the
 * looks were shown.
 */
class HistoryProperties {
    private static final int SECONDS = 400;

    /** What happens to an instance of the version, or to a look. */
    private enum Happening {
        /** A target fails its checks, and recovers as soon as it may. */
        FLAP,
        /** A target fails and stays so for a while. */
        FALL,
        /** AWS takes an instance out for it and launches another. */
        REPLACE,
        /** Another instance comes, as when the group scales. */
        SCALE_OUT,
        /** An instance comes and goes without being seen. */
        COME_AND_GO
    }

    private record Event(int second, Happening happening, int instance, int length) {}

    /** What a look is shown. */
    private enum Answer {
        NOW,
        THROTTLED,
        UNANSWERED,
        /** What was true some seconds ago. */
        STALE,
        /** A place that does not know the group. */
        UNKNOWN,
        /** The target group without its targets. */
        WITHOUT_TARGETS
    }

    private record Look(int pause, Answer answer, int age) {}

    /** Something that must not be within a window. */
    private record Incident(Instant from, Instant to, String what) {
        /** A target is reported no longer than its instance is there. */
        Incident endingWith(String id, Instant end) {
            return what.startsWith(id + " ") && to.isAfter(end) ? new Incident(from, end, what) : this;
        }
    }

    @Provide
    Arbitrary<List<Event>> events() {
        return Combinators.combine(
                        Arbitraries.integers().between(1, SECONDS),
                        Arbitraries.of(Happening.class),
                        Arbitraries.integers().between(0, 3),
                        Arbitraries.integers().between(0, 30))
                .as(Event::new)
                .list()
                .ofMaxSize(8);
    }

    @Provide
    Arbitrary<List<Look>> looks() {
        return looks(Tuple.of(12, Answer.NOW), Tuple.of(1, Answer.THROTTLED), Tuple.of(1, Answer.UNANSWERED));
    }

    @Provide
    Arbitrary<List<Look>> poorLooks() {
        return looks(
                Tuple.of(3, Answer.NOW),
                Tuple.of(2, Answer.THROTTLED),
                Tuple.of(1, Answer.UNANSWERED),
                Tuple.of(2, Answer.STALE),
                Tuple.of(1, Answer.UNKNOWN),
                Tuple.of(1, Answer.WITHOUT_TARGETS));
    }

    @SafeVarargs
    private static Arbitrary<List<Look>> looks(Tuple.Tuple2<Integer, Answer>... answers) {
        return Combinators.combine(
                        Arbitraries.integers().between(1, 10),
                        Arbitraries.frequency(answers),
                        Arbitraries.integers().between(0, 30))
                .as(Look::new)
                .list()
                .ofSize(60);
    }

    @Property(tries = 200)
    void healthy_neverWithAnUnhealthyTargetOrAReplacementWithinTheWindow(
            @ForAll("events") List<Event> events, @ForAll("looks") List<Look> looks) {
        History history = new History(events);
        for (Look look : looks) {
            history.goOn(look.pause());
            Verdict verdict = history.look(look);
            if (verdict.kind() == Kind.HEALTHY) {
                Instant begun = history.world.now.minus(HealthWindow.length(history.world.snapshot(), POLICY));
                assertThat(history.incidents)
                        .noneMatch(incident ->
                                incident.to().isAfter(begun) && !incident.from().isAfter(history.world.now));
                assertThat(verdict.memory().proven()).containsExactlyElementsOf(Proof.of(history.world.snapshot()));
            }
            if (verdict.kind() != Kind.WAIT) {
                return;
            }
        }
    }

    /** A refresh that goes well, of which the looks see what AWS happens to answer. */
    @Property(tries = 200)
    void failed_neverForThrottledOrInconsistentReads(@ForAll("poorLooks") List<Look> looks) {
        History history = new History(List.of());
        for (Look look : looks) {
            history.goOn(look.pause());
            assertThat(history.look(look).kind()).isNotEqualTo(Kind.FAILED);
        }
    }

    @Property(tries = 200)
    void healthy_afterAnyQuietHistory_withinAWindowAndALook(@ForAll("poorLooks") List<Look> looks) {
        History history = new History(List.of());
        looks.forEach(look -> {
            history.goOn(look.pause());
            history.look(look);
        });
        Verdict verdict = null;
        for (int look = 0; look < 8; look++) {
            history.goOn(5);
            verdict = history.look(new Look(5, Answer.NOW, 0));
        }
        assertThat(verdict.kind()).isEqualTo(Kind.HEALTHY);
    }

    /** Plays the events into a world of two instances, and keeps what happened and what was to be seen. */
    private static final class History {
        final World world = World.done().checkedEvery(5);
        final List<Incident> incidents = new ArrayList<>();
        private final List<GroupSnapshot> seen = new ArrayList<>();
        private final List<Event> events;
        private final List<Event> recoveries = new ArrayList<>();
        private HealthMemory memory = HealthMemory.begin(START);
        private int second;
        private int launched;

        History(List<Event> events) {
            this.events = events;
            world.desired = 2;
            launch();
            seen.add(world.snapshot());
        }

        void goOn(int seconds) {
            for (int i = 0; i < seconds; i++) {
                second++;
                world.later(1);
                recoveries.stream().filter(event -> event.second() == second).forEach(this::recover);
                events.stream().filter(event -> event.second() == second).forEach(this::happen);
                seen.add(world.snapshot());
            }
        }

        /** Every memory goes through what a front door would persist. */
        Verdict look(Look look) {
            HealthPoll poll = new HealthPoll(name -> answer(look), World.WANTED, POLICY);
            Verdict verdict = poll.poll(HealthMemory.fromMap(memory.asMap()), world.now);
            memory = verdict.memory();
            return verdict;
        }

        private GroupSnapshot answer(Look look) {
            return switch (look.answer()) {
                case NOW -> world.snapshot();
                case THROTTLED -> throw FakeWriter.failure(AwsFailure.Kind.THROTTLED, "Throttling");
                case UNANSWERED -> throw FakeWriter.failure(AwsFailure.Kind.NO_ANSWER, "none");
                case STALE -> seen.get(Math.max(0, second - look.age()));
                case UNKNOWN -> GroupSnapshot.missing(World.GROUP);
                case WITHOUT_TARGETS -> {
                    GroupSnapshot now = world.snapshot();
                    world.targets.get(World.TARGET_GROUP).clear();
                    GroupSnapshot without = world.snapshot();
                    now.targetGroups()
                            .get(0)
                            .targets()
                            .forEach(target ->
                                    world.target(target.id(), target.state(), target.reason(), target.description()));
                    yield without;
                }
            };
        }

        private void happen(Event event) {
            List<String> ids = List.copyOf(world.instances.keySet());
            String id = ids.get(event.instance() % ids.size());
            switch (event.happening()) {
                case FLAP -> fall(id, (int) world.check.toHeal().toSeconds());
                case FALL -> fall(id, (int) world.check.toHeal().toSeconds() + event.length());
                case REPLACE -> {
                    world.replacedForHealth(id);
                    incidents.replaceAll(incident -> incident.endingWith(id, world.now));
                    incidents.add(new Incident(world.now, world.now, id + " replaced"));
                    launch();
                }
                case SCALE_OUT -> launch();
                case COME_AND_GO ->
                    world.launched("i-9").activity("Terminating EC2 instance: i-9", "a health check", "Successful", "");
            }
        }

        private void fall(String id, int seconds) {
            world.unhealthy(id);
            incidents.add(new Incident(world.now, world.now.plusSeconds(seconds), id + " unhealthy"));
            recoveries.add(new Event(second + seconds, Happening.FLAP, ordinal(id), 0));
        }

        private void recover(Event event) {
            String id = id(event.instance());
            boolean stillDown = incidents.stream()
                    .anyMatch(incident -> incident.what().equals(id + " unhealthy")
                            && incident.to().isAfter(world.now));
            if (world.instances.containsKey(id) && !stillDown) {
                world.target(id, "healthy", "", "");
            }
        }

        private void launch() {
            String id = id(++launched);
            world.launched(id).instance(id, "InService", NEW).target(id, "healthy", "", "");
        }

        private static String id(int ordinal) {
            return ordinal == 0 ? "i-0b" : "i-1" + ordinal;
        }

        private static int ordinal(String id) {
            return id.equals("i-0b") ? 0 : Integer.parseInt(id.substring(3));
        }
    }
}
