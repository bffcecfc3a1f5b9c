package io.jenkins.plugins.amideploy.jenkins.tools;

import hudson.FilePath;
import io.jenkins.plugins.amideploy.engine.Tags;
import io.jenkins.plugins.amideploy.engine.diagnosis.Cause;
import io.jenkins.plugins.amideploy.engine.image.BakeOperation;
import io.jenkins.plugins.amideploy.engine.image.BakeRequest;
import io.jenkins.plugins.amideploy.engine.image.Baked;
import io.jenkins.plugins.amideploy.engine.image.Image;
import io.jenkins.plugins.amideploy.engine.image.ImageSettings;
import io.jenkins.plugins.amideploy.engine.tool.Lookout;
import io.jenkins.plugins.amideploy.engine.tool.Operation;
import io.jenkins.plugins.amideploy.engine.tool.Reach;
import io.jenkins.plugins.amideploy.jenkins.config.AmiDeployConfiguration;
import io.jenkins.plugins.amideploy.jenkins.parsers.JacksonParser;
import io.jenkins.plugins.amideploy.jenkins.parsers.YamlParser;
import io.jenkins.plugins.amideploy.jenkins.run.NamedFailure;
import io.jenkins.plugins.amideploy.jenkins.run.ReleaseFact;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jenkinsci.plugins.workflow.steps.StepContext;

/**
 * {@code bakeAmi} while it runs. Persists what {@link ToolExecution} does, the step's own parameters, and what image.yml said when
 * it began.
 */
public final class BakeExecution extends ReleasingExecution<Baked> {
    private static final long serialVersionUID = 1L;

    private final boolean fresh;
    private final String applicationDirectory;
    private final String imageFile;

    /** Null until it is read; empty where there is no such file, which is the same as one that says nothing. */
    private String imageText;

    /**
     * @param fresh whether images that are there are of no interest
     * @param applicationDirectory relative to the current directory; null for the usual place
     * @param imageFile relative to the current directory; null for the usual place; it need not be there
     */
    public BakeExecution(
            StepContext context,
            ToolParameters parameters,
            boolean fresh,
            String applicationDirectory,
            String imageFile) {
        super(context, parameters);
        this.fresh = fresh;
        this.applicationDirectory = applicationDirectory;
        this.imageFile = imageFile;
    }

    @Override
    Operation<Baked> operation(ToolWork work) throws IOException, InterruptedException {
        ImageSettings settings = settings(work);
        if (!isBegun()) {
            StackChecks.beforeBake(work, settings);
        }
        String beside = beside();
        String tasks = settings.files().tasks();
        BakeRequest request = new BakeRequest(
                work.variables().app(),
                work.variables().region(),
                settings,
                work.variables().bake(),
                fresh,
                work.parameters().commit().orElse(""),
                work.parameters().appVersion().orElse(""),
                work.build(),
                work.startedAt(),
                recipesDirectory(),
                work.path(
                        applicationDirectory == null ? beside + settings.files().directory() : applicationDirectory),
                tasks.isEmpty() ? "" : work.path(beside + tasks),
                work.workDirectory());
        joinRelease(work, true);
        return new BakeOperation(
                request,
                new JacksonParser(),
                new LateImages(work),
                memory(),
                this::log,
                lookout(work),
                new StepTemporaries(work, request.expiresAt()));
    }

    private static Lookout lookout(ToolWork work) {
        return new Lookout(Reach.none(), new BakeCredentials(work));
    }

    /** Where image.yml is: what it names is relative to that. */
    private String beside() {
        String name = imageFile == null ? ImageSettings.DEFAULT_FILE : imageFile;
        return name.substring(0, name.lastIndexOf('/') + 1);
    }

    private ImageSettings settings(ToolWork work) throws IOException, InterruptedException {
        String name = imageFile == null ? ImageSettings.DEFAULT_FILE : imageFile;
        if (imageText == null) {
            FilePath file = work.workspace().child(name);
            boolean there = file.exists();
            if (!there && imageFile != null) {
                log(name + " does not exist in " + work.workspace().getRemote() + ": images are made by the defaults");
            }
            imageText = there ? AgentFiles.text(file) : "";
        }
        try {
            return ImageSettings.parse(name, imageText, new YamlParser())
                    .withDefaultTags(AmiDeployConfiguration.get().tagMap());
        } catch (IllegalArgumentException malformed) {
            throw new NamedFailure(Cause.SURVEY_REFUSED, malformed.getMessage(), "");
        }
    }

    @Override
    String phase() {
        return "bake";
    }

    @Override
    Object good(ToolWork work, Baked asItIs) throws IOException {
        Baked baked = BakeReleases.settle(work, asItIs);
        Image image = baked.image();
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("amiId", image.amiId());
        result.put("name", image.name());
        result.put("region", baked.region());
        result.put("snapshotIds", new ArrayList<>(image.snapshotIds()));
        result.put("source", image.tags().getOrDefault(Tags.BASE_IMAGE, baked.baseAmiId()));
        result.put("tags", new TreeMap<>(image.tags()));
        result.put("reused", baked.reused());
        result.put("fingerprint", baked.fingerprint());
        result.put("baseAmiId", baked.baseAmiId());
        result.put("commit", baked.commit());
        result.put("appVersion", baked.appVersion());
        work.record(ReleaseFact.Kind.IMAGE, image.amiId());
        BakeReleases.tell(work, baked);
        if (!baked.reused()) {
            StepTemporaries.release(work);
        }
        String named = image.amiId() + " (" + image.name() + ")";
        log(
                baked.reused()
                        ? "Reused " + named + " " + baked.ageAndContent()
                        : "Baked " + named + " in " + baked.region());
        return result;
    }
}
