package io.jenkins.plugins.amideploy.jenkins.releases;

import io.jenkins.plugins.amideploy.engine.diagnosis.Cause;
import io.jenkins.plugins.amideploy.engine.diagnosis.Diagnosis;
import io.jenkins.plugins.amideploy.engine.release.End.Failure;
import io.jenkins.plugins.amideploy.jenkins.run.NamedFailure;
import java.util.stream.Collectors;
import jenkins.model.CauseOfInterruption;
import org.jenkinsci.plugins.workflow.steps.FlowInterruptedException;

/** What a step of a release failed with, as the record keeps it, and who stopped it. For the steps with tools and for the waits. */
public final class StepFailure {
    private StepFailure() {}

    /** @param what the step does, for a step that was stopped */
    public static Failure recorded(String what, Throwable cause) {
        if (cause instanceof FlowInterruptedException stopped) {
            String by = stopped.getCauses().stream()
                    .map(CauseOfInterruption::getShortDescription)
                    .collect(Collectors.joining(", "));
            return Failure.of(Diagnosis.of(Cause.ABORTED, what + " was stopped" + (by.isEmpty() ? "" : ": " + by)));
        }
        return NamedFailure.diagnosis(cause)
                .map(Failure::of)
                .orElseGet(() -> Failure.of(cause.getMessage() == null ? cause.toString() : cause.getMessage()));
    }
}
