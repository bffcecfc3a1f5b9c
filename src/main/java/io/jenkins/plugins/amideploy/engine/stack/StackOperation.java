package io.jenkins.plugins.amideploy.engine.stack;

import io.jenkins.plugins.amideploy.engine.Outcome;
import io.jenkins.plugins.amideploy.engine.tool.Explanation;
import io.jenkins.plugins.amideploy.engine.tool.Json;
import io.jenkins.plugins.amideploy.engine.tool.JsonParser;
import io.jenkins.plugins.amideploy.engine.tool.Operation;
import io.jenkins.plugins.amideploy.engine.tool.OutputParser;
import io.jenkins.plugins.amideploy.engine.tool.Problem;
import io.jenkins.plugins.amideploy.engine.tool.Step;
import io.jenkins.plugins.amideploy.engine.tool.TerraformOutput;
import io.jenkins.plugins.amideploy.engine.tool.Tool;
import io.jenkins.plugins.amideploy.engine.tool.ToolCommand;
import io.jenkins.plugins.amideploy.engine.tool.ToolResult;
import java.util.List;
import java.util.Optional;

/**
 * What the operations on a stack have in common: Terraform's commands, its output, and how its failures are told.
 *
 * @param <T> what the operation yields
 */
public abstract sealed class StackOperation<T> implements Operation<T>
        permits ApplyOperation, CheckOperation, OutputsOperation, PlanOperation {
    private final String stage;
    private final JsonParser json;
    private final TerraformCommands commands;
    private final Initialised initialised;
    private final String imageId;

    /** Whether this process has run {@code terraform init} and {@code validate} on the same request already. */
    public enum Initialised {
        YES,
        NO
    }

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

    /** {@code init}, or what follows it where that was done. */
    final ToolCommand initOr(ToolCommand next) {
        return initialised == Initialised.YES ? next : commands.init();
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
        return new TerraformOutput(stage, json);
    }
}
