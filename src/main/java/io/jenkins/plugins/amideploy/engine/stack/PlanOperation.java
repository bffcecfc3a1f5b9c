package io.jenkins.plugins.amideploy.engine.stack;

import io.jenkins.plugins.amideploy.engine.Outcome;
import io.jenkins.plugins.amideploy.engine.tool.Json;
import io.jenkins.plugins.amideploy.engine.tool.JsonParser;
import io.jenkins.plugins.amideploy.engine.tool.Step;
import io.jenkins.plugins.amideploy.engine.tool.ToolCommand;
import io.jenkins.plugins.amideploy.engine.tool.ToolResult;

/**
 * Plans a stack, or its removal: {@code terraform init}, {@code validate}, {@code plan}, then {@code show} of the plan that
 * was saved. Nothing is changed.
 */
public final class PlanOperation extends StackOperation<SavedPlan> {
    private final StackRequest request;
    private final boolean destroy;

    /**
     * @param destroy whether the plan is to take the stack away
     * @param json parses what Terraform prints
     */
    public PlanOperation(StackRequest request, boolean destroy, JsonParser json) {
        this(request, destroy, Initialised.NO, json);
    }

    /**
     * The same where init and validate may have been done.
     *
     * @param initialised whether to leave them out
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
        if (!result.isOk() && !isPlanWithChanges(result)) {
            return failed(result);
        }
        return switch (result.phase()) {
            case TerraformCommands.INIT -> Step.run(commands().validate());
            case TerraformCommands.VALIDATE -> Step.run(commands().savedPlan(destroy));
            case TerraformCommands.PLAN -> Step.run(commands().show());
            case TerraformCommands.SHOW -> Step.done(savedPlan(result));
            default -> throw unknownPhase(result);
        };
    }

    private static boolean isPlanWithChanges(ToolResult result) {
        return result.ending() == ToolResult.Ending.EXITED
                && result.phase().equals(TerraformCommands.PLAN)
                && result.exitCode() == TerraformCommands.EXIT_CHANGES;
    }

    private Outcome<SavedPlan> savedPlan(ToolResult result) {
        Json plan = document(result);
        String sha256 = result.files().get(request.planPath());
        if (!plan.isObject() || sha256 == null) {
            return Outcome.failure(
                    Outcome.Kind.FAILED,
                    "the saved plan " + request.planPath() + " could not be read back: plan again");
        }
        return Outcome.success(new SavedPlan(request.planPath(), sha256, destroy, PlanSummary.of(plan)));
    }
}
