package io.jenkins.plugins.amideploy.engine.locks;

import io.jenkins.plugins.amideploy.engine.AppId;
import io.jenkins.plugins.amideploy.engine.AwsFailure;
import io.jenkins.plugins.amideploy.engine.StateLock;
import io.jenkins.plugins.amideploy.engine.release.EnvironmentClaims;
import io.jenkins.plugins.amideploy.engine.release.EnvironmentClaims.Life;
import io.jenkins.plugins.amideploy.engine.release.Run;
import io.jenkins.plugins.amideploy.engine.state.ObjectStore;
import io.jenkins.plugins.amideploy.engine.state.ObjectStore.Stored;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Finds out whose the lock of a state and the environment beside it are, and frees what a dead run left; for {@code ami-deploy unlock} and the
 * step {@code unlockState}. Terraform's lock is the object {@code <key>.tflock} (Terraform documentation, "Backend Type: s3"); it is deleted only
 * while it is the one that was judged, so that a lock which another run takes meanwhile stays. Every method throws {@link AwsFailure}.
 */
public final class LockDoctor {
    private final ObjectStore store;
    private final AppId app;
    private final TerraformRuns runs;
    private final EnvironmentClaims claims;
    private final Probe probe;

    /** @param probe finds out about runs from where the front door is */
    public LockDoctor(ObjectStore store, AppId app, TerraformRuns runs, EnvironmentClaims claims, Probe probe) {
        this.store = Objects.requireNonNull(store);
        this.app = Objects.requireNonNull(app);
        this.runs = Objects.requireNonNull(runs);
        this.claims = Objects.requireNonNull(claims);
        this.probe = Objects.requireNonNull(probe);
    }

    /** Port: what became of a run, as far as a front door can find out. */
    public interface Probe extends EnvironmentClaims.Probe {
        /** Of one that has started a Terraform, which may outlive it. */
        Found terraform(TerraformRun run);
    }

    /**
     * What became of one.
     *
     * @param life whether it lives
     * @param how the same in words that follow its name: {@code which has ended}
     */
    public record Found(Life life, String how) {
        public Found {
            Objects.requireNonNull(life, "life");
            Objects.requireNonNull(how, "how");
        }
    }

    /** Key of the lock beside the state. */
    static String lockKey(AppId app) {
        return app.app() + "/" + app.environment() + "/terraform.tfstate.tflock";
    }

    /**
     * Looks, and frees what a dead run has.
     *
     * @param forcedId id of a lock, or of the run that has the environment, that is freed though nobody can find out whether its owner lives; empty
     *     for none
     */
    public Unlocking unlock(String forcedId) {
        Holding lock = lock(forcedId);
        // Who answers for the lock of a run answers for the run.
        boolean isForced = lock.end() == Holding.End.REMOVED && lock.id().equals(forcedId);
        Holding environment = environment(isForced ? lock.builds() : List.of(forcedId));
        return new Unlocking(app, lock, environment, forcedId);
    }

    private Holding lock(String forcedId) {
        Optional<Stored> stored = store.read(lockKey(app));
        if (stored.isEmpty()) {
            return Holding.free();
        }
        StateLock held = StateLock.ofObject(stored.get().text());
        List<TerraformRun> suspects =
                runs.all().stream().filter(run -> run.mayHold(held)).toList();
        Holding judged = Holding.of(
                held, suspects, suspects.stream().map(probe::terraform).toList());
        if (!judged.mayGo(List.of(forcedId))) {
            return judged;
        }
        if (!store.delete(lockKey(app), stored.get().version())) {
            return judged.changed();
        }
        suspects.forEach(runs::forget);
        return judged.removed();
    }

    private Holding environment(List<String> forcedIds) {
        Optional<Run> run = claims.current();
        if (run.isEmpty()) {
            return Holding.free();
        }
        Holding judged = Holding.of(run.get(), claims.judge(run.get(), probe));
        if (!judged.mayGo(forcedIds)) {
            return judged;
        }
        claims.release(run.get().owner());
        return judged.removed();
    }
}
