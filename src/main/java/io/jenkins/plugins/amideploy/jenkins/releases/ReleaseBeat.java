package io.jenkins.plugins.amideploy.jenkins.releases;

import hudson.AbortException;
import hudson.Extension;
import hudson.model.AsyncPeriodicWork;
import hudson.model.Run;
import hudson.model.TaskListener;
import io.jenkins.plugins.amideploy.engine.AwsFailure;
import io.jenkins.plugins.amideploy.engine.release.EnvironmentClaims;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jenkinsci.plugins.workflow.flow.FlowExecution;
import org.jenkinsci.plugins.workflow.flow.FlowExecutionList;

/**
 * Says every minute, of every running build that has an environment, that it lives: also while it waits for an approval, and again after a restart
 * of the controller. A build that lost its environment fails at its next step.
 */
@Extension
public final class ReleaseBeat extends AsyncPeriodicWork {
    private static final Logger LOGGER = Logger.getLogger(ReleaseBeat.class.getName());

    public ReleaseBeat() {
        super("Claims of environments");
    }

    @Override
    public long getRecurrencePeriod() {
        return EnvironmentClaims.BEAT.toMillis();
    }

    /** No line in the controller's log for each minute. */
    @Override
    protected Level getNormalLoggingLevel() {
        return Level.FINE;
    }

    @Override
    protected void execute(TaskListener listener) {
        for (Run<?, ?> run : running()) {
            for (OpenRelease open : OpenReleases.of(run)) {
                if (!open.isClosed() && open.lostTo().isEmpty()) {
                    beat(run, open);
                }
            }
        }
    }

    private static List<Run<?, ?>> running() {
        List<Run<?, ?>> runs = new ArrayList<>();
        for (FlowExecution execution : FlowExecutionList.get()) {
            try {
                if (execution.getOwner().getExecutable() instanceof Run<?, ?> run && run.isBuilding()) {
                    runs.add(run);
                }
            } catch (IOException e) {
                LOGGER.log(Level.FINE, "a build that cannot be read says nothing", e);
            }
        }
        return runs;
    }

    private static void beat(Run<?, ?> run, OpenRelease open) {
        try {
            ReleaseRecorder.beat(run, open);
        } catch (AwsFailure | AbortException | IllegalArgumentException notNow) {
            // There is much time until a silent build counts as dead.
            LOGGER.log(Level.INFO, notNow, () -> run + " could not say that it lives");
        }
    }
}
