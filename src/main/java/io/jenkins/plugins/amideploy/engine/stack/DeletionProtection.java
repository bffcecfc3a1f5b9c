package io.jenkins.plugins.amideploy.engine.stack;

import io.jenkins.plugins.amideploy.engine.AppId;
import io.jenkins.plugins.amideploy.engine.AwsFailure;
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
     * @return one line with the cure; empty where nothing is protected, or it may not be looked at: then AWS refuses
     */
    public static Optional<String> refusal(ProtectionReader reader, AppId app, String variablesFile) {
        try {
            return reader.isProtected(app.stackName())
                    ? Optional.of("load balancer " + app.stackName()
                            + " has deletion protection, so nothing was removed: set"
                            + " deletion_protection = false in " + variablesFile + ", apply that (ami-deploy apply -e "
                            + app.environment() + ", or a deployment), then destroy again")
                    : Optional.empty();
        } catch (AwsFailure failure) {
            if (failure.kind() == AwsFailure.Kind.ACCESS_DENIED || failure.kind() == AwsFailure.Kind.NOT_SUPPORTED) {
                return Optional.empty();
            }
            throw failure;
        }
    }
}
