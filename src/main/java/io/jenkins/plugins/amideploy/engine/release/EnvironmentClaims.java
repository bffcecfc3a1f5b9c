package io.jenkins.plugins.amideploy.engine.release;

import io.jenkins.plugins.amideploy.engine.AppId;
import io.jenkins.plugins.amideploy.engine.AwsFailure;
import io.jenkins.plugins.amideploy.engine.StateLock;
import io.jenkins.plugins.amideploy.engine.diagnosis.Cause;
import io.jenkins.plugins.amideploy.engine.diagnosis.Diagnosis;
import io.jenkins.plugins.amideploy.engine.release.Run.Owner;
import io.jenkins.plugins.amideploy.engine.rollout.StartedRollout;
import io.jenkins.plugins.amideploy.engine.rollout.TemplateVersion;
import io.jenkins.plugins.amideploy.engine.state.ObjectStore;
import io.jenkins.plugins.amideploy.engine.state.ObjectStore.Stored;
import io.jenkins.plugins.amideploy.engine.tool.Json;
import io.jenkins.plugins.amideploy.engine.tool.JsonParser;
import io.jenkins.plugins.amideploy.engine.tool.JsonWriter;
import java.time.Duration;
import java.time.InstantSource;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/**
 * One run at a time works on an environment: {@code <app>/<environment>/run.json} in the state bucket says which, since when, and that it lives.
 * A run takes it before the bake, says every {@link #BEAT} that it lives, and gives it back after the proof. It is taken over from a run whose
 * owner is known to be dead, or that has said nothing for {@link #SILENCE}; whoever lost it so finds out at the next {@link #beat}.
 *
 * <p>Every method throws {@link AwsFailure}. Where there is no bucket, nobody can hold anything.
 */
public final class EnvironmentClaims {
    /** How often a run says that it lives. */
    public static final Duration BEAT = Duration.ofMinutes(1);

    /** After so long without a word a run counts as dead: longer than a controller takes to restart, or a network to come back. */
    public static final Duration SILENCE = Duration.ofMinutes(30);

    private static final String AGAIN = "run again";

    /** In the object in place of a run: since when nobody has the environment. */
    private static final String FREE = "free_since";

    private final ObjectStore store;
    private final JsonParser parser;
    private final JsonWriter writer;
    private final InstantSource clock;
    private final String key;
    private final String environment;

    public EnvironmentClaims(ObjectStore store, AppId app, JsonParser parser, JsonWriter writer, InstantSource clock) {
        this.store = Objects.requireNonNull(store);
        this.parser = Objects.requireNonNull(parser);
        this.writer = Objects.requireNonNull(writer);
        this.clock = Objects.requireNonNull(clock);
        this.key = app.app() + "/" + app.environment() + "/run.json";
        this.environment = app.environment();
    }

    /** Whether an owner lives, as far as a front door can find out from where it is. */
    public enum Life {
        LIVES,
        DEAD,
        UNKNOWN
    }

    /** Port: finds out about the owner of another run. */
    @FunctionalInterface
    public interface Probe {
        Life of(Owner owner);
    }

    /**
     * The environment is the caller's.
     *
     * @param run the caller's
     * @param before from whom it was taken over, since that one is dead
     */
    public record Held(Run run, Optional<Run> before) {}

    /** What came of asking for the environment: exactly one of the two is there. */
    public record Taken(Optional<Held> held, Optional<Diagnosis> refusal) {}

    /**
     * Asks for the environment.
     *
     * @param force takes it over also from a run of which nobody knows whether it lives; never from one that does
     * @return refused with who has it, and the cure
     */
    public Taken take(Owner owner, Probe probe, boolean force) {
        Run mine = new Run(owner, 0, clock.instant(), clock.instant());
        try {
            if (store.create(key, text(mine))) {
                return held(mine, Optional.empty());
            }
        } catch (AwsFailure failure) {
            if (failure.kind() == AwsFailure.Kind.NOT_FOUND) {
                return held(mine, Optional.empty());
            }
            throw failure;
        }
        Optional<Stored> stored = store.read(key);
        if (stored.isEmpty()) {
            return refused(environment + " was given back just now", AGAIN, "");
        }
        Optional<Run> other = parse(stored.get());
        if (other.isPresent() && other.get().owner().equals(owner)) {
            return held(other.get(), Optional.empty());
        }
        Life life = other.map(run -> judge(run, probe)).orElse(Life.DEAD);
        if (life == Life.LIVES || life == Life.UNKNOWN && !force) {
            return inUse(other.orElseThrow(), life);
        }
        Run heir = mine.after(left(stored.get()));
        return replaced(text(heir), stored.get())
                ? held(heir, other)
                : refused(environment + " was taken by another run just now", AGAIN, "");
    }

    /** Who has the environment now. */
    public Optional<Run> current() {
        return store.read(key).flatMap(this::parse);
    }

    /** Whether that run lives; one that said nothing for {@link #SILENCE} does not. */
    public Life judge(Run run, Probe probe) {
        Life life = probe.of(run.owner());
        boolean silent = !clock.instant().isBefore(run.seenAt().plus(SILENCE));
        return life == Life.UNKNOWN && silent ? Life.DEAD : life;
    }

    /**
     * Says that the run lives, and for which release. A bucket that was made since the environment was taken has the claim from now on.
     *
     * @param release 0 before there is one
     * @return false where another run has taken the environment over: the caller must not change it any more
     */
    public boolean beat(Owner owner, int release) {
        Optional<Stored> stored = store.read(key);
        if (stored.isEmpty()) {
            return take(owner, other -> Life.LIVES, false).held().isPresent();
        }
        Optional<Run> mine = parse(stored.get()).filter(run -> run.owner().equals(owner));
        return mine.isPresent()
                && replaced(text(mine.get().seen(clock.instant()).releasing(release)), stored.get());
    }

    /**
     * Says that the run rolls a version out, before it does so: a beat, too. May be said again.
     *
     * @return what runs before may have left under way; empty where another run has taken the environment over
     */
    public Optional<List<StartedRollout>> rollsOut(Owner owner, TemplateVersion version) {
        Optional<Stored> stored = store.read(key);
        if (stored.isEmpty()) {
            return beat(owner, 0) ? Optional.of(List.of()) : Optional.empty();
        }
        return parse(stored.get())
                .filter(run -> run.owner().equals(owner))
                .map(run -> run.seen(clock.instant()).rollingOut(version))
                .filter(run -> replaced(text(run), stored.get()))
                .map(Run::before);
    }

    /**
     * Gives the environment back; what another run has taken over stays. The object stays, too, and says that nobody has it: so a run that was
     * taken for dead does not take a gap between two others for its own.
     */
    public void release(Owner owner) {
        Optional<Stored> stored = store.read(key);
        if (stored.flatMap(this::parse).filter(run -> run.owner().equals(owner)).isPresent()) {
            Map<String, Object> free = new LinkedHashMap<>();
            free.put("format", Begin.FORMAT);
            free.put(FREE, clock.instant().toString());
            Run.put(free, left(stored.get()));
            replaced(writer.write(free) + "\n", stored.get());
        }
    }

    /** A write whose answer was lost is repeated below us, and then finds itself. */
    private boolean replaced(String text, Stored before) {
        return store.replace(key, text, before.version())
                || store.read(key).filter(now -> now.text().equals(text)).isPresent();
    }

    private Taken inUse(Run other, Life life) {
        String since = other.owner().text() + " works on " + environment + " since " + other.since();
        return life == Life.LIVES
                ? refused(since, "wait for its end, or stop it", "")
                : refused(
                        since + " and last said so at " + other.seenAt()
                                + "; whether it lives cannot be found out from here",
                        "wait until " + other.seenAt().plus(SILENCE)
                                + ", when it counts as dead; if you know that it is, take it over (--take-over, in a build"
                                + " TAKE_OVER), or free it:",
                        StateLock.unlock(environment) + " --force-id "
                                + other.owner().build());
    }

    private static Taken held(Run run, Optional<Run> before) {
        return new Taken(Optional.of(new Held(run, before)), Optional.empty());
    }

    private static Taken refused(String why, String cure, String command) {
        return new Taken(
                Optional.empty(),
                Optional.of(Diagnosis.of(Cause.ENVIRONMENT_HELD, why).withCure(cure, command)));
    }

    private String text(Run run) {
        return writer.write(run.tree()) + "\n";
    }

    /** Empty where nobody has the environment. */
    private Optional<Run> parse(Stored stored) {
        return read(stored, json -> json.get(FREE).isAbsent() ? Optional.of(Run.of(json)) : Optional.empty());
    }

    /** What the run that has the environment, or had it last, may leave under way. */
    private List<StartedRollout> left(Stored stored) {
        return parse(stored).map(Run::left).orElseGet(() -> read(stored, Run::rollouts));
    }

    private <T> T read(Stored stored, Function<Json, T> reading) {
        try {
            Json json = Json.of(parser.parse(stored.text()));
            Begin.requireFormat(json);
            return reading.apply(json);
        } catch (NewerFormat newer) {
            throw newer.of(key);
        } catch (IllegalArgumentException | DateTimeParseException malformed) {
            throw new IllegalArgumentException(
                    key + " in the state bucket does not say who works on " + environment + " ("
                            + malformed.getMessage() + "): delete the object",
                    malformed);
        }
    }
}
