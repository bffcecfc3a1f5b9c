package io.jenkins.plugins.amideploy.engine.tool;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.amideploy.engine.Outcome;
import java.util.List;
import org.junit.jupiter.api.Test;

class SequenceTest {
    /** One command of the phase {@code plan}; yields its exit code. */
    private record One(String argument) implements Operation<Integer> {
        @Override
        public ToolCommand first() {
            return ToolCommand.lines(Tool.TERRAFORM, "plan", "/", List.of(argument));
        }

        @Override
        public Step<Integer> after(ToolResult result) {
            assertThat(result.phase()).isEqualTo("plan");
            return Step.done(
                    result.isOk() ? Outcome.success(7) : Outcome.failure(Outcome.Kind.FAILED, argument + " failed"));
        }

        @Override
        public OutputParser parser(String phase) {
            assertThat(phase).isEqualTo("plan");
            return OutputParser.ignoring();
        }
    }

    private final Sequence<Integer, Integer> sequence = new Sequence<>(new One("a"), seven -> new One("b" + seven));

    @Test
    void after_firstSucceeded_runsTheSecondUnderAPhaseOfItsOwn() {
        assertThat(sequence.first().phase()).isEqualTo("1-plan");
        sequence.parser("1-plan");

        Step<Integer> next = sequence.after(ToolResult.exited("1-plan", 0));

        ToolCommand second = ((Step.Run<Integer>) next).command();
        assertThat(second.phase()).isEqualTo("2-plan");
        assertThat(second.arguments()).containsExactly("b7");
        sequence.parser("2-plan");
        assertThat(sequence.after(ToolResult.exited("2-plan", 0))).isEqualTo(Step.done(Outcome.success(7)));
    }

    @Test
    void after_firstFailed_endsWithItsFailure() {
        assertThat(sequence.after(ToolResult.exited("1-plan", 1)))
                .isEqualTo(Step.done(Outcome.failure(Outcome.Kind.FAILED, "a failed")));
    }

    @Test
    void after_secondFailed_endsWithItsFailure() {
        sequence.after(ToolResult.exited("1-plan", 0));

        assertThat(sequence.after(ToolResult.exited("2-plan", 1)))
                .isEqualTo(Step.done(Outcome.failure(Outcome.Kind.FAILED, "b7 failed")));
    }

    @Test
    void phaseWithin_isTheOperationsOwnName() {
        assertThat(Sequence.phaseWithin("1-plan")).isEqualTo("plan");
        assertThat(Sequence.phaseWithin("2-apply")).isEqualTo("apply");
        assertThat(Sequence.phaseWithin("base-build")).isEqualTo("base-build");
    }
}
