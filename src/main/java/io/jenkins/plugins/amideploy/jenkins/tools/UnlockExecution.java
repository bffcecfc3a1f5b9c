package io.jenkins.plugins.amideploy.jenkins.tools;

import io.jenkins.plugins.amideploy.engine.AppId;
import io.jenkins.plugins.amideploy.engine.locks.LockDoctor;
import io.jenkins.plugins.amideploy.engine.locks.Unlocking;
import io.jenkins.plugins.amideploy.engine.state.ObjectStore;
import io.jenkins.plugins.amideploy.jenkins.releases.ReleaseRecords;
import io.jenkins.plugins.amideploy.jenkins.run.NamedFailure;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.jenkinsci.plugins.workflow.steps.StepContext;

/** {@code unlockState} while it runs; persists its parameter and what {@link AskingExecution} does. */
public final class UnlockExecution extends AskingExecution {
    private static final long serialVersionUID = 1L;

    private final String forceId;

    /** @param forceId id of what is freed though nobody can find out whether its owner lives; empty: none */
    public UnlockExecution(StepContext context, ToolParameters parameters, String forceId) {
        super(context, parameters);
        this.forceId = forceId;
    }

    @Override
    Map<String, Object> ask(ToolWork work) throws IOException, InterruptedException {
        AppId app = work.variables().app();
        ObjectStore objects = work.ports().clients().objects(StepReleases.bucket(work));
        LockDoctor doctor = new LockDoctor(
                objects,
                app,
                ReleaseRecords.terraformRuns(objects, app),
                ReleaseRecords.claims(objects, app),
                new StepProbe());
        Unlocking end = doctor.unlock(forceId);
        end.lines().forEach(this::log);
        if (end.refusal().isPresent()) {
            throw new NamedFailure(end.refusal().get());
        }
        return new HashMap<>(Map.of(
                "lock",
                end.lock().end().name(),
                "environment",
                end.environment().end().name()));
    }
}
