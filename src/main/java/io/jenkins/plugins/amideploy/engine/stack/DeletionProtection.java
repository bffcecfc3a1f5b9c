package io.jenkins.plugins.amideploy.engine.stack;

import io.jenkins.plugins.amideploy.engine.AppId;
import io.jenkins.plugins.amideploy.engine.AwsFailure;
import io.jenkins.plugins.amideploy.engine.diagnosis.Cause;
import io.jenkins.plugins.amideploy.engine.diagnosis.Diagnosis;
import java.util.List;
import java.util.Optional;

/**
 * Rule: a stack whose load balancer is protected against deletion is not taken away at all, rather than all but that. Front doors ask it
 * before a removal is planned.
 */
public final class DeletionProtection {
    private DeletionProtection() {}

    /**
     * Why the stack must not be removed now.
     *
     * @param variablesFile its name for people
     * @return empty where nothing is protected, or it may not be looked at: then AWS refuses
     */
    public static Optional<Diagnosis> refusal(ProtectionReader reader, AppId app, String variablesFile) {
        try {
            return reader.isProtected(app.stackName())
                    ? Optional.of(new Diagnosis(
                            Cause.DELETION_PROTECTED,
                            "load balancer " + app.stackName() + " has deletion protection",
                            List.of(),
                            "nothing was removed",
                            "set deletion_protection = false in " + variablesFile
                                    + ", apply that or deploy, then destroy again:",
                            "ami-deploy apply -e " + app.environment()))
                    : Optional.empty();
        } catch (AwsFailure failure) {
            if (failure.kind() == AwsFailure.Kind.ACCESS_DENIED || failure.kind() == AwsFailure.Kind.NOT_SUPPORTED) {
                return Optional.empty();
            }
            throw failure;
        }
    }
}
