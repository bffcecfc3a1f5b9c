package io.jenkins.plugins.amideploy.jenkins.polling;

import hudson.AbortException;
import hudson.model.Run;
import hudson.model.TaskListener;
import io.jenkins.plugins.amideploy.engine.diagnosis.Diagnosis;
import io.jenkins.plugins.amideploy.jenkins.run.FailedStep;
import io.jenkins.plugins.amideploy.jenkins.run.NamedFailure;
import io.jenkins.plugins.amideploy.jenkins.run.ReleaseAction;
import java.io.IOException;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jenkinsci.plugins.workflow.actions.ErrorAction;
import org.jenkinsci.plugins.workflow.graph.FlowNode;
import org.jenkinsci.plugins.workflow.graph.StepNode;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepDescriptor;

/** How a step ended, said where people look: in the log, on the build's page, on the step's node. Used by {@link PollingExecution}; asks nobody. */
final class StepEnds {
    private static final Logger LOGGER = Logger.getLogger(StepEnds.class.getName());

    private StepEnds() {}

    /**
     * Says why a step failed.
     *
     * @return what its node is to say
     */
    static AbortException failed(StepContext context, String subject, Diagnosis why) {
        try {
            TaskListener listener = context.get(TaskListener.class);
            if (listener != null) {
                why.lines().forEach(listener.getLogger()::println);
            }
            FlowNode node = context.get(FlowNode.class);
            ReleaseAction.failed(context.get(Run.class), new FailedStep(function(node), node.getId(), subject, why));
        } catch (IOException | InterruptedException e) {
            LOGGER.log(Level.INFO, e, () -> why.line() + " (not on the build's page)");
        }
        return new AbortException(NamedFailure.brief(why));
    }

    /**
     * Marks the step's node as failed. Pipeline does so itself, except for a step that fails before it has returned from its start to the pipeline
     * ({@code DSL.ThreadTaskImpl}: "we have a result now, so just keep executing").
     */
    static void mark(StepContext context, Throwable failure) {
        try {
            FlowNode node = context.get(FlowNode.class);
            if (node != null && node.getPersistentAction(ErrorAction.class) == null) {
                node.addAction(new ErrorAction(failure));
            }
        } catch (IOException | InterruptedException e) {
            LOGGER.log(Level.INFO, e, () -> failure + " (not on the step's node)");
        }
    }

    /** What a step failed with before it was tried again is over. */
    static void succeeded(StepContext context, String subject) {
        try {
            FlowNode node = context.get(FlowNode.class);
            ReleaseAction.succeeded(context.get(Run.class), function(node), subject);
        } catch (IOException | InterruptedException e) {
            LOGGER.log(Level.INFO, "an earlier failure stays on the build's page", e);
        }
    }

    /** Without the label that the views show. */
    private static String function(FlowNode node) {
        StepDescriptor step = node instanceof StepNode ofStep ? ofStep.getDescriptor() : null;
        return step == null ? node.getDisplayFunctionName() : step.getFunctionName();
    }
}
