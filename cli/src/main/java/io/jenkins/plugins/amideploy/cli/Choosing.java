package io.jenkins.plugins.amideploy.cli;

import io.jenkins.plugins.amideploy.engine.image.Baked;
import io.jenkins.plugins.amideploy.engine.release.Begin.Source;
import io.jenkins.plugins.amideploy.engine.release.Release;
import io.jenkins.plugins.amideploy.engine.tool.Operation;
import java.util.Optional;

/** Which image {@code deploy} and {@code rollback} bring; it is claimed, and its facts go into the recording. */
final class Choosing {
    private final Session session;
    private final Asked asked;
    private final Claims claims;
    private final Recording recording;

    Choosing(Session session, Asked asked, Claims claims, Recording recording) {
        this.session = session;
        this.asked = asked;
        this.claims = claims;
        this.recording = recording;
    }

    /**
     * That of the application as it is, found or baked; where the environment was rolled back from just that, what it was rolled back to.
     *
     * @param check what must succeed before anything is baked, if anything
     * @param records empty where there are none
     */
    Chosen asItIs(Baking baking, Optional<Operation<?>> check, Optional<Records> records) {
        Baked baked = recording.phase(Recording.BAKE, () -> baking.bake(asked, claims.images(), check));
        recording.baked(baked);
        if (records.isPresent()) {
            new KeptLock(session).of(baked).ifPresent(recording::requirementsLock);
        }
        String imageId = baked.image().amiId();
        Optional<Release> rollback = records.flatMap(
                each -> each.history().rolledBackFrom(imageId, session.shape().settings()));
        if (rollback.isEmpty()) {
            return Chosen.of(imageId, asked.of(baked));
        }
        session.console().warn(staying(rollback.get(), imageId));
        return goingBackTo(rollback.get());
    }

    private String staying(Release rollback, String imageId) {
        String environment = session.variables().app().environment();
        int number = rollback.begin().source().map(Source::number).orElse(rollback.number());
        return "stays on release " + number + ", to which " + environment
                + " was rolled back from this image; to roll forward again: ami-deploy deploy -e " + environment
                + " --image-id " + imageId;
    }

    /** One that was named. */
    Chosen named(String imageId) {
        claims.hold(imageId);
        session.cloud().images().image(imageId).ifPresent(recording::image);
        return Chosen.of(imageId, asked);
    }

    /** Another environment's. */
    Chosen promoting(Release release) {
        claims.hold(release.imageId());
        recording.imageOf(release);
        return Chosen.promoting(release, asked);
    }

    /** An earlier release's. */
    Chosen goingBackTo(Release release) {
        claims.hold(release.imageId());
        recording.imageOf(release);
        return Chosen.goingBackTo(release, asked.build());
    }
}
