package io.jenkins.plugins.amideploy.jenkins.tools;

import hudson.AbortException;
import io.jenkins.plugins.amideploy.aws.AwsClients;
import io.jenkins.plugins.amideploy.engine.Variables;
import io.jenkins.plugins.amideploy.engine.diagnosis.Cause;
import io.jenkins.plugins.amideploy.engine.image.ClaimedImages;
import io.jenkins.plugins.amideploy.engine.state.ImageClaims;
import io.jenkins.plugins.amideploy.engine.state.ImageClaims.Claimant;
import io.jenkins.plugins.amideploy.engine.state.RunClaims;
import io.jenkins.plugins.amideploy.jenkins.run.NamedFailure;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/**
 * Images as the steps of a build count on them: {@code bakeAmi}, {@code terraformPlan} and {@code terraformApply} claim them for the build, and
 * the end of its release gives them back ({@code ReleaseEnds}).
 */
final class StepClaims {
    private StepClaims() {}

    /** Images that are claimed when they are looked for. Asks AWS. */
    static ClaimedImages images(ToolWork work, Duration lifetime) throws AbortException {
        return new ClaimedImages(work.ports().clients().imageReader(), claims(work, lifetime));
    }

    /**
     * Claims an image that is to be deployed. Asks AWS.
     *
     * @throws AbortException when another run is just removing it
     */
    static void hold(ToolWork work, String amiId, Duration lifetime) throws AbortException {
        Optional<String> why =
                images(work, lifetime).hold(work.variables().app().app(), amiId);
        if (why.isPresent()) {
            throw new NamedFailure(Cause.IMAGE_MISSING, why.get(), "");
        }
    }

    private static RunClaims claims(ToolWork work, Duration lifetime) throws AbortException {
        AwsClients clients = work.ports().clients();
        Variables variables = work.variables();
        String account = variables.stateBucket().isPresent()
                ? ""
                : clients.accountReader().identity().account();
        return RunClaims.of(
                new ImageClaims(
                        clients.objects(variables.stateBucketIn(account)),
                        variables.app().app(),
                        Clock.systemUTC()),
                new Claimant(variables.app().environment(), work.build()),
                lifetime);
    }
}
