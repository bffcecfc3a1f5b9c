package io.jenkins.plugins.amideploy.jenkins.run;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.model.Result;
import hudson.model.Run;
import hudson.model.TaskListener;
import hudson.model.listeners.RunListener;
import java.util.List;
import java.util.Optional;
import org.jenkinsci.plugins.workflow.flow.FlowExecution;
import org.jenkinsci.plugins.workflow.flow.FlowExecutionOwner;
import org.jenkinsci.plugins.workflow.graph.AtomNode;
import org.jenkinsci.plugins.workflow.graphanalysis.DepthFirstScanner;

/**
 * Says at the end of a build's log why it failed, where that was said long before the end: a pipeline archives and tidies up after a step that
 * failed, and people read last lines.
 */
@Extension
public final class FailureListener extends RunListener<Run<?, ?>> {
    @Override
    public void onCompleted(Run<?, ?> run, @NonNull TaskListener listener) {
        ReleaseAction action = run.getAction(ReleaseAction.class);
        if (action == null
                || !Result.FAILURE.equals(run.getResult())
                || !(run instanceof FlowExecutionOwner.Executable)) {
            return;
        }
        FlowExecutionOwner owner = ((FlowExecutionOwner.Executable) run).asFlowExecutionOwner();
        FlowExecution execution = owner == null ? null : owner.getOrNull();
        if (execution != null) {
            ofBuild(action.getFailures(), execution)
                    .filter(failure -> isFollowed(failure, execution))
                    .ifPresent(failure -> failure.lines().forEach(listener.getLogger()::println));
        }
    }

    /** The one that ended the build, which may have borne others. */
    private static Optional<FailedStep> ofBuild(List<FailedStep> failures, FlowExecution execution) {
        Throwable end = execution.getCauseOfFailure();
        return failures.stream()
                .filter(failure -> end == null || failure.brief().equals(end.getMessage()))
                .reduce((earlier, later) -> later);
    }

    /** Whether anything ran after the step, rather than blocks that ended with it. */
    private static boolean isFollowed(FailedStep failure, FlowExecution execution) {
        int failed = Integer.parseInt(failure.getNode());
        return new DepthFirstScanner()
                        .findFirstMatch(
                                execution.getCurrentHeads(),
                                node -> node instanceof AtomNode && Integer.parseInt(node.getId()) > failed)
                != null;
    }
}
