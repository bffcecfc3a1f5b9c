package io.jenkins.plugins.amideploy.cli;

import io.jenkins.plugins.amideploy.engine.ApplicationVariables;
import io.jenkins.plugins.amideploy.engine.Outcome;
import io.jenkins.plugins.amideploy.engine.diagnosis.Diagnosis;
import io.jenkins.plugins.amideploy.engine.doctor.Check;
import io.jenkins.plugins.amideploy.engine.doctor.EnvironmentChecks;
import io.jenkins.plugins.amideploy.engine.image.ImageSettings;
import java.util.List;
import java.util.Optional;

/**
 * Refuses, before anything costly is begun, what could not end well for what the variables file names: certificate, domain, secrets, ports. Asks AWS
 * only for what is named. {@code doctor} shows the same checks.
 */
final class Preflight {
    private final Session session;
    private final ApplicationVariables variables;
    private final EnvironmentChecks checks;

    Preflight(Session session) {
        this.session = session;
        this.variables = session.variables().application();
        this.checks = new EnvironmentChecks(
                session.cloud().environmentReader(), session.variables().region(), variables);
    }

    /** What the variables name, one check each, with what image.yml allows. */
    List<Check> all(ImageSettings page) {
        return checks.all(page.allowances().outgoingPorts(), ImageSettings.DEFAULT_FILE);
    }

    /** @throws CommandFailure for the first thing that is not as it must be */
    void require() {
        require(EnvironmentChecks.refusal(checks.all(), session.console()::warn));
    }

    /** The same for an image that is yet to be baked. */
    void require(ImageSettings page) {
        require(EnvironmentChecks.refusal(all(page), session.console()::warn));
    }

    /** @throws CommandFailure when the environment opens what an image may not use */
    void requirePorts(String imageId) {
        require(EnvironmentChecks.refusal(variables, session.cloud().images(), imageId));
    }

    private static void require(Optional<Diagnosis> refusal) {
        refusal.ifPresent(why -> {
            throw CommandFailure.of(Outcome.Kind.BAD_INPUT, why);
        });
    }
}
