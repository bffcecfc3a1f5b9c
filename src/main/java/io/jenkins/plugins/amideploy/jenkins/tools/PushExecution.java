package io.jenkins.plugins.amideploy.jenkins.tools;

import io.jenkins.plugins.amideploy.engine.stack.Backend;
import io.jenkins.plugins.amideploy.engine.stack.ErroredState;
import io.jenkins.plugins.amideploy.engine.stack.Initialised;
import io.jenkins.plugins.amideploy.engine.stack.PushStateOperation;
import io.jenkins.plugins.amideploy.engine.stack.StackRequest;
import io.jenkins.plugins.amideploy.engine.tool.Operation;
import io.jenkins.plugins.amideploy.jenkins.parsers.JacksonParser;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.jenkinsci.plugins.workflow.steps.StepContext;

/**
 * {@code pushState} while it runs: a state that an apply could not write is found, compared with the one that is there, and written by Terraform. Has the
 * environment meanwhile. Persists what {@link StackExecution} does, and the step's parameter.
 */
public final class PushExecution extends StackExecution<ErroredState> {
    private static final long serialVersionUID = 1L;

    private final String file;

    /** @param file the state, relative to the current directory; null: the one that an apply left */
    public PushExecution(StepContext context, ToolParameters parameters, String file) {
        super(context, parameters);
        this.file = file;
    }

    @Override
    Operation<ErroredState> operation(ToolWork work) throws IOException, InterruptedException {
        Backend backend = backend(work, false);
        KeptState kept = new KeptState(work, file);
        if (isBegun()) {
            StepReleases.rejoin(work);
        } else {
            StackReleases.hold(work);
            kept.bring();
            kept.requireNewer(stateBucket());
        }
        StackRequest request = work.stack(recipesDirectory(), backend, StackReleases.variables(work, null));
        return new PushStateOperation(
                request, kept.state(), kept.file().getRemote(), Initialised.NO, new JacksonParser());
    }

    /** This is the step that does it. */
    @Override
    void requireWritten(ToolWork work) {}

    @Override
    String phase() {
        return "push";
    }

    @Override
    protected void failing(Throwable cause) {
        super.failing(cause);
        StackReleases.giveBack(context(), parameters().environment(), this::log);
    }

    @Override
    Object good(ToolWork work, ErroredState state) throws IOException, InterruptedException {
        new KeptState(work, null).forget(state);
        StackReleases.giveBack(context(), parameters().environment(), this::log);
        log("Wrote the state of " + state.environment() + ": serial " + state.serial() + ", " + state.resources()
                + " resources");
        Map<String, Object> result = new HashMap<>();
        result.put("lineage", state.lineage());
        result.put("serial", state.serial());
        result.put("resources", state.resources());
        return result;
    }
}
