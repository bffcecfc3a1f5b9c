package io.jenkins.plugins.amideploy.engine.pace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class CallBudgetTest {
    private static final Instant T0 = Instant.parse("2026-11-27T10:00:00Z");

    @Test
    void begin_isOpenForABurstOfTwoSeconds() {
        CallBudget budget = CallBudget.begin(10, T0);
        assertThat(budget.charged(19).until(0)).isZero();
        assertThat(budget.charged(20).until(0)).isPositive();
    }

    @Test
    void charged_beyondTheBalance_isPaidBackBeforeAnythingBegins() {
        CallBudget debt = CallBudget.begin(10, T0).charged(50);
        assertThat(debt.until(0)).isEqualTo(Duration.ofMillis(3001));
        assertThat(debt.at(T0.plusMillis(2999)).until(0)).isPositive();
        assertThat(debt.at(T0.plus(debt.until(0))).until(0)).isZero();
    }

    @Test
    void throttled_halvesTheRateOnceForCallsThatWereOnTheirWay() {
        CallBudget slowed = CallBudget.begin(10, T0).throttled().throttled().throttled();
        assertThat(slowed.rate()).isEqualTo(5);
        assertThat(slowed.until(0)).as("begins nothing more at once").isPositive();
        assertThat(slowed.isSlowed()).isTrue();
    }

    @Test
    void throttled_again_neverEndsAllLooks() {
        CallBudget budget = CallBudget.begin(10, T0);
        for (int i = 1; i <= 20; i++) {
            budget = budget.at(T0.plusSeconds(2L * i)).throttled();
        }
        assertThat(budget.rate()).isBetween(1.0, 2.0);
    }

    @Test
    void at_withoutThrottling_growsBackToTheLimit() {
        CallBudget slowed = CallBudget.begin(10, T0).throttled();
        assertThat(slowed.at(T0.plusSeconds(30)).rate()).isCloseTo(7.5, within(0.01));
        assertThat(slowed.at(T0.plusSeconds(600)).rate()).isEqualTo(10);
    }

    @Test
    void at_clockGoesBack_refillsNothing() {
        CallBudget debt = CallBudget.begin(10, T0).charged(30);
        assertThat(debt.at(T0.minusSeconds(60)).balance()).isEqualTo(debt.balance());
    }

    @Test
    void withLimit_isInForceAtOnce() {
        assertThat(CallBudget.begin(10, T0).withLimit(2).rate()).isEqualTo(2);
    }

    @Test
    void begin_withoutCalls_isRefused() {
        assertThatThrownBy(() -> CallBudget.begin(0, T0)).hasMessageContaining("0.0 calls a second");
    }
}
