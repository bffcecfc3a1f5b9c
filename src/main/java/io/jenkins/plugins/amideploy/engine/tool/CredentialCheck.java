package io.jenkins.plugins.amideploy.engine.tool;

import io.jenkins.plugins.amideploy.engine.AwsFailure;
import io.jenkins.plugins.amideploy.engine.diagnosis.Diagnosis;
import java.util.Optional;

/**
 * Looks whether the credentials of a run still count, while its tool is silent: {@link SilenceWatch} asks. A session of an hour may end in a bake, and Packer tries
 * its calls again for many minutes without a word.
 */
@FunctionalInterface
public interface CredentialCheck {
    /** Why they count no more; empty where they do, or where it cannot be found out now. Takes a few seconds at most. */
    Optional<Diagnosis> lost();

    /** Where nobody can ask. */
    static CredentialCheck none() {
        return Optional::empty;
    }

    /** @param call to AWS as the tool's own caller, whose answer does not matter */
    static CredentialCheck by(Runnable call) {
        return () -> {
            try {
                call.run();
                return Optional.empty();
            } catch (AwsFailure failure) {
                return failure.kind() == AwsFailure.Kind.EXPIRED_CREDENTIALS
                        ? Optional.of(failure.diagnosis())
                        : Optional.empty();
            }
        };
    }
}
