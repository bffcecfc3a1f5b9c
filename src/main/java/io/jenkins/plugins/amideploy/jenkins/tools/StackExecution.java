package io.jenkins.plugins.amideploy.jenkins.tools;

import hudson.FilePath;
import hudson.Launcher;
import io.jenkins.plugins.amideploy.engine.Outcome;
import io.jenkins.plugins.amideploy.engine.diagnosis.Cause;
import io.jenkins.plugins.amideploy.engine.locks.TerraformRun;
import java.io.IOException;
import java.time.Instant;
import org.jenkinsci.plugins.workflow.steps.StepContext;

/**
 * A step whose Terraform takes the lock of the state: while it runs, others can find out whose that is; a state that it could not write is kept
 * with the build. Persists when it told.
 */
abstract class StackExecution<T> extends ReleasingExecution<T> {
    private static final long serialVersionUID = 1L;

    private long toldMillis;

    StackExecution(StepContext context, ToolParameters parameters) {
        super(context, parameters);
    }

    @Override
    final void beginning(ToolWork work, String node, FilePath directory) throws IOException, InterruptedException {
        requireWritten(work);
        toldMillis = clock().millis();
        StepTerraform.begin(work, stateBucket(), run(work, node, directory));
    }

    /** Asks AWS. @throws AbortException where a state waits to be written */
    void requireWritten(ToolWork work) throws IOException, InterruptedException {
        new KeptState(work, null).requireWritten(stateBucket());
    }

    @Override
    final void ended(ToolWork work, String node, FilePath directory, Outcome<T> outcome)
            throws IOException, InterruptedException {
        Cause cause = outcome instanceof Outcome.Failure<T> failure
                ? failure.diagnosis().cause()
                : null;
        if (cause == Cause.STATE_NOT_WRITTEN) {
            new KeptState(work, null).keep(recipesDirectory(), context().get(Launcher.class));
        }
        boolean hasNone = cause == null || cause == Cause.STATE_LOCKED;
        StepTerraform.end(work, stateBucket(), run(work, node, directory), hasNone);
    }

    private TerraformRun run(ToolWork work, String node, FilePath directory) {
        return StepTerraform.run(work, node, directory, Instant.ofEpochMilli(toldMillis));
    }
}
