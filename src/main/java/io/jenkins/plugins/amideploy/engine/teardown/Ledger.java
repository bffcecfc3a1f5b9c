package io.jenkins.plugins.amideploy.engine.teardown;

import io.jenkins.plugins.amideploy.engine.AppId;
import io.jenkins.plugins.amideploy.engine.AwsFailure;
import io.jenkins.plugins.amideploy.engine.release.EnvironmentClaims.Life;
import io.jenkins.plugins.amideploy.engine.release.EnvironmentClaims.Probe;
import io.jenkins.plugins.amideploy.engine.release.History;
import io.jenkins.plugins.amideploy.engine.release.ReleaseStore;
import io.jenkins.plugins.amideploy.engine.state.Claim;
import io.jenkins.plugins.amideploy.engine.state.ImageClaims;
import io.jenkins.plugins.amideploy.engine.state.ImageClaims.Claimant;
import io.jenkins.plugins.amideploy.engine.state.ImageClaims.Mark;
import io.jenkins.plugins.amideploy.engine.state.ObjectStore;
import io.jenkins.plugins.amideploy.engine.tool.JsonParser;
import io.jenkins.plugins.amideploy.engine.tool.JsonWriter;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What runs and releases say of an application's images in the state bucket, as one run that removes images reads and writes it. A front door
 * opens it for {@link TeardownPoll} or {@link PrunePoll}. Every method throws {@link AwsFailure}, and {@link IllegalArgumentException} for an object
 * that cannot be read.
 */
public final class Ledger {
    private final ObjectStore store;
    private final String app;
    private final String build;
    private final ImageClaims claims;
    private final JsonParser parser;
    private final JsonWriter writer;
    private final Probe probe;

    private Ledger(
            ObjectStore store,
            String app,
            String build,
            InstantSource clock,
            JsonParser parser,
            JsonWriter writer,
            Probe probe) {
        this.probe = Objects.requireNonNull(probe);
        this.store = Objects.requireNonNull(store);
        this.app = Objects.requireNonNull(app);
        this.build = Objects.requireNonNull(build);
        this.claims = new ImageClaims(store, app, clock);
        this.parser = Objects.requireNonNull(parser);
        this.writer = Objects.requireNonNull(writer);
    }

    /**
     * Opens it.
     *
     * @param build id of the run that removes, as {@code Tags.BUILD}: begun again after a crash, it goes on under its own removal markers
     * @param json both ways of one library
     */
    public static <J extends JsonParser & JsonWriter> Ledger of(
            ObjectStore store, String app, String build, InstantSource clock, J json) {
        return of(store, app, build, clock, json, owner -> Life.UNKNOWN);
    }

    /** The same by who can find out whether the owner of a claim lives. */
    public static <J extends JsonParser & JsonWriter> Ledger of(
            ObjectStore store, String app, String build, InstantSource clock, J json, Probe probe) {
        return new Ledger(store, app, build, clock, json, json, probe);
    }

    BakeClaims bakes() {
        return new BakeClaims(store, app, parser, writer);
    }

    Probe probe() {
        return probe;
    }

    List<Claim> claims() {
        return claims.current();
    }

    /** Environments of which the bucket has a state or a record. */
    List<String> environments() {
        return ReleaseStore.environments(store, app);
    }

    /** What records say of these environments; nothing of one that has none. */
    List<History> histories(Collection<String> environments) {
        return environments.stream()
                .filter(name -> AppId.NAME.matcher(name).matches())
                .map(name -> new History(name, new ReleaseStore(store, new AppId(app, name), parser, writer).history()))
                .filter(history -> !history.releases().isEmpty())
                .toList();
    }

    Optional<Mark> mark(String subject, Scope scope) {
        return claims.mark(subject, new Claimant(scope.leaving().orElse(""), build));
    }

    boolean holds(Mark mark) {
        return claims.holds(mark);
    }

    void unmark(Mark mark) {
        claims.unmark(mark);
    }

    void forget(String environment) {
        claims.forget(environment);
    }
}
