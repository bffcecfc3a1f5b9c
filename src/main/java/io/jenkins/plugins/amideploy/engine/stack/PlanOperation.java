package io.jenkins.plugins.amideploy.engine.stack;

import io.jenkins.plugins.amideploy.engine.Outcome;
import io.jenkins.plugins.amideploy.engine.diagnosis.Cause;
import io.jenkins.plugins.amideploy.engine.diagnosis.Diagnosis;
import io.jenkins.plugins.amideploy.engine.tool.JsonParser;
import io.jenkins.plugins.amideploy.engine.tool.Step;
import io.jenkins.plugins.amideploy.engine.tool.ToolCommand;
import io.jenkins.plugins.amideploy.engine.tool.ToolResult;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Plans a stack, or its removal: {@code terraform init} where it is needed, then {@code plan}, which is saved and says itself
 * what it would do. Nothing is changed. Each further start of Terraform, for {@code validate} or {@code show}, would load the
 * provider again, which costs as much as the plan; {@code plan} reports what {@code validate} does (hashicorp/terraform,
 * backend/local, OpValidation).
 *
 * <p>What stands and the state does not know, Terraform would make a second time. It is looked for beside the plan, and where there is any, which is seldom, the plan is made again
 * with it.
 */
public final class PlanOperation extends StackOperation<SavedPlan> {
    /** The second plan, which takes up. */
    private static final String TAKE_UP = "take-up";

    private final StackRequest request;
    private final boolean destroy;
    private final Supplier<Map<String, String>> unowned;
    private Map<String, String> taken = Map.of();

    /**
     * @param destroy whether the plan is to take the stack away
     * @param initialised whether init is left out
     * @param json parses what Terraform prints
     */
    public PlanOperation(StackRequest request, boolean destroy, Initialised initialised, JsonParser json) {
        this(request, destroy, initialised, json, Map::of);
    }

    /**
     * The same, taking up what the state does not know.
     *
     * @param unowned address to id of what stands so; asked once the plan is made, and not for a removal
     */
    public PlanOperation(
            StackRequest request,
            boolean destroy,
            Initialised initialised,
            JsonParser json,
            Supplier<Map<String, String>> unowned) {
        super("plan", request, initialised, json);
        this.request = request;
        this.destroy = destroy;
        this.unowned = Objects.requireNonNull(unowned);
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
            case TerraformCommands.PLAN, TerraformCommands.PLAN + AGAIN -> planned(result);
            case TerraformCommands.PLAN + "-" + TAKE_UP -> Step.done(takingUp(savedPlan(result)));
            default -> throw unknownPhase(result);
        };
    }

    private Step<SavedPlan> planned(ToolResult result) {
        taken = destroy ? Map.of() : unowned.get();
        return taken.isEmpty()
                ? Step.done(savedPlan(result))
                : Step.run(commands().savedPlan(taken).withPhase(TerraformCommands.PLAN + "-" + TAKE_UP));
    }

    /** What serves is not to go because the state forgot it. */
    private Outcome<SavedPlan> takingUp(Outcome<SavedPlan> planned) {
        if (!(planned instanceof Outcome.Success<SavedPlan> success)) {
            return planned;
        }
        PlanSummary summary = success.value().summary();
        List<String> lost = Stream.concat(summary.replace().stream(), summary.destroy().stream())
                .filter(taken::containsKey)
                .toList();
        return lost.isEmpty()
                ? planned
                : Outcome.failure(
                        Outcome.Kind.BAD_INPUT,
                        Diagnosis.of(
                                        Cause.NOT_OURS,
                                        "the state does not know what stands, and taking it up would replace "
                                                + String.join(", ", lost),
                                        lost.stream()
                                                .map(address -> address + " is " + taken.get(address))
                                                .toList(),
                                        "make the variables file name the network that it stands in, then run the same command"
                                                + " again; or destroy the environment, which removes what the state does not know, too")
                                .withAftermath("nothing was changed"));
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
