package io.jenkins.plugins.amideploy.cli;

import io.jenkins.plugins.amideploy.engine.AwsFailure;
import io.jenkins.plugins.amideploy.engine.image.Baked;
import io.jenkins.plugins.amideploy.engine.image.RequirementsLock;
import io.jenkins.plugins.amideploy.engine.state.ObjectStore;
import java.util.Optional;

/** Keeps the versions that a bake chose, where requirements leave them open, in the state bucket: for the record of {@code deploy}, and for people. */
final class KeptLock {
    private final Session session;

    KeptLock(Session session) {
        this.session = session;
    }

    /**
     * Keeps those of an image that was baked, finds those of one that was there.
     *
     * @return their key in the bucket; empty where no bake chose any
     */
    Optional<String> of(Baked baked) {
        String key = RequirementsLock.key(
                session.variables().app().app(), baked.image().amiId());
        ObjectStore objects = session.cloud().objects(session.stateBucket());
        try {
            if (baked.reused()) {
                return objects.read(key).map(there -> key);
            }
            if (baked.requirementsLock().isEmpty()) {
                return Optional.empty();
            }
            objects.write(key, baked.requirementsLock());
            session.console()
                    .detail("bake: versions of " + baked.image().amiId() + " are kept in s3://" + session.stateBucket()
                            + "/" + key);
            return Optional.of(key);
        } catch (AwsFailure failure) {
            session.console()
                    .warn("bake: versions of " + baked.image().amiId() + " are not kept in the state bucket: "
                            + failure.getMessage());
            return Optional.empty();
        }
    }
}
