package io.jenkins.plugins.amideploy.cli;

import io.jenkins.plugins.amideploy.engine.AppId;
import io.jenkins.plugins.amideploy.engine.release.EnvironmentClaims;
import io.jenkins.plugins.amideploy.engine.release.EnvironmentClaims.Life;
import io.jenkins.plugins.amideploy.engine.release.History;
import io.jenkins.plugins.amideploy.engine.release.Release;
import io.jenkins.plugins.amideploy.engine.release.ReleaseStore;
import io.jenkins.plugins.amideploy.engine.release.Run;
import io.jenkins.plugins.amideploy.engine.state.ObjectStore;
import java.util.Optional;

/** What is recorded of the session's environment in its state bucket: its releases, and which run works on it. */
final class Records {
    private final Session session;
    private final ObjectStore objects;
    private final ProcessProbe probe = new ProcessProbe();

    Records(Session session) {
        this.session = session;
        this.objects = session.cloud().objects(session.stateBucket());
    }

    ReleaseStore store() {
        return store(session.variables().app());
    }

    /** Another environment's of the same application. */
    ReleaseStore store(String environment) {
        return store(new AppId(session.variables().app().app(), environment));
    }

    private ReleaseStore store(AppId app) {
        return new ReleaseStore(objects, app, session.json(), session.json());
    }

    History history() {
        return new History(session.variables().app().environment(), readable(store()));
    }

    /** Another environment's of the same application. */
    History history(String environment) {
        return new History(environment, readable(store(environment)));
    }

    private static java.util.List<Release> readable(ReleaseStore store) {
        try {
            return store.history();
        } catch (IllegalArgumentException unreadable) {
            throw CommandFailure.badInput(unreadable.getMessage());
        }
    }

    EnvironmentClaims claims() {
        return new EnvironmentClaims(
                objects,
                session.variables().app(),
                session.json(),
                session.json(),
                session.surroundings().clock());
    }

    ProcessProbe probe() {
        return probe;
    }

    /** The run that works on the environment, as far as it is not known to be dead. */
    Optional<Run> running() {
        try {
            return claims().current().filter(run -> claims().judge(run, probe) != Life.DEAD);
        } catch (IllegalArgumentException unreadable) {
            throw CommandFailure.badInput(unreadable.getMessage());
        }
    }

    /** Whether a run is at a release: it has told so, or is about to. */
    static boolean isOf(Run run, Release release) {
        return run.release() == release.number()
                || run.release() == 0
                        && run.owner().build().equals(release.begin().build());
    }
}
