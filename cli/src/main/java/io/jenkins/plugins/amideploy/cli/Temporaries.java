package io.jenkins.plugins.amideploy.cli;

import io.jenkins.plugins.amideploy.engine.AwsFailure;
import io.jenkins.plugins.amideploy.engine.image.BakeRequest;
import io.jenkins.plugins.amideploy.engine.release.Run.Owner;
import io.jenkins.plugins.amideploy.engine.teardown.BakeClaims;
import io.jenkins.plugins.amideploy.engine.tool.Temporary;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;

/** Claims, for {@link Baking}, what Packer makes for the bake's time, so that it is known as ours should the bake be killed. */
final class Temporaries implements Consumer<Temporary> {
    private final Session session;
    private final BakeRequest request;
    private final Owner owner;
    private final Set<Temporary> claimed = new HashSet<>();
    private boolean isDeaf;

    /** @param localState such a run shares nothing with others, so nobody would read its claims */
    Temporaries(Session session, BakeRequest request, boolean localState) {
        this.isDeaf = localState;
        this.session = session;
        this.request = request;
        this.owner = new ProcessProbe().owner(request.build());
    }

    private BakeClaims claims() {
        return new BakeClaims(
                session.cloud().objects(session.stateBucket()), request.app().app(), session.json(), session.json());
    }

    /** A bake does not fail for it: what cannot be claimed is named by a destroy, and not removed. */
    @Override
    public void accept(Temporary made) {
        if (isDeaf || !claimed.add(made)) {
            return;
        }
        try {
            claims().claim(made, request.app().environment(), owner, request.expiresAt());
        } catch (AwsFailure failure) {
            isDeaf = true;
            session.console()
                    .warn("bake: what Packer makes for its own time cannot be claimed in the state bucket: "
                            + failure.getMessage());
        }
    }

    /** Packer has removed it all. That it cannot be said now costs nothing: claims of what is gone are of no effect. */
    void release() {
        if (isDeaf || claimed.isEmpty()) {
            return;
        }
        try {
            claims().release(request.app().environment(), owner.build());
        } catch (AwsFailure failure) {
            session.console().detail("bake: its claims stay in the state bucket: " + failure.getMessage());
        }
    }
}
