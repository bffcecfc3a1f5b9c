package io.jenkins.plugins.amideploy.cli;

import io.jenkins.plugins.amideploy.engine.AwsFailure;
import io.jenkins.plugins.amideploy.engine.Outcome;
import io.jenkins.plugins.amideploy.engine.diagnosis.Cause;
import io.jenkins.plugins.amideploy.engine.diagnosis.Diagnosis;
import io.jenkins.plugins.amideploy.engine.image.ClaimedImages;
import io.jenkins.plugins.amideploy.engine.image.ImageReader;
import io.jenkins.plugins.amideploy.engine.state.ImageClaims;
import io.jenkins.plugins.amideploy.engine.state.ImageClaims.Claimant;
import io.jenkins.plugins.amideploy.engine.state.RunClaims;

/**
 * Holds the images that a command counts on, until it ends: from then on what it published keeps them. For {@code bake}, {@code deploy}
 * and {@code apply}; {@code plan} makes nothing that anybody counts on, since an apply plans anew.
 */
final class Claims implements AutoCloseable {
    private final Session session;
    private final RunClaims claims;
    private final ClaimedImages images;

    private Claims(Session session, RunClaims claims) {
        this.session = session;
        this.claims = claims;
        this.images = new ClaimedImages(session.cloud().images(), claims);
    }

    /** In the state bucket, if there is one. */
    static Claims of(Session session, Asked asked) {
        return new Claims(
                session,
                RunClaims.of(
                        StateHome.claims(session),
                        new Claimant(session.variables().app().environment(), asked.build()),
                        ImageClaims.RUN));
    }

    /** None where the state is a local file: such a run shares nothing with others. */
    static Claims of(Session session, Asked asked, StackOptions options) {
        return options.localState ? new Claims(session, RunClaims.none()) : of(session, asked);
    }

    /** Images for a bake, which claims what it looks for. */
    ImageReader images() {
        return images;
    }

    /** @throws CommandFailure when another run is just removing the image */
    void hold(String imageId) {
        images.hold(session.variables().app().app(), imageId).ifPresent(why -> {
            throw CommandFailure.of(Outcome.Kind.FAILED, Diagnosis.of(Cause.IMAGE_MISSING, why));
        });
    }

    /** That it cannot be done now costs nothing but time: claims expire. */
    @Override
    public void close() {
        try {
            claims.release();
        } catch (AwsFailure failure) {
            session.console().warn("claims stay in the state bucket until they expire: " + failure.getMessage());
        }
    }
}
