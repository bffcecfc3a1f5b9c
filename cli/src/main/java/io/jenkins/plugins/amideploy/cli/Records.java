package io.jenkins.plugins.amideploy.cli;

import io.jenkins.plugins.amideploy.engine.AppId;
import io.jenkins.plugins.amideploy.engine.locks.LockDoctor;
import io.jenkins.plugins.amideploy.engine.locks.TerraformRuns;
import io.jenkins.plugins.amideploy.engine.release.EnvironmentClaims;
import io.jenkins.plugins.amideploy.engine.release.EnvironmentClaims.Life;
import io.jenkins.plugins.amideploy.engine.release.History;
import io.jenkins.plugins.amideploy.engine.release.Release;
import io.jenkins.plugins.amideploy.engine.release.ReleaseStore;
import io.jenkins.plugins.amideploy.engine.release.Run;
import io.jenkins.plugins.amideploy.engine.state.ObjectStore;
import java.util.Optional;
import java.util.function.Supplier;

/** What is recorded of the session's environment in its state bucket: its releases, and which run works on it. */
final class Records {
    private final Session session;
    private final ObjectStore objects;
    private final ProcessProbe probe = new ProcessProbe();
    private History history;

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

    /** The environment's, read once: while a command holds it, nobody else adds to it. */
    History history() {
        if (history == null) {
            history = new History(session.variables().app().environment(), readable(store()::history));
        }
        return history;
    }

    /** Another environment's of the same application. */
    History history(String environment) {
        return new History(environment, readable(store(environment)::history));
    }

    /** What is read from the bucket, or the end of the command, where it is not what we write there. */
    static <T> T readable(Supplier<T> reading) {
        try {
            return reading.get();
        } catch (IllegalArgumentException unreadable) {
            throw CommandFailure.badInput(unreadable.getMessage());
        }
    }

    EnvironmentClaims claims() {
        return new EnvironmentClaims(
                objects, session.variables().app(), session.json(), session.json(), session::second);
    }

    /** Runs that have a Terraform at work. */
    TerraformRuns terraformRuns() {
        return new TerraformRuns(objects, session.variables().app(), session.json(), session.json());
    }

    /** Finds out whose the lock of the state and the environment are. */
    LockDoctor lockDoctor() {
        return new LockDoctor(objects, session.variables().app(), terraformRuns(), claims(), new RunProbe(probe));
    }

    /** Another object of the environment's, beside its state; that need not exist. */
    Optional<String> text(String key) {
        return objects.read(key).map(ObjectStore.Stored::text);
    }

    ProcessProbe probe() {
        return probe;
    }

    /** Who has the environment. */
    Holder holder() {
        Optional<Run> run = readable(claims()::current);
        return new Holder(run, run.map(has -> claims().judge(has, probe)).orElse(Life.DEAD));
    }

    /**
     * Who has the environment.
     *
     * @param run empty where nobody has it
     * @param life whether that run lives; says nothing without one
     */
    record Holder(Optional<Run> run, Life life) {
        /** How a release stands: its result, {@code running} or {@code crashed}. */
        String word(Release release) {
            return History.word(release, run, life);
        }
    }
}
