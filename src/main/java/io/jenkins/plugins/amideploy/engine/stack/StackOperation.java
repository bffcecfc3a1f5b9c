package io.jenkins.plugins.amideploy.engine.stack;

import io.jenkins.plugins.amideploy.engine.Outcome;
import io.jenkins.plugins.amideploy.engine.tool.Explanation;
import io.jenkins.plugins.amideploy.engine.tool.Json;
import io.jenkins.plugins.amideploy.engine.tool.JsonParser;
import io.jenkins.plugins.amideploy.engine.tool.Operation;
import io.jenkins.plugins.amideploy.engine.tool.OutputParser;
import io.jenkins.plugins.amideploy.engine.tool.PlainOutput;
import io.jenkins.plugins.amideploy.engine.tool.Problem;
import io.jenkins.plugins.amideploy.engine.tool.Step;
import io.jenkins.plugins.amideploy.engine.tool.TerraformOutput;
import io.jenkins.plugins.amideploy.engine.tool.Tool;
import io.jenkins.plugins.amideploy.engine.tool.ToolCommand;
import io.jenkins.plugins.amideploy.engine.tool.ToolResult;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What the operations on a stack have in common: Terraform's commands, its output, and how its failures are told.
 *
 * @param <T> what the operation yields
 */
public abstract sealed class StackOperation<T> implements Operation<T>
        permits ApplyOperation, CheckOperation, OutputsOperation, PlanOperation, PushStateOperation {
    /** Ends the phase of a command that is run a second time, after an init that it asked for: phases are unique. */
    static final String AGAIN = "-again";

    /**
     * How Terraform asks for init: "Backend initialization required", "Required plugins are not installed", "Inconsistent
     * dependency lock file" all name the command.
     */
    private static final Pattern WANTS_INIT = Pattern.compile("terraform init\\b");

    private final String stage;
    private final JsonParser json;
    private final TerraformCommands commands;
    private final Initialised initialised;
    private final String imageId;

    StackOperation(String stage, StackRequest request, Initialised initialised, JsonParser json) {
        this.initialised = initialised;
        this.stage = stage;
        this.json = json;
        this.commands = new TerraformCommands(request);
        this.imageId = request.runVariables().getOrDefault("image_id", "");
    }

    final TerraformCommands commands() {
        return commands;
    }

    /** {@code init}, or what follows it where that is left out. */
    final ToolCommand initOr(ToolCommand next) {
        return initialised == Initialised.NO ? commands.init() : next;
    }

    /**
     * Whether the operation's first command did nothing for want of an init that was left out. Of {@code output}, which says
     * why in no form that is read here, every failure is taken for it.
     */
    final boolean wantsInit(ToolResult result) {
        boolean isFirst =
                result.phase().equals(TerraformCommands.PLAN) || result.phase().equals(TerraformCommands.OUTPUT);
        return initialised == Initialised.RECORDED
                && isFirst
                && result.ending() == ToolResult.Ending.EXITED
                && result.exitCode() == TerraformCommands.EXIT_FAILED
                && (result.phase().equals(TerraformCommands.OUTPUT)
                        || result.problems().stream().map(Problem::text).anyMatch(WANTS_INIT.asPredicate()));
    }

    /** The operation's first command behind {@code init}, wherever in the operation that came. */
    final ToolCommand afterInit(ToolCommand command) {
        return initialised == Initialised.RECORDED ? command.withPhase(command.phase() + AGAIN) : command;
    }

    final Json document(ToolResult result) {
        return Json.lenient(json, result.document());
    }

    /** The end of an operation whose command did not do what was hoped. */
    final Step<T> failed(ToolResult result) {
        return Step.done(failure(result));
    }

    /** Cause and cure of such an end. */
    final Outcome<T> failure(ToolResult result) {
        List<Problem> inDocument = document(result).get("diagnostics").list().stream()
                .map(TerraformOutput::problem)
                .flatMap(Optional::stream)
                .toList();
        ToolResult told = result.withProblems(inDocument);
        return told.problems().stream().anyMatch(StackOperation::isMissingImage)
                ? Outcome.failure(
                        Outcome.Kind.BAD_INPUT,
                        "image " + imageId + " was not found in the region of the variables file: check the image id"
                                + " and the region, or bake a new image")
                : Explanation.of(Tool.TERRAFORM, told);
    }

    /** The provider names neither the image nor what it was looked up for. */
    private static boolean isMissingImage(Problem problem) {
        return problem.where().startsWith("data.aws_ami.chosen")
                && problem.text().contains("returned no results");
    }

    final IllegalArgumentException unknownPhase(ToolResult result) {
        return new IllegalArgumentException("no phase of " + stage + ": " + result.phase());
    }

    @Override
    public final OutputParser parser(String phase) {
        return phase.equals(TerraformCommands.PUSH) ? new PlainOutput() : new TerraformOutput(stage, json);
    }
}
