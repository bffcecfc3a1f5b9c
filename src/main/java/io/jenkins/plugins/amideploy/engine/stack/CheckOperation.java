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

    /** @param json parses what Terraform prints */
    public CheckOperation(StackRequest request, JsonParser json) {
        super("check", withPlaceholder(request), Initialised.NO, json);
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
        return commands().init();
    }

    @Override
    public Step<Passed> after(ToolResult result) {
        boolean planned = result.phase().equals(TerraformCommands.PLAN)
                && result.ending() == ToolResult.Ending.EXITED
                && result.exitCode() == TerraformCommands.EXIT_CHANGES;
        if (!result.isOk() && !planned) {
            return failed(result);
        }
        return switch (result.phase()) {
            case TerraformCommands.INIT -> Step.run(commands().validate());
            case TerraformCommands.VALIDATE -> Step.run(commands().plan(List.of(TARGET)));
            case TerraformCommands.PLAN -> Step.done(Outcome.success(Passed.PASSED));
            default -> throw unknownPhase(result);
        };
    }
}
