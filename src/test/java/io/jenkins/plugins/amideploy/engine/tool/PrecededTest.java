package io.jenkins.plugins.amideploy.engine.tool;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.amideploy.engine.Outcome;
import java.util.List;
import org.junit.jupiter.api.Test;

class PrecededTest {
    private static final Operation<String> BAKE = named("image", Tool.PYTHON, Tool.PACKER, Tool.PACKER);
    private static final Operation<String> CHECK = named("checked", Tool.TERRAFORM, Tool.TERRAFORM);

    private final Preceded<String> operation = new Preceded<>(BAKE, Tool.PACKER, CHECK);

    @Test
    void tool_isStartedAfterTheOtherOperation() {
        assertThat(operation.first().phase()).isEqualTo("0");
        assertThat(next("0")).isEqualTo("before-0");
        assertThat(next("before-0")).isEqualTo("before-1");
        assertThat(next("before-1")).isEqualTo("1");
        assertThat(next("1")).isEqualTo("2");
        assertThat(operation.after(ToolResult.exited("2", 0))).isEqualTo(Step.done(Outcome.success("image")));
    }

    @Test
    void failureOfTheOther_isTheEnd() {
        next("0");

        assertThat(operation.after(ToolResult.exited("before-0", 1)))
                .isEqualTo(Step.done(Outcome.failure(Outcome.Kind.FAILED, "checked: no")));
    }

    @Test
    void operationThatEndsWithoutTheTool_needsNoOther() {
        Preceded<String> reuse = new Preceded<>(named("image", Tool.PYTHON), Tool.PACKER, CHECK);

        assertThat(reuse.after(ToolResult.exited("0", 0))).isEqualTo(Step.done(Outcome.success("image")));
    }

    private String next(String phase) {
        return ((Step.Run<String>) operation.after(ToolResult.exited(phase, 0)))
                .command()
                .phase();
    }

    /** Runs one command of each tool, in phases "0", "1" and so on. */
    private static Operation<String> named(String value, Tool... tools) {
        return new Operation<>() {
            @Override
            public ToolCommand first() {
                return command(0);
            }

            private ToolCommand command(int number) {
                return ToolCommand.lines(tools[number], String.valueOf(number), "/", List.of());
            }

            @Override
            public Step<String> after(ToolResult result) {
                int next = Integer.parseInt(result.phase()) + 1;
                if (!result.isOk()) {
                    return Step.done(Outcome.failure(Outcome.Kind.FAILED, value + ": no"));
                }
                return next < tools.length ? Step.run(command(next)) : Step.done(Outcome.success(value));
            }

            @Override
            public OutputParser parser(String phase) {
                return OutputParser.ignoring();
            }
        };
    }
}
