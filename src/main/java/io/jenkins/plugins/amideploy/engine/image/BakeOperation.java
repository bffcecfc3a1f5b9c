package io.jenkins.plugins.amideploy.engine.image;

import io.jenkins.plugins.amideploy.engine.Outcome;
import io.jenkins.plugins.amideploy.engine.tool.Explanation;
import io.jenkins.plugins.amideploy.engine.tool.Json;
import io.jenkins.plugins.amideploy.engine.tool.JsonParser;
import io.jenkins.plugins.amideploy.engine.tool.Operation;
import io.jenkins.plugins.amideploy.engine.tool.OutputParser;
import io.jenkins.plugins.amideploy.engine.tool.PackerOutput;
import io.jenkins.plugins.amideploy.engine.tool.Step;
import io.jenkins.plugins.amideploy.engine.tool.Tool;
import io.jenkins.plugins.amideploy.engine.tool.ToolCommand;
import io.jenkins.plugins.amideploy.engine.tool.ToolResult;
import java.util.ArrayList;
import java.util.List;

/** Bakes an image: {@code packer init}, {@code validate}, {@code build}, then the manifest that the build wrote. */
public final class BakeOperation implements Operation<Image> {
    private static final String INIT = "init";
    private static final String VALIDATE = "validate";
    private static final String BUILD = "build";

    private final BakeRequest request;
    private final JsonParser json;

    /** @param json reads the manifest */
    public BakeOperation(BakeRequest request, JsonParser json) {
        this.request = request;
        this.json = json;
    }

    @Override
    public ToolCommand first() {
        return packer(INIT, List.of(INIT, request.templateDirectory()));
    }

    @Override
    public Step<Image> after(ToolResult result) {
        if (!result.isOk()) {
            return Step.done(Explanation.of(Tool.PACKER, result));
        }
        return switch (result.phase()) {
            case INIT -> Step.run(packer(VALIDATE, withVariables(VALIDATE, "-machine-readable")));
            case VALIDATE ->
                Step.run(packer(BUILD, withVariables(BUILD, "-color=false", "-machine-readable"))
                        .keepingText(request.manifestPath()));
            case BUILD -> Step.done(image(result));
            default -> throw new IllegalArgumentException("no phase of a bake: " + result.phase());
        };
    }

    private ToolCommand packer(String phase, List<String> arguments) {
        return ToolCommand.lines(Tool.PACKER, phase, request.directory(), arguments);
    }

    private List<String> withVariables(String command, String... options) {
        List<String> arguments = new ArrayList<>();
        arguments.add(command);
        arguments.addAll(List.of(options));
        arguments.add("-var-file=" + request.variablesFile());
        request.runVariables().forEach((name, value) -> arguments.add("-var=" + name + "=" + value));
        arguments.add(request.templateDirectory());
        return arguments;
    }

    private Outcome<Image> image(ToolResult result) {
        String manifest = result.files().get(request.manifestPath());
        if (manifest == null) {
            return Outcome.failure(
                    Outcome.Kind.FAILED,
                    "packer build ended well but wrote no manifest " + request.manifestPath()
                            + ": the template needs a manifest post-processor that writes to manifest_path");
        }
        return Manifest.image(Json.lenient(json, manifest), request.imageName())
                .map(Outcome::success)
                .orElseGet(() -> Outcome.failure(
                        Outcome.Kind.FAILED,
                        "packer's manifest " + request.manifestPath() + " names no image of this run: see its log"));
    }

    @Override
    public OutputParser parser(String phase) {
        return new PackerOutput("bake");
    }
}
