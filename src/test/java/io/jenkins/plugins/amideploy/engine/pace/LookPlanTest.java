package io.jenkins.plugins.amideploy.engine.pace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class LookPlanTest {
    private static final Instant T0 = Instant.parse("2026-11-27T10:00:00Z");

    /** What a target group with checks every 5 s and a threshold of 2 allows. */
    static final Duration QUICK = Duration.ofSeconds(10);

    @Test
    void of_fewGroups_looksEveryFiveSeconds() {
        LookPlan plan = LookPlan.of(waiting(15), 10);
        assertThat(plan.interval()).isEqualTo(LookPlan.BASE);
        assertThat(plan.pause("group-3")).isEqualTo(LookPlan.BASE);
    }

    @Test
    void of_manyGroups_stretchesTheIntervalForAll() {
        assertThat(LookPlan.of(waiting(200), 10).interval()).isEqualTo(Duration.ofSeconds(60));
        assertThat(LookPlan.of(waiting(200), 5).interval()).as("slowed").isEqualTo(Duration.ofSeconds(120));
    }

    @Test
    void of_oneProofAmongMany_isServedWithinWhatItAllows() {
        LookPlan plan = LookPlan.of(with(waiting(200), proof("proof", 0, QUICK)), 10);
        assertThat(plan.pause("proof")).isEqualTo(Duration.ofSeconds(6));
        assertThat(plan.isFirst("proof")).isTrue();
        assertThat(plan.interval()).isGreaterThan(Duration.ofSeconds(60)).isLessThan(Duration.ofSeconds(70));
    }

    @Test
    void of_moreProofsThanThereIsBudgetFor_servesThoseThatBeganFirst() {
        List<Watched> proofs = IntStream.range(0, 200)
                .mapToObj(i -> proof("proof-" + i, i, QUICK))
                .toList();
        LookPlan plan = LookPlan.of(proofs, 10);
        assertThat(plan.isFirst("proof-14")).isTrue();
        assertThat(plan.isFirst("proof-15"))
                .as("15 × 3 calls every 6 s are three quarters of 10 a second")
                .isFalse();
        assertThat(plan.pause("proof-199")).isEqualTo(plan.interval());
    }

    @Test
    void of_proofWithSlowChecks_bearsTheIntervalOfAll() {
        LookPlan plan = LookPlan.of(with(waiting(199), proof("proof", 0, Duration.ofSeconds(150))), 10);
        assertThat(plan.pause("proof")).isEqualTo(Duration.ofSeconds(60));
        assertThat(plan.interval()).isCloseTo(Duration.ofSeconds(60), Duration.ofMillis(10));
    }

    @Test
    void of_proofWithoutTargetGroups_bearsTheIntervalOfAll() {
        assertThat(LookPlan.of(with(waiting(200), proof("proof", 0, null)), 10).isFirst("proof"))
                .isFalse();
    }

    @Test
    void of_nothing_isTheBase() {
        assertThat(LookPlan.of(List.of(), 10).interval()).isEqualTo(LookPlan.BASE);
    }

    /** Proofs end, so each gets its turn: simulated with windows of half a minute. */
    @Test
    void of_moreProofsThanThereIsBudgetFor_provesAllInTurn() {
        Duration window = Duration.ofSeconds(30);
        int[] looks = new int[60];
        List<Integer> open = new ArrayList<>(IntStream.range(0, 60).boxed().toList());
        int rounds = 0;
        while (!open.isEmpty()) {
            LookPlan plan = LookPlan.of(
                    open.stream().map(i -> proof("proof-" + i, i, QUICK)).toList(), 10);
            open.forEach(i -> looks[i] +=
                    plan.isFirst("proof-" + i) || plan.pause("proof-" + i).compareTo(QUICK) <= 0 ? 1 : 0);
            open.removeIf(i -> looks[i] >= 1);
            rounds++;
        }
        assertThat(rounds * window.toSeconds())
                .as("seconds until all 60 are proven")
                .isLessThanOrEqualTo(120);
    }

    @Test
    void of_budgetOfOneCall_stillServesOneProof() {
        LookPlan plan = LookPlan.of(with(waiting(50), proof("proof", 0, QUICK)), 1);
        assertThat(plan.isFirst("proof")).isTrue();
        assertThat(plan.interval().toSeconds()).isCloseTo(300L, within(1L));
    }

    static List<Watched> waiting(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> new Watched("group-" + i, 3, null, null))
                .toList();
    }

    static Watched proof(String key, int since, Duration mostPause) {
        return new Watched(key, 3, T0.plusSeconds(since), mostPause);
    }

    private static List<Watched> with(List<Watched> groups, Watched more) {
        return Stream.concat(groups.stream(), Stream.of(more)).toList();
    }
}
