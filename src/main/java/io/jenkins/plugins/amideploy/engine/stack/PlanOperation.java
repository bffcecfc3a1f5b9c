package io.jenkins.plugins.amideploy.engine.stack;

import io.jenkins.plugins.amideploy.engine.Outcome;
import io.jenkins.plugins.amideploy.engine.tool.JsonParser;
import io.jenkins.plugins.amideploy.engine.tool.Step;
import io.jenkins.plugins.amideploy.engine.tool.ToolCommand;
import io.jenkins.plugins.amideploy.engine.tool.ToolResult;

/**
 * Plans a stack, or its removal: {@code terraform init} where it is needed, then {@code plan}, which is saved and says itself
 * what it would do. Nothing is changed. Each further start of Terraform, for {@code validate} or {@code show}, would load the
 * provider again, which costs as much as the plan; {@code plan} reports what {@code validate} does (hashicorp/terraform,
 * backend/local, OpValidation).
 */
public final class PlanOperation extends StackOperation<SavedPlan> {
    private final StackRequest request;
    private final boolean destroy;

    /**
     * @param destroy whether the plan is to take the stack away
     * @param initialised whether init is left out
     * @param json parses what Terraform prints
     */
    public PlanOperation(StackRequest request, boolean destroy, Initialised initialised, JsonParser json) {
        super("plan", request, initialised, json);
        this.request = request;
        this.destroy = destroy;
    }

    @Override
    public ToolCommand first() {
        return initOr(commands().savedPlan(destroy));
    }

    @Override
    public Step<SavedPlan> after(ToolResult result) {
        if (wantsInit(result)) {
            return Step.run(commands().init());
        }
        if (!result.isOk() && !isPlanWithChanges(result)) {
            return failed(result);
        }
        return switch (result.phase()) {
            case TerraformCommands.INIT -> Step.run(afterInit(commands().savedPlan(destroy)));
            case TerraformCommands.PLAN, TerraformCommands.PLAN + AGAIN -> Step.done(savedPlan(result));
            default -> throw unknownPhase(result);
        };
    }

    private static boolean isPlanWithChanges(ToolResult result) {
        return result.ending() == ToolResult.Ending.EXITED
                && result.phase().startsWith(TerraformCommands.PLAN)
                && result.exitCode() == TerraformCommands.EXIT_CHANGES;
    }

    private Outcome<SavedPlan> savedPlan(ToolResult result) {
        String sha256 = result.files().get(request.planPath());
        return PlanSummary.of(result.messages())
                .filter(summary -> sha256 != null)
                .map(summary -> Outcome.success(new SavedPlan(request.planPath(), sha256, destroy, summary)))
                .orElseGet(() -> Outcome.failure(
                        Outcome.Kind.FAILED,
                        "the saved plan " + request.planPath()
                                + " is not what terraform told of it, or is gone: plan again"));
    }
}
