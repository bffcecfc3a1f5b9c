package io.jenkins.plugins.amideploy.engine.tool;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TerraformOutputTest {
    private final TerraformOutput output = new TerraformOutput("apply", new TinyJson());

    @Test
    void apply_tellsEachResource() {
        assertThat(Fixtures.play("terraform-1.11/apply.jsonl", output))
                .contains("apply: creating aws_security_group.web", "apply: created aws_security_group.web (2 s)")
                .endsWith("apply: Apply complete! Resources: 3 added, 0 changed, 0 destroyed.");
        assertThat(output.problems()).isEmpty();
    }

    @Test
    void interruptedApply_saysThatItEndsWhatItIsIn() {
        assertThat(Fixtures.play("terraform-1.11/apply-interrupted.jsonl", output))
                .contains(
                        "apply: stopping: Terraform ends the operation it is in, then writes the state",
                        "apply: creating terraform_data.slow did not succeed");
    }

    @Test
    void badVariable_isAProblemWithItsPlace() {
        Fixtures.play("terraform-1.11/plan-bad-variable.jsonl", output);

        assertThat(output.problems())
                .extracting(Problem::line)
                .containsExactly("main.tf line 12: Invalid value for variable: revision is 0: it must be positive.");
    }

    @Test
    void warning_isTold_andNoProblem() {
        String line =
                "{\"type\":\"diagnostic\",\"diagnostic\":{\"severity\":\"warning\",\"summary\":\"Argument is deprecated\","
                        + "\"detail\":\"Use\\nthe other.\",\"address\":\"aws_lb.web\"}}";

        assertThat(output.accept(line)).hasValueSatisfying(told -> {
            assertThat(told.toString())
                    .isEqualTo("apply: warning: Argument is deprecated (aws_lb.web): Use the other.");
            assertThat(told.isWarning()).isTrue();
        });
        assertThat(output.problems()).isEmpty();
    }

    @Test
    void planOfAPart_isNotWarnedOf() {
        String line = "{\"type\":\"diagnostic\",\"diagnostic\":{\"severity\":\"warning\","
                + "\"summary\":\"Resource targeting is in effect\",\"detail\":\"You are creating a plan …\"}}";

        assertThat(output.accept(line)).isEmpty();
        assertThat(output.problems()).isEmpty();
    }

    @Test
    void valuesOfOutputs_areNeverTold() {
        assertThat(Fixtures.play("terraform-1.11/apply.jsonl", output)).noneMatch(line -> line.contains("s3cret"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "not json",
                "{\"type\":",
                "{}",
                "[]",
                "{\"type\":\"from_the_future\",\"@message\":\"x\"}",
                "{\"type\":\"diagnostic\"}"
            })
    void otherLines_areIgnored(String line) {
        assertThat(output.accept(line)).isEmpty();
        assertThat(output.problems()).isEmpty();
    }
}
