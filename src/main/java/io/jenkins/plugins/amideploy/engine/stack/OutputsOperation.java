package io.jenkins.plugins.amideploy.engine.stack;

import io.jenkins.plugins.amideploy.engine.Outcome;
import io.jenkins.plugins.amideploy.engine.tool.JsonParser;
import io.jenkins.plugins.amideploy.engine.tool.Step;
import io.jenkins.plugins.amideploy.engine.tool.ToolCommand;
import io.jenkins.plugins.amideploy.engine.tool.ToolResult;
import java.util.Optional;

/**
 * Asks a stack for its outputs, for what works on a stack that is there: {@code terraform init} where it is needed, then
 * {@code output}, which loads no provider.
 */
public final class OutputsOperation extends StackOperation<Optional<StackOutputs>> {
    /**
     * @param initialised whether init is left out
     * @param json parses what Terraform prints
     */
    public OutputsOperation(StackRequest request, Initialised initialised, JsonParser json) {
        super("stack", request, initialised, json);
    }

    @Override
    public ToolCommand first() {
        return initOr(commands().output());
    }

    @Override
    public Step<Optional<StackOutputs>> after(ToolResult result) {
        if (wantsInit(result)) {
            return Step.run(commands().init());
        }
        if (!result.isOk()) {
            return failed(result);
        }
        return switch (result.phase()) {
            case TerraformCommands.INIT -> Step.run(afterInit(commands().output()));
            case TerraformCommands.OUTPUT, TerraformCommands.OUTPUT + AGAIN ->
                Step.done(Outcome.success(StackOutputs.of(document(result))));
            default -> throw unknownPhase(result);
        };
    }
}
