package io.jenkins.plugins.amideploy.engine.locks;

import io.jenkins.plugins.amideploy.engine.AppId;
import io.jenkins.plugins.amideploy.engine.StateLock;
import io.jenkins.plugins.amideploy.engine.diagnosis.Cause;
import io.jenkins.plugins.amideploy.engine.diagnosis.Diagnosis;
import io.jenkins.plugins.amideploy.engine.locks.Holding.End;
import io.jenkins.plugins.amideploy.engine.release.EnvironmentClaims.Life;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What {@link LockDoctor} found and did, for the front doors to show.
 *
 * @param app the environment
 * @param lock the lock of its state
 * @param environment who works on it
 * @param forcedId what the caller answered for; empty for nothing
 */
public record Unlocking(AppId app, Holding lock, Holding environment, String forcedId) {
    public Unlocking {
        Objects.requireNonNull(app, "app");
        Objects.requireNonNull(lock, "lock");
        Objects.requireNonNull(environment, "environment");
        Objects.requireNonNull(forcedId, "forcedId");
    }

    /** What was found and done, a line each. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(line(lock, "state lock is free"));
        lines.add(line(environment, "environment " + app.environment() + " is nobody's"));
        return lines;
    }

    private static String line(Holding holding, String free) {
        return switch (holding.end()) {
            case FREE -> free;
            case REMOVED -> "removed: " + holding.line();
            case KEPT, CHANGED -> "kept: " + holding.line();
        };
    }

    /** Whether something is still somebody's. */
    public boolean isHeld() {
        return lock.isHeld() || environment.isHeld();
    }

    /** Why not everything is free now; empty where it is. */
    public Optional<Diagnosis> refusal() {
        if (lock.isHeld()) {
            return Optional.of(of(Cause.STATE_LOCKED, lock));
        }
        if (environment.isHeld()) {
            return Optional.of(of(Cause.ENVIRONMENT_HELD, environment));
        }
        boolean isForeign =
                !forcedId.isEmpty() && !List.of(lock.id(), environment.id()).contains(forcedId);
        return isForeign
                ? Optional.of(Diagnosis.of(
                                Cause.BAD_INPUT,
                                "nothing of " + app.environment() + " is held under the id " + forcedId)
                        .withCure("see what is held:", StateLock.unlock(app.environment())))
                : Optional.empty();
    }

    private Diagnosis of(Cause cause, Holding holding) {
        String what = app.environment() + ": " + holding.line();
        if (holding.end() == End.CHANGED) {
            return Diagnosis.of(cause, what + "; it became another's while it was looked at")
                    .withCure("look again:", StateLock.unlock(app.environment()));
        }
        if (holding.life() == Life.LIVES) {
            return Diagnosis.of(cause, what).withCure("wait for its end, or stop it; then run again", "");
        }
        if (holding.id().isBlank()) {
            return Diagnosis.of(cause, what)
                    .withCure(
                            "it says of no run and has no id: look at the object " + LockDoctor.lockKey(app)
                                    + " of the state bucket, and delete it when nobody's Terraform runs",
                            "");
        }
        String other = forcedId.isEmpty() || forcedId.equals(holding.id()) ? "" : "; its id is not " + forcedId;
        return Diagnosis.of(cause, what + other)
                .withCure(
                        "whether it lives cannot be found out from here: only when you know that it is dead (a build: with"
                                + " FORCE_ID):",
                        StateLock.unlock(app.environment()) + " --force-id " + holding.id());
    }

    /** For machines. */
    public Map<String, Object> tree() {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("lock", tree(lock));
        tree.put("environment", tree(environment));
        return tree;
    }

    private static Map<String, Object> tree(Holding holding) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("end", holding.end().name().toLowerCase(Locale.ROOT));
        tree.put("id", holding.id());
        tree.put("held", holding.text());
        tree.put("life", holding.end() == End.FREE ? "" : holding.life().name().toLowerCase(Locale.ROOT));
        tree.put("holders", holding.how());
        return tree;
    }
}
