package io.jenkins.plugins.amideploy.engine.teardown;

import io.jenkins.plugins.amideploy.engine.AwsFailure;
import io.jenkins.plugins.amideploy.engine.release.EnvironmentClaims.Life;
import io.jenkins.plugins.amideploy.engine.release.EnvironmentClaims.Probe;
import io.jenkins.plugins.amideploy.engine.release.Run.Owner;
import io.jenkins.plugins.amideploy.engine.state.ObjectStore;
import io.jenkins.plugins.amideploy.engine.tool.Json;
import io.jenkins.plugins.amideploy.engine.tool.JsonParser;
import io.jenkins.plugins.amideploy.engine.tool.JsonWriter;
import io.jenkins.plugins.amideploy.engine.tool.Temporary;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What bakes make without a tag, by name: an old Packer's key pair and security group look like those of anybody else's bake, so that only what a bake claimed is removed when it
 * has died. Objects of the state bucket: {@code <app>/bakes/<environment>.<build>/<name>.json}. The front doors write one before the thing is there and delete them after a bake
 * that went well; {@link BakeLeftovers} reads them. Every method throws {@link AwsFailure}.
 */
public final class BakeClaims {
    private static final int FORMAT = 1;
    private static final String END = ".json";

    private final ObjectStore store;
    private final String prefix;
    private final JsonParser parser;
    private final JsonWriter writer;

    public BakeClaims(ObjectStore store, String app, JsonParser parser, JsonWriter writer) {
        this.store = Objects.requireNonNull(store);
        this.prefix = app + "/bakes/";
        this.parser = Objects.requireNonNull(parser);
        this.writer = Objects.requireNonNull(writer);
    }

    /**
     * A claim.
     *
     * @param key its object
     * @param made what is claimed
     * @param environment for which the bake is
     * @param owner who bakes
     * @param expiresAt when the bake is over at the latest
     */
    record Claim(String key, Temporary made, String environment, Owner owner, Instant expiresAt) {
        /** Whether the bake lives; of whom nobody knows, until the claim expires. */
        Life life(Probe probe, Instant now) {
            Life life = probe.of(owner);
            return life == Life.UNKNOWN && now.isAfter(expiresAt) ? Life.DEAD : life;
        }
    }

    /** Claims what is about to be there; the same again changes nothing. Where there is no bucket, nothing can be claimed. */
    public void claim(Temporary made, String environment, Owner owner, Instant expiresAt) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("format", FORMAT);
        tree.put("kind", made.kind().name());
        tree.put("name", made.name());
        tree.put("environment", environment);
        tree.put("expires_at", expiresAt.toString());
        tree.put("build", owner.build());
        tree.put("build_url", owner.buildUrl());
        tree.put("host", owner.host());
        tree.put("boot", owner.boot());
        tree.put("process", owner.process());
        tree.put("process_started_at", owner.processStartedAt());
        try {
            store.write(directory(environment, owner.build()) + made.name() + END, writer.write(tree) + "\n");
        } catch (AwsFailure failure) {
            if (failure.kind() != AwsFailure.Kind.NOT_FOUND) {
                throw failure;
            }
        }
    }

    /** Ends the claims of a bake that went well: Packer has removed what they are about. */
    public void release(String environment, String build) {
        store.list(directory(environment, build)).forEach(store::delete);
    }

    /** @throws IllegalArgumentException when one cannot be read */
    List<Claim> all() {
        List<Claim> claims = new ArrayList<>();
        for (String key : store.list(prefix)) {
            store.read(key).map(stored -> parse(key, stored.text())).ifPresent(claims::add);
        }
        return claims;
    }

    void forget(Claim claim) {
        store.delete(claim.key());
    }

    private String directory(String environment, String build) {
        return prefix + environment + "." + build.replaceAll("[^A-Za-z0-9_.-]", "-") + "/";
    }

    private Claim parse(String key, String text) {
        Json json = Json.lenient(parser, text);
        try {
            return new Claim(
                    key,
                    new Temporary(
                            Temporary.Kind.valueOf(json.get("kind").text()),
                            json.get("name").text()),
                    json.get("environment").text(),
                    new Owner(
                            json.get("build").text(),
                            json.get("build_url").text(),
                            json.get("host").text(),
                            json.get("boot").text(),
                            json.get("process").number(),
                            json.get("process_started_at").text()),
                    Instant.parse(json.get("expires_at").text()));
        } catch (IllegalArgumentException | DateTimeException malformed) {
            throw new IllegalArgumentException(
                    key + " in the state bucket does not say what a bake claims (" + malformed.getMessage()
                            + "): delete the object",
                    malformed);
        }
    }
}
