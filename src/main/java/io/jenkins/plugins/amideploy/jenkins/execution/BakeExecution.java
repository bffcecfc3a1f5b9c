package io.jenkins.plugins.amideploy.jenkins.execution;

import io.jenkins.plugins.amideploy.engine.AwsFailure;
import io.jenkins.plugins.amideploy.engine.image.BakeOperation;
import io.jenkins.plugins.amideploy.engine.image.BakeRequest;
import io.jenkins.plugins.amideploy.engine.image.Image;
import io.jenkins.plugins.amideploy.engine.teardown.Resource;
import io.jenkins.plugins.amideploy.engine.tool.Operation;
import io.jenkins.plugins.amideploy.jenkins.run.ReleaseFact;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jenkinsci.plugins.workflow.steps.StepContext;

/** {@code bakeAmi} while it runs; persists what {@link ToolExecution} does. */
public final class BakeExecution extends ToolExecution<Image> {
    private static final long serialVersionUID = 1L;

    public BakeExecution(StepContext context, ToolParameters parameters) {
        super(context, parameters);
    }

    @Override
    Operation<Image> operation(ToolWork work) {
        return new BakeOperation(
                new BakeRequest(
                        work.variables().app(),
                        work.commit(),
                        work.appVersion(),
                        work.build(),
                        work.startedAt(),
                        work.workspace().getRemote(),
                        "packer/",
                        work.variablesFile(),
                        work.workDirectory()),
                new JacksonParser());
    }

    @Override
    Object result(ToolWork work, Image image) throws IOException {
        Optional<Resource> registered = registered(work, image);
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("amiId", image.amiId());
        result.put("name", image.name());
        result.put("region", image.region());
        result.put(
                "snapshotIds", new ArrayList<>(registered.map(Resource::related).orElse(image.snapshotIds())));
        result.put("source", image.source());
        result.put("tags", new TreeMap<>(registered.map(Resource::tags).orElse(image.tags())));
        work.record(ReleaseFact.Kind.IMAGE, image.amiId());
        work.listener().getLogger().println("Baked " + image.amiId() + " (" + image.name() + ") in " + image.region());
        return result;
    }

    /** What AWS says of the image. The image is good without it, so not being allowed to look fails nothing. */
    private static Optional<Resource> registered(ToolWork work, Image image) throws IOException {
        try {
            List<Resource> ours = work.ports()
                    .clients()
                    .resourceReader()
                    .find(work.variables().app().app())
                    .resources();
            return ours.stream()
                    .filter(resource -> resource.id().equals(image.amiId()))
                    .findFirst();
        } catch (AwsFailure failure) {
            work.listener()
                    .getLogger()
                    .println("Snapshots and tags of " + image.amiId() + " were not looked up: " + failure.getMessage());
            return Optional.empty();
        }
    }
}
