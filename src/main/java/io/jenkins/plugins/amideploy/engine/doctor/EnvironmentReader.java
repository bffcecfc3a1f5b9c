package io.jenkins.plugins.amideploy.engine.doctor;

import io.jenkins.plugins.amideploy.engine.AwsFailure;
import java.util.Optional;

/**
 * Port: looks at what an environment's variables name besides its network: the zone of its domain, its secrets by name, never their values. The
 * {@code aws} package implements it. Every method throws {@link AwsFailure}.
 */
public interface EnvironmentReader {
    /** Name of a hosted zone of Route 53, without the dot at its end; empty where there is no such zone. */
    Optional<String> zoneName(String hostedZoneId);

    /** Whether SSM has a parameter of this name. */
    boolean parameterExists(String name);

    /** Whether Secrets Manager has this secret, and it is not about to be deleted. */
    boolean secretExists(String arn);
}
