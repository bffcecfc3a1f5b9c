package io.jenkins.plugins.amideploy.engine.stack;

import io.jenkins.plugins.amideploy.engine.Outcome;
import io.jenkins.plugins.amideploy.engine.tool.JsonParser;
import io.jenkins.plugins.amideploy.engine.tool.Step;
import io.jenkins.plugins.amideploy.engine.tool.ToolCommand;
import io.jenkins.plugins.amideploy.engine.tool.ToolResult;
import java.util.List;
import java.util.Optional;

/**
 * Applies a saved plan exactly as it was shown, then reads the stack's outputs; empty when the plan removed the stack.
 * When the apply is stopped, a plan follows, since Terraform may have lost sight of what it was creating
 * (hashicorp/terraform issue 33358), and the outcome says what is still to do.
 */
public final class ApplyOperation extends StackOperation<Optional<StackOutputs>> {
    private final SavedPlan plan;

    /** @param json parses what Terraform prints */
    public ApplyOperation(StackRequest request, SavedPlan plan, JsonParser json) {
        super(plan.destroy() ? "destroy" : "apply", request, Initialised.YES, json);
        this.plan = plan;
    }

    @Override
    public ToolCommand first() {
        return commands().apply(plan);
    }

    @Override
    public Step<Optional<StackOutputs>> after(ToolResult result) {
        return switch (result.phase()) {
            case TerraformCommands.APPLY -> afterApply(result);
            case TerraformCommands.PLAN -> Step.done(Outcome.failure(Outcome.Kind.INTERRUPTED, stopped(result)));
            case TerraformCommands.OUTPUT ->
                result.isOk() ? Step.done(Outcome.success(StackOutputs.of(document(result)))) : failed(result);
            default -> throw unknownPhase(result);
        };
    }

    private Step<Optional<StackOutputs>> afterApply(ToolResult result) {
        if (result.ending() == ToolResult.Ending.STOPPED) {
            return Step.run(commands().plan(plan.destroy() ? List.of("-destroy") : List.of()));
        }
        if (!result.isOk()) {
            return failed(result);
        }
        return plan.destroy()
                ? Step.done(Outcome.success(Optional.empty()))
                : Step.run(commands().output());
    }

    private String stopped(ToolResult lookAfterwards) {
        String what = plan.destroy() ? "destroy" : "apply";
        String begun = "terraform " + what + " was stopped and ended cleanly, the state is written; ";
        if (lookAfterwards.isOk()) {
            return begun + "a plan made afterwards finds nothing left to do";
        }
        boolean planned = lookAfterwards.exitCode() == TerraformCommands.EXIT_CHANGES;
        return begun
                + (planned
                        ? "a plan made afterwards still finds changes to make: run " + what + " again to finish"
                                + (plan.destroy() ? "" : ", or destroy to remove what is there")
                        : "the plan made afterwards did not succeed: run plan before anything else");
    }
}
