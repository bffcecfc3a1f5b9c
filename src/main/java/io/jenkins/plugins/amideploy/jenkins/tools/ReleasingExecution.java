package io.jenkins.plugins.amideploy.jenkins.tools;

import hudson.AbortException;
import java.io.IOException;
import java.time.Duration;
import org.jenkinsci.plugins.workflow.steps.StepContext;

/** A tool step that is a phase of a release: it begins or joins the release of its build, and tells it how it went. Persists nothing of its own. */
abstract class ReleasingExecution<T> extends ToolExecution<T> {
    private static final long serialVersionUID = 1L;

    ReleasingExecution(StepContext context, ToolParameters parameters) {
        super(context, parameters);
    }

    /** Which phase of a release the step is. */
    abstract String phase();

    /** Begins the release of the build, or joins it; asks AWS as long as no tool has run. @param again see {@link StepReleases#join} */
    final void joinRelease(ToolWork work, boolean again) throws AbortException {
        if (isBegun()) {
            StepReleases.rejoin(work);
        } else {
            StepReleases.join(work, again);
        }
    }

    @Override
    final void hold(ToolWork work, String amiId, Duration lifetime) throws AbortException {
        super.hold(work, amiId, lifetime);
        if (!isBegun()) {
            StepReleases.image(work, amiId);
        }
    }

    /** What the pipeline gets of a step that went well. */
    abstract Object good(ToolWork work, T value) throws IOException, InterruptedException;

    @Override
    final Object result(ToolWork work, T value) throws IOException, InterruptedException {
        Object result = good(work, value);
        StepReleases.done(work, phase());
        return result;
    }

    @Override
    protected void failing(Throwable cause) {
        StepReleases.failed(context(), parameters().environment(), phase(), startedAt(), cause);
    }
}
