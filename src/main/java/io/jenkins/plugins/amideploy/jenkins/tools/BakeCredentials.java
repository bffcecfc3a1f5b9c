package io.jenkins.plugins.amideploy.jenkins.tools;

import hudson.AbortException;
import io.jenkins.plugins.amideploy.engine.AwsFailure;
import io.jenkins.plugins.amideploy.engine.diagnosis.Diagnosis;
import io.jenkins.plugins.amideploy.engine.tool.CredentialCheck;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jenkinsci.plugins.workflow.support.concurrent.Timeout;

/**
 * Asks from the controller whether the keys that a bake was given still count. Those of the agent itself it does not know and does not judge.
 */
final class BakeCredentials implements CredentialCheck {
    /** A look at the tool has three times as long. */
    private static final int PATIENCE_SECONDS = 20;

    private final ToolWork work;

    BakeCredentials(ToolWork work) {
        this.work = work;
    }

    @Override
    public Optional<Diagnosis> lost() {
        if (!work.ports().identity().isNamed()) {
            return Optional.empty();
        }
        try (Timeout limit = Timeout.limit(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            work.ports().clients().accountReader().identity();
        } catch (AbortException noKeysNow) {
            Thread.interrupted();
        } catch (AwsFailure failure) {
            // The SDK leaves the thread interrupted when the time is over; what comes after in the look is not meant.
            Thread.interrupted();
            return failure.kind() == AwsFailure.Kind.EXPIRED_CREDENTIALS
                    ? Optional.of(failure.diagnosis())
                    : Optional.empty();
        }
        return Optional.empty();
    }
}
