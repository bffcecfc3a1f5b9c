package io.jenkins.plugins.amideploy.engine.image;

import io.jenkins.plugins.amideploy.engine.Outcome;
import io.jenkins.plugins.amideploy.engine.Tags;
import io.jenkins.plugins.amideploy.engine.tool.Explanation;
import io.jenkins.plugins.amideploy.engine.tool.Json;
import io.jenkins.plugins.amideploy.engine.tool.JsonParser;
import io.jenkins.plugins.amideploy.engine.tool.Lookout;
import io.jenkins.plugins.amideploy.engine.tool.Operation;
import io.jenkins.plugins.amideploy.engine.tool.OutputParser;
import io.jenkins.plugins.amideploy.engine.tool.PackerOutput;
import io.jenkins.plugins.amideploy.engine.tool.Step;
import io.jenkins.plugins.amideploy.engine.tool.Temporary;
import io.jenkins.plugins.amideploy.engine.tool.Tool;
import io.jenkins.plugins.amideploy.engine.tool.ToolCommand;
import io.jenkins.plugins.amideploy.engine.tool.ToolResult;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * From an application to an image of it: surveys what the image is made from, takes one that is there, or bakes what is
 * missing. Phases: {@code survey}; then, unless an image is reused, {@code init}, {@code requirements}, {@code base-build} where
 * there is no base layer, and {@code build}. Packer itself validates before it builds, so nobody does it twice.
 *
 * <p>After the survey it asks AWS which layers there are. What it decides then goes into the {@link Memory}; an operation that
 * is begun again for the same bake finds it there and asks no more.
 */
public final class BakeOperation implements Operation<Baked> {
    private static final String SURVEY = "survey";
    private static final String INIT = "init";
    private static final String REQUIREMENTS = "requirements";
    private static final String BASE_BUILD = "base-build";
    private static final String BUILD = "build";

    /** Variable by which {@code ansible/pack.py} learns what the fingerprint was taken of. */
    private static final String FILES = "AMI_DEPLOY_APPLICATION_FILES";

    private final BakeRequest request;
    private final JsonParser json;
    private final Layers layers;
    private final Memory memory;
    private final Consumer<String> notes;
    private final Lookout lookout;
    private final Consumer<Temporary> made;

    /**
     * @param json reads survey and manifests
     * @param images looks at what is there
     * @param memory of this bake
     * @param notes is told, a line each, what people should know: what is baked and why, what the survey remarked
     * @param lookout looks at what Packer does not tell
     * @param made is told, before that is there, of what Packer makes for the bake's time, and perhaps of the same again
     */
    public BakeOperation(
            BakeRequest request,
            JsonParser json,
            ImageReader images,
            Memory memory,
            Consumer<String> notes,
            Lookout lookout,
            Consumer<Temporary> made) {
        this.made = made;
        this.lookout = lookout;
        this.request = request;
        this.json = json;
        this.layers = new Layers(request, images);
        this.memory = memory;
        this.notes = notes;
    }

    @Override
    public ToolCommand first() {
        return ToolCommand.lines(Tool.PYTHON, SURVEY, request.recipesDirectory(), survey())
                .printingDocument();
    }

    private List<String> survey() {
        List<String> arguments =
                new ArrayList<>(List.of("ansible/survey.py", "--application", request.applicationDirectory()));
        arguments.addAll(files());
        return arguments;
    }

    /** What of the application's directory is the application. */
    private List<String> files() {
        List<String> arguments = new ArrayList<>();
        request.settings().files().exclude().forEach(pattern -> arguments.addAll(List.of("--exclude", pattern)));
        if (!request.tasksFile().isEmpty()) {
            arguments.addAll(List.of("--tasks", request.tasksFile()));
        }
        return arguments;
    }

    @Override
    public Step<Baked> after(ToolResult result) {
        if (!result.isOk()) {
            boolean ofPython = List.of(SURVEY, REQUIREMENTS).contains(result.phase());
            return Step.done(Explanation.of(ofPython ? Tool.PYTHON : Tool.PACKER, result));
        }
        return switch (result.phase()) {
            case SURVEY -> decision().map(made -> begin()).orElseGet(() -> decide(result.document()));
            case INIT -> require(decision().orElseThrow());
            case REQUIREMENTS -> build(decision().orElseThrow());
            case BASE_BUILD -> onNewBase(decision().orElseThrow(), result);
            case BUILD -> baked(decision().orElseThrow(), result);
            default -> throw new IllegalArgumentException("no phase of a bake: " + result.phase());
        };
    }

    private Optional<Decision> decision() {
        return Decision.of(memory.recall());
    }

    private Step<Baked> decide(String document) {
        try {
            Template.requirePlain(request);
            Survey survey = Survey.of(Json.lenient(json, document));
            survey.notes().forEach(notes);
            Layers.Found found = layers.look(survey);
            if (found.choice() instanceof LayerChoice.Reuse reuse) {
                return Step.done(Outcome.success(layers.reused(reuse.application(), found.decision())));
            }
            memory.keep(found.decision().values());
            tell(found, survey);
            return begin();
        } catch (NoBaseImage none) {
            return Step.done(Outcome.failure(Outcome.Kind.FAILED, none.diagnosis()));
        } catch (IllegalArgumentException notBakeable) {
            return Step.done(Outcome.failure(Outcome.Kind.BAD_INPUT, notBakeable.getMessage()));
        }
    }

    private void tell(Layers.Found found, Survey survey) {
        String name = template(found.decision(), Layer.APPLICATION).imageName();
        if (found.choice() instanceof LayerChoice.Both both) {
            notes.accept("base: " + template(found.decision(), Layer.BASE).imageName() + ", " + both.why());
            notes.accept("bake: " + name + " on it");
        } else if (found.choice() instanceof LayerChoice.OnBase on) {
            notes.accept("bake: " + name + " on base layer " + on.base().amiId() + " of "
                    + on.base().day());
        }
        notes.accept("bake: starts with: " + survey.start());
        if (!request.settings().trial().start()) {
            notes.accept(
                    "bake: start_in_bake is false in image.yml: neither whether the application starts nor what SELinux and"
                            + " the system-call filter deny it is looked at before the rollout");
        }
    }

    private Step<Baked> begin() {
        return Step.run(packer(INIT, List.of(INIT, Template.DIRECTORY)));
    }

    /** What cannot be installed is to be known before an instance runs. The bake takes what is fetched here. */
    private Step<Baked> require(Decision decision) {
        List<String> arguments = new ArrayList<>(List.of(
                "ansible/wheelhouse.py",
                "--ahead",
                "--architecture",
                decision.architecture().label(),
                request.workDirectory() + "/wheelhouse",
                request.applicationDirectory()));
        arguments.addAll(files());
        return Step.run(ToolCommand.lines(Tool.PYTHON, REQUIREMENTS, request.recipesDirectory(), arguments)
                .printingDocument());
    }

    private Step<Baked> build(Decision decision) {
        Layer layer = decision.bakesBase() ? Layer.BASE : Layer.APPLICATION;
        Template template = template(decision, layer);
        made.accept(new Temporary(Temporary.Kind.KEY_PAIR, template.keyPairName()));
        return Step.run(packer(layer == Layer.BASE ? BASE_BUILD : BUILD, template.build())
                .withEnv(Map.of(FILES, decision.files()))
                .keepingText(template.manifestPath())
                .keepingText(template.lockPath()));
    }

    private Template template(Decision decision, Layer layer) {
        return new Template(request, decision, layer);
    }

    private ToolCommand packer(String phase, List<String> arguments) {
        return ToolCommand.lines(Tool.PACKER, phase, request.recipesDirectory(), arguments);
    }

    /** Its age counts from when it was asked for: what it installed was looked up after that. */
    private Step<Baked> onNewBase(Decision decision, ToolResult result) {
        Outcome<String> amiId = amiId(template(decision, Layer.BASE), result);
        if (amiId instanceof Outcome.Failure<String> failure) {
            return Step.done(failure.retyped());
        }
        Decision next = decision.onBase(
                ((Outcome.Success<String>) amiId).value(),
                request.startedAt().truncatedTo(ChronoUnit.SECONDS).toString());
        memory.keep(next.values());
        return build(next);
    }

    private Step<Baked> baked(Decision decision, ToolResult result) {
        Template template = template(decision, Layer.APPLICATION);
        Outcome<String> amiId = amiId(template, result);
        if (amiId instanceof Outcome.Failure<String> failure) {
            return Step.done(failure.retyped());
        }
        String lock = result.files().getOrDefault(template.lockPath(), "");
        Baked baked =
                layers.after(decision, ((Outcome.Success<String>) amiId).value(), template.imageName(), lock, notes);
        baked.beside()
                .forEach(other ->
                        notes.accept(other.amiId() + " of the same fingerprint was baked at the same time by build "
                                + other.tag(Tags.BUILD) + "; both can be deployed"));
        return Step.done(Outcome.success(baked));
    }

    private Outcome<String> amiId(Template template, ToolResult result) {
        String path = template.manifestPath();
        String manifest = result.files().get(path);
        if (manifest == null) {
            return Outcome.failure(
                    Outcome.Kind.FAILED,
                    "packer build ended well but wrote no manifest " + path
                            + ": the template needs a manifest post-processor that writes to manifest_path");
        }
        return Manifest.amiId(Json.lenient(json, manifest))
                .map(Outcome::success)
                .orElseGet(() -> Outcome.failure(
                        Outcome.Kind.FAILED, "packer's manifest " + path + " names no image of this run: see its log"));
    }

    @Override
    public OutputParser parser(String phase) {
        return switch (phase) {
            case SURVEY, REQUIREMENTS -> new SurveyOutput();
            case BASE_BUILD -> new PackerOutput(Layer.BASE.stage(), lookout, InstantSource.system(), made);
            default -> new PackerOutput(Layer.APPLICATION.stage(), lookout, InstantSource.system(), made);
        };
    }
}
