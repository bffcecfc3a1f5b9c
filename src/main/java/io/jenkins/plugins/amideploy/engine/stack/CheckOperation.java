package io.jenkins.plugins.amideploy.engine.stack;

import io.jenkins.plugins.amideploy.engine.Outcome;
import io.jenkins.plugins.amideploy.engine.tool.JsonParser;
import io.jenkins.plugins.amideploy.engine.tool.Step;
import io.jenkins.plugins.amideploy.engine.tool.ToolCommand;
import io.jenkins.plugins.amideploy.engine.tool.ToolResult;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds out, before anything is made, whether a plan can work at all: configuration, variables, network, and that nobody
 * holds the state's lock. A deployment asks this before it bakes, when there is no image yet.
 */
public final class CheckOperation extends StackOperation<CheckOperation.Passed> {
    /** The stack can be planned. */
    public enum Passed {
        PASSED
    }

    /** What the plan is narrowed to: the look-up that everything else of the stack takes its network from. */
    private static final String TARGET = "-target=data.aws_vpc.chosen";

    /** Stands for the image that is yet to be baked; the narrowed plan does not look it up. */
    private static final String NO_IMAGE_YET = "ami-00000000000000000";

    /**
     * @param initialised whether init is left out
     * @param json parses what Terraform prints
     */
    public CheckOperation(StackRequest request, Initialised initialised, JsonParser json) {
        super("check", withPlaceholder(request), initialised, json);
    }

    private static StackRequest withPlaceholder(StackRequest request) {
        Map<String, String> variables = new HashMap<>(request.runVariables());
        variables.put("image_id", NO_IMAGE_YET);
        return new StackRequest(
                request.directory(),
                request.variablesFile(),
                request.dataDirectory(),
                request.planPath(),
                request.backend(),
                variables);
    }

    @Override
    public ToolCommand first() {
        return initOr(look());
    }

    @Override
    public Step<Passed> after(ToolResult result) {
        if (wantsInit(result)) {
            return Step.run(commands().init());
        }
        boolean planned = result.phase().startsWith(TerraformCommands.PLAN)
                && result.ending() == ToolResult.Ending.EXITED
                && result.exitCode() == TerraformCommands.EXIT_CHANGES;
        if (!result.isOk() && !planned) {
            return failed(result);
        }
        return switch (result.phase()) {
            case TerraformCommands.INIT -> Step.run(afterInit(look()));
            case TerraformCommands.PLAN, TerraformCommands.PLAN + AGAIN -> Step.done(Outcome.success(Passed.PASSED));
            default -> throw unknownPhase(result);
        };
    }

    private ToolCommand look() {
        return commands().plan(List.of(TARGET));
    }
}
