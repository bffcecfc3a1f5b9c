package io.jenkins.plugins.amideploy.engine.pace;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class PaceProperties {
    private static final Instant T0 = Instant.parse("2026-11-27T10:00:00Z");

    /** Whatever looks cost, and however they come, no more is called than the rate and one burst. */
    @Property
    void charged_byWhoeverBeginsWhileItIsOpen_keepsToTheRate(
            @ForAll @Size(min = 1, max = 200) List<@IntRange(min = 1, max = 12) Integer> costs,
            @ForAll @IntRange(min = 1, max = 40) int limit) {
        CallBudget budget = CallBudget.begin(limit, T0);
        Instant now = T0;
        int calls = 0;
        for (int cost : costs) {
            budget = budget.at(now);
            Duration wait = budget.until(0);
            if (!wait.isZero()) {
                now = now.plus(wait);
                budget = budget.at(now);
            }
            budget = budget.charged(cost);
            calls += cost;
        }
        double seconds = Duration.between(T0, now).toMillis() / 1000.0;
        assertThat((double) calls).isLessThanOrEqualTo(limit * (seconds + 2) + 12);
    }

    /** All looks of a plan together keep to the budget, and nobody is left out. */
    @Property
    void of_anyGroups_keepsToTheBudget(
            @ForAll @IntRange(max = 400) int waiting,
            @ForAll @IntRange(max = 200) int proofs,
            @ForAll @IntRange(min = 1, max = 50) int budget) {
        List<Watched> all = new ArrayList<>(LookPlanTest.waiting(waiting));
        IntStream.range(0, proofs)
                .forEach(i -> all.add(LookPlanTest.proof("proof-" + i, i, LookPlanTest.QUICK.plusSeconds(i % 40))));
        LookPlan plan = LookPlan.of(all, budget);
        double calls = all.stream()
                .mapToDouble(
                        group -> group.calls() * 1000 / plan.pause(group.key()).toMillis())
                .sum();
        assertThat(calls).isLessThanOrEqualTo(budget + 0.1);
        assertThat(all).allSatisfy(group -> assertThat(plan.pause(group.key())).isPositive());
    }
}
