package io.jenkins.plugins.amideploy.engine.stack;

import io.jenkins.plugins.amideploy.engine.Outcome;
import io.jenkins.plugins.amideploy.engine.tool.JsonParser;
import io.jenkins.plugins.amideploy.engine.tool.Step;
import io.jenkins.plugins.amideploy.engine.tool.ToolCommand;
import io.jenkins.plugins.amideploy.engine.tool.ToolResult;
import java.util.Optional;

/** Asks a stack for its outputs, for what works on a stack that is there: {@code terraform init}, {@code output}. */
public final class OutputsOperation extends StackOperation<Optional<StackOutputs>> {
    /** @param json parses what Terraform prints */
    public OutputsOperation(StackRequest request, JsonParser json) {
        this(request, Initialised.NO, json);
    }

    /**
     * The same where init may have been done.
     *
     * @param initialised whether to leave it out
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
        if (!result.isOk()) {
            return failed(result);
        }
        return switch (result.phase()) {
            case TerraformCommands.INIT -> Step.run(commands().output());
            case TerraformCommands.OUTPUT -> Step.done(Outcome.success(StackOutputs.of(document(result))));
            default -> throw unknownPhase(result);
        };
    }
}
