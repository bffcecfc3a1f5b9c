package io.jenkins.plugins.amideploy.cli.screen;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.amideploy.engine.tool.Progress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class PhasesTest {
    private static final Instant START = Instant.parse("2026-11-27T02:00:00Z");

    private final Phases phases = new Phases();

    private List<String> seen() {
        return phases.all().stream()
                .map(each -> each.name() + " " + each.state())
                .toList();
    }

    @Test
    void partsThatAreNamed_areAheadUntilTheyBegin() {
        phases.ahead(List.of("bake", "plan"));
        phases.begin("bake", START);
        phases.progress(new Progress("base", "creating instance"), START);

        assertThat(seen()).containsExactly("bake RUNNING", "plan AHEAD");
        assertThat(phases.running().orElseThrow().text()).isEqualTo("base: creating instance");
    }

    @Test
    void partThatNeverBegan_isLeftOut() {
        phases.ahead(List.of("plan", "apply", "rollout"));
        phases.begin("plan", START);
        phases.end("plan", true, START.plusSeconds(7));
        phases.begin("rollout", START.plusSeconds(8));

        assertThat(seen()).containsExactly("plan DONE", "apply LEFT_OUT", "rollout RUNNING");
        assertThat(phases.all().get(0).elapsed(START.plusSeconds(99))).isEqualTo(Duration.ofSeconds(7));
    }

    @Test
    void partsThatNobodyNames_areTheStagesOfProgress() {
        phases.progress(new Progress("plan", "finding providers"), START);
        phases.progress(new Progress("apply", "creating aws_lb.web"), START.plusSeconds(3));

        assertThat(seen()).containsExactly("plan DONE", "apply RUNNING");
        assertThat(phases.running().orElseThrow().text()).isEqualTo("creating aws_lb.web");
    }

    @Test
    void partThatGoesOn_keepsItsTime() {
        phases.progress(new Progress("destroy", "removing a"), START);
        phases.progress(new Progress("apply", "x"), START.plusSeconds(10));
        phases.progress(new Progress("destroy", "removing b"), START.plusSeconds(20));

        assertThat(phases.running().orElseThrow().elapsed(START.plusSeconds(21)))
                .isEqualTo(Duration.ofSeconds(11));
    }

    @Test
    void outcome_takesThePlaceOfWhatWasDoneLast() {
        phases.begin("plan", START);
        phases.progress(new Progress("plan", "looking at what is there"), START);
        phases.end("plan", true, START);
        phases.outcome("plan: 1 to add");

        assertThat(phases.all().get(0).text()).isEqualTo("1 to add");
    }

    @Test
    void failure_endsWhatRunsAndForgetsTheRest() {
        phases.ahead(List.of("plan", "apply"));
        phases.progress(new Progress("plan", "x"), START);
        phases.over(false, START);

        assertThat(seen()).containsExactly("plan FAILED");
    }
}
