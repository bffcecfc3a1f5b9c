package io.jenkins.plugins.amideploy.engine.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DiagnosisTest {
    private static final Diagnosis CLOSED = Diagnosis.of(
            Cause.PATH_CLOSED,
            "the instances admit nothing from the load balancer",
            List.of("sg-1 has no rule for sg-2", "target i-1 unhealthy: Target.Timeout"),
            "apply the stack again");

    @Test
    void lines_areCauseEvidenceAftermathCureAndCommand() {
        Diagnosis back =
                CLOSED.withAftermath("rolled back").withCure("apply the stack again:", "ami-deploy apply -e prod");
        assertThat(back.lines())
                .containsExactly(
                        "PATH_CLOSED: the instances admit nothing from the load balancer",
                        "  sg-1 has no rule for sg-2",
                        "  target i-1 unhealthy: Target.Timeout",
                        "  rolled back",
                        "  do: apply the stack again:",
                        "      ami-deploy apply -e prod");
    }

    @Test
    void lines_sayNothingTwice() {
        List<String> again = List.of("sg-1 has no rule for sg-2", "the load balancer", "", "i-1 unhealthy");
        assertThat(CLOSED.withEvidence(again).lines()).isEqualTo(CLOSED.lines());
    }

    @Test
    void lines_haveEightOfEvidenceAtMost() {
        List<String> many =
                IntStream.range(0, 30).mapToObj(each -> "line " + each + ".").toList();
        List<String> lines =
                Diagnosis.of(Cause.TOOL_FAILED, "it broke", many, "").lines();
        assertThat(lines).hasSize(9).endsWith("  line 7.");
    }

    @Test
    void lines_areCutBetweenWords() {
        List<String> lines = Diagnosis.of(Cause.TOOL_FAILED, "it broke", List.of("word ".repeat(100)), "")
                .lines();
        assertThat(lines.get(1)).endsWith("word …").hasSizeLessThan(205);
    }

    @Test
    void line_isCauseAftermathAndCure() {
        assertThat(CLOSED.withAftermath("rolled back.").line())
                .isEqualTo("the instances admit nothing from the load balancer; rolled back; apply the stack again");
    }

    @Test
    void textsOfSeveralLines_becomeOne() {
        assertThat(Diagnosis.of(Cause.TOOL_FAILED, "it\n  broke").summary()).isEqualTo("it broke");
    }
}
