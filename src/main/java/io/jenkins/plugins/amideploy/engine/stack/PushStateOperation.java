package io.jenkins.plugins.amideploy.engine.stack;

import io.jenkins.plugins.amideploy.engine.Outcome;
import io.jenkins.plugins.amideploy.engine.tool.JsonParser;
import io.jenkins.plugins.amideploy.engine.tool.Step;
import io.jenkins.plugins.amideploy.engine.tool.ToolCommand;
import io.jenkins.plugins.amideploy.engine.tool.ToolResult;
import java.util.Objects;

/**
 * Writes a state that an apply could not write: {@code terraform init} where it is needed, then {@code state push}, which takes the lock and
 * compares lineage and serial itself. {@link ErroredState#refusal} says ahead, in plainer words, what that would refuse.
 */
public final class PushStateOperation extends StackOperation<ErroredState> {
    private final ErroredState state;
    private final String file;

    /**
     * @param file absolute path of the state
     * @param initialised {@link Initialised#YES} where init was run by the same process; otherwise it comes first
     */
    public PushStateOperation(
            StackRequest request, ErroredState state, String file, Initialised initialised, JsonParser json) {
        super("state", request, initialised == Initialised.YES ? initialised : Initialised.NO, json);
        this.state = Objects.requireNonNull(state);
        this.file = Objects.requireNonNull(file);
    }

    @Override
    public ToolCommand first() {
        return initOr(commands().push(file));
    }

    @Override
    public Step<ErroredState> after(ToolResult result) {
        if (!result.isOk()) {
            return failed(result);
        }
        return switch (result.phase()) {
            case TerraformCommands.INIT -> Step.run(commands().push(file));
            case TerraformCommands.PUSH -> Step.done(Outcome.success(state));
            default -> throw unknownPhase(result);
        };
    }
}
