package io.jenkins.plugins.amideploy.jenkins.polling;

import edu.umd.cs.findbugs.annotations.SuppressFBWarnings;
import hudson.model.Run;
import hudson.model.TaskListener;
import io.jenkins.plugins.amideploy.engine.diagnosis.Diagnosis;
import io.jenkins.plugins.amideploy.jenkins.run.NamedFailure;
import io.jenkins.plugins.amideploy.jenkins.run.ReleaseAction;
import io.jenkins.plugins.amideploy.jenkins.run.ReleaseFact;
import java.io.IOException;
import java.util.concurrent.Future;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jenkinsci.plugins.workflow.actions.LabelAction;
import org.jenkinsci.plugins.workflow.graph.FlowNode;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepExecution;

/**
 * A step that looks again and again until it is over, on the threads of {@link PollPool}, and holds none in between. Looks
 * never overlap. Nothing of this class is persisted; after a restart the looks begin again.
 */
public abstract class PollingExecution extends StepExecution {
    private static final long serialVersionUID = 1L;

    private static final Logger LOGGER = Logger.getLogger(PollingExecution.class.getName());

    /** Characters; views cut longer ones ({@code sh}: DurableTaskStep.MAX_LABEL_LENGTH). */
    private static final int LONGEST_LABEL = 100;

    /** Looks of one step follow each other. An array, because that can be persisted. */
    private final byte[] turn = {};

    private transient volatile Future<?> next;
    private transient volatile boolean over;

    protected PollingExecution(StepContext context) {
        super(context);
    }

    /**
     * Looks once.
     *
     * @return whether the step is over: {@link #succeed} or {@link #fail} was called
     * @throws Exception what the step shall fail with
     */
    protected abstract boolean look() throws Exception;

    /** Milliseconds until the look after this one. */
    protected long pauseMillis() {
        return 1000;
    }

    /** The context itself, whoever asks. */
    protected final StepContext context() {
        return super.getContext();
    }

    @Override
    public void onResume() {
        lookSoon();
    }

    /** Ends at once; steps that have something to bring to an end first override it. */
    @Override
    public void stop(Throwable cause) {
        endNow(cause);
    }

    /** Ends the step without another look. */
    protected final void endNow(Throwable cause) {
        over = true;
        PollPool.schedule(this::finish, 0);
        fail(cause);
    }

    /** After a look that may be on its way, and on a thread that may wait for it. */
    private void finish() {
        synchronized (turn) {
            ended();
        }
    }

    /** The step is over and looks no more: what is held for the looks is given back. Once or more often, never during a look. */
    protected void ended() {}

    /** Looks at once instead of when it would be time. */
    protected final void lookSoon() {
        schedule(0);
    }

    private synchronized void schedule(long millis) {
        if (over) {
            return;
        }
        if (next != null) {
            next.cancel(false);
        }
        next = PollPool.schedule(this::tick, millis);
    }

    private void tick() {
        synchronized (turn) {
            if (over || !context().isReady()) {
                schedule(pauseMillis());
                return;
            }
            try {
                // A step that was ended in the meantime stays so.
                if (look()) {
                    over = true;
                }
            } catch (Exception problem) {
                LOGGER.log(Level.FINE, "step failed in a look", problem);
                over = fail(problem);
            } catch (Throwable defect) {
                // Also a LinkageError, of plugins that do not fit each other: without an end the step would hang for
                // ever.
                LOGGER.log(Level.WARNING, "step failed in a look", defect);
                over = fail(defect);
            }
            if (over) {
                ended();
            }
            schedule(pauseMillis());
        }
    }

    /** Has the controller store the step's fields, soon. */
    protected final void save() {
        save(context());
    }

    @SuppressFBWarnings(
            value = "RV_RETURN_VALUE_IGNORED_NO_SIDE_EFFECT",
            justification = "the state is stored in the background; whether it was, the next restart shows")
    public static void save(StepContext context) {
        context.saveState();
    }

    /** What the step is about, as the build's page names it beside why it failed. */
    protected abstract String subject();

    /** Ends the step well. */
    protected final void succeed(Object result) {
        StepEnds.succeeded(context(), subject());
        context().onSuccess(result);
    }

    /** Ends the step: with the lines of a cause that has a name in the log and on the build's page, and its first one on the step's node. */
    protected final boolean fail(Throwable cause) {
        failing(cause);
        Throwable end = NamedFailure.diagnosis(cause)
                .<Throwable>map(why -> StepEnds.failed(context(), subject(), why))
                .orElse(cause);
        StepEnds.mark(context(), end);
        context().onFailure(end);
        return true;
    }

    /** Ends the step with a named cause. */
    protected final boolean fail(Diagnosis why) {
        return fail(new NamedFailure(why));
    }

    /** Notes why the step fails, before it does; on any thread, so it asks nobody. */
    protected void failing(Throwable cause) {}

    /** Says on the build's page how something stands. */
    protected final void show(ReleaseFact fact) {
        try {
            ReleaseAction.show(context().get(Run.class), fact);
        } catch (IOException | InterruptedException e) {
            LOGGER.log(Level.INFO, "{0} (not on the build''s page: {1})", new Object[] {fact, e});
        }
    }

    /** Says what the step is about where the pipeline's views name it, once. */
    protected final void label(String what) throws IOException, InterruptedException {
        FlowNode node = context().get(FlowNode.class);
        if (node.getPersistentAction(LabelAction.class) == null) {
            String label = node.getDisplayFunctionName() + " " + what;
            node.addAction(new LabelAction(label.length() > LONGEST_LABEL ? label.substring(0, LONGEST_LABEL) : label));
        }
    }

    protected final TaskListener listener() throws IOException, InterruptedException {
        TaskListener listener = context().get(TaskListener.class);
        return listener == null ? TaskListener.NULL : listener;
    }

    /** Says something in the build's log if that can be reached. */
    protected final void log(String line) {
        try {
            listener().getLogger().println(line);
        } catch (IOException | InterruptedException e) {
            LOGGER.log(Level.INFO, "{0} (not in the build''s log: {1})", new Object[] {line, e});
        }
    }
}
