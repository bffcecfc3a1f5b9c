package io.jenkins.plugins.amideploy.jenkins.execution;

import hudson.AbortException;
import io.jenkins.plugins.amideploy.aws.AwsClients;
import io.jenkins.plugins.amideploy.engine.AwsFailure;
import io.jenkins.plugins.amideploy.engine.Variables;
import io.jenkins.plugins.amideploy.engine.image.ClaimedImages;
import io.jenkins.plugins.amideploy.engine.state.ImageClaims;
import io.jenkins.plugins.amideploy.engine.state.ImageClaims.Claimant;
import io.jenkins.plugins.amideploy.engine.state.RunClaims;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/**
 * Images as the steps of a build count on them: {@code bakeAmi}, {@code terraformPlan} and {@code terraformApply} claim them for the build, and
 * the apply releases them. The claims of a build that ends without one expire.
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
            throw new AbortException(why.get());
        }
    }

    /** Ends the build's claims for the environment. That it cannot be done now costs nothing but time: they expire. */
    static void release(ToolWork work) {
        try {
            claims(work, ImageClaims.RUN).release();
        } catch (AwsFailure | AbortException failure) {
            work.listener()
                    .getLogger()
                    .println("Claims stay in the state bucket until they expire: " + failure.getMessage());
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
