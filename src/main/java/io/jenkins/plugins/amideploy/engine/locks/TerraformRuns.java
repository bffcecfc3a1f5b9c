package io.jenkins.plugins.amideploy.engine.locks;

import io.jenkins.plugins.amideploy.engine.AppId;
import io.jenkins.plugins.amideploy.engine.AwsFailure;
import io.jenkins.plugins.amideploy.engine.StateLock;
import io.jenkins.plugins.amideploy.engine.state.ObjectStore;
import io.jenkins.plugins.amideploy.engine.state.ObjectStore.Stored;
import io.jenkins.plugins.amideploy.engine.tool.Json;
import io.jenkins.plugins.amideploy.engine.tool.JsonParser;
import io.jenkins.plugins.amideploy.engine.tool.JsonWriter;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Runs that have a Terraform at work, each in an object of its own, {@code <app>/<environment>/terraform-runs/<id>.json} in the state bucket: so
 * one that was killed is still known when the next run has taken the environment over. Written by the front doors before Terraform starts, and
 * deleted when it has ended; read by {@link LockDoctor}. Every method throws {@link AwsFailure}.
 */
public final class TerraformRuns {
    private static final String JSON = ".json";

    private final ObjectStore store;
    private final JsonParser parser;
    private final JsonWriter writer;
    private final String directory;
    private final String lockKey;

    public TerraformRuns(ObjectStore store, AppId app, JsonParser parser, JsonWriter writer) {
        this.store = Objects.requireNonNull(store);
        this.parser = Objects.requireNonNull(parser);
        this.writer = Objects.requireNonNull(writer);
        this.directory = app.app() + "/" + app.environment() + "/terraform-runs/";
        this.lockKey = LockDoctor.lockKey(app);
    }

    /** Where there is no bucket, there is no lock either. */
    public void begin(TerraformRun run) {
        try {
            store.write(key(run.id()), writer.write(run.tree()) + "\n");
        } catch (AwsFailure failure) {
            if (failure.kind() != AwsFailure.Kind.NOT_FOUND) {
                throw failure;
            }
        }
    }

    /**
     * Its Terraform has ended. Where a lock stayed behind that may be its own, so does the word of it.
     *
     * @param hasNone whether it is certain that it has no lock: it did what it was asked to, or never got the lock; then nobody looks
     */
    public void end(TerraformRun run, boolean hasNone) {
        boolean locked = !hasNone
                && store.read(lockKey)
                        .map(Stored::text)
                        .map(StateLock::ofObject)
                        .filter(run::mayHold)
                        .isPresent();
        if (!locked) {
            forget(run);
        }
    }

    void forget(TerraformRun run) {
        store.delete(key(run.id()));
    }

    /** All that have not ended, or ended without a word. What cannot be read is nobody's. */
    List<TerraformRun> all() {
        return store.list(directory).stream()
                .filter(key -> key.endsWith(JSON))
                .flatMap(key -> store.read(key).flatMap(stored -> parse(key, stored)).stream())
                .toList();
    }

    private Optional<TerraformRun> parse(String key, Stored stored) {
        String id = key.substring(directory.length(), key.length() - JSON.length());
        try {
            return Optional.of(TerraformRun.of(id, Json.of(parser.parse(stored.text()))));
        } catch (IllegalArgumentException unreadable) {
            return Optional.empty();
        }
    }

    private String key(String id) {
        return directory + id + JSON;
    }
}
