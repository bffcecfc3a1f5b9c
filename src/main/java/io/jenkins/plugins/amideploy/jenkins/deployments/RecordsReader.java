package io.jenkins.plugins.amideploy.jenkins.deployments;

import hudson.AbortException;
import hudson.EnvVars;
import hudson.model.ItemGroup;
import io.jenkins.plugins.amideploy.engine.AppId;
import io.jenkins.plugins.amideploy.engine.AwsFailure;
import io.jenkins.plugins.amideploy.engine.release.EnvironmentClaims;
import io.jenkins.plugins.amideploy.engine.release.History;
import io.jenkins.plugins.amideploy.engine.release.Release;
import io.jenkins.plugins.amideploy.engine.release.ReleaseStore;
import io.jenkins.plugins.amideploy.engine.release.Run;
import io.jenkins.plugins.amideploy.engine.state.ObjectStore;
import io.jenkins.plugins.amideploy.jenkins.credentials.AwsAccess;
import io.jenkins.plugins.amideploy.jenkins.credentials.AwsPorts;
import io.jenkins.plugins.amideploy.jenkins.credentials.Requester;
import io.jenkins.plugins.amideploy.jenkins.deployments.EnvironmentState.Home;
import io.jenkins.plugins.amideploy.jenkins.parsers.JacksonParser;
import io.jenkins.plugins.amideploy.jenkins.releases.BuildProbe;
import io.jenkins.plugins.amideploy.jenkins.releases.Place;
import io.jenkins.plugins.amideploy.jenkins.releases.Places;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Reads the records of a folder's environments once: one listing for each application, then index and run of all its environments beside each
 * other. What cannot be read becomes a line. Used by {@link Records} alone.
 */
final class RecordsReader {
    /** One call with its attempts; whoever looks at a page waits for it. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /** All of it: a listing, a run and an index, and a queue before them. */
    private static final Duration LONGEST = Duration.ofSeconds(15);

    private static final Comparator<EnvironmentState> ORDER =
            Comparator.comparing((EnvironmentState state) -> state.home().app()).thenComparing(EnvironmentState::name);

    private final ItemGroup<?> folder;
    private final Clock clock;
    private final JacksonParser json = new JacksonParser();
    private final Map<AwsAccess, AwsPorts> ports = new HashMap<>();
    private final List<String> problems = new CopyOnWriteArrayList<>();
    private boolean isClosed;

    private RecordsReader(ItemGroup<?> folder, Clock clock) {
        this.folder = folder;
        this.clock = clock;
    }

    static Deployments read(ItemGroup<?> folder, Clock clock) {
        List<Place> places;
        try {
            places = Places.of(folder);
        } catch (IOException unreadable) {
            return new Deployments(List.of(), List.of(unreadable.getMessage()), clock.instant());
        }
        RecordsReader reader = new RecordsReader(folder, clock);
        try {
            return new Deployments(reader.states(places), reader.problems, clock.instant());
        } finally {
            reader.close();
        }
    }

    /** What still waits for its turn then finds no client any more. */
    private void close() {
        synchronized (ports) {
            isClosed = true;
            ports.values().forEach(AwsPorts::close);
        }
    }

    private List<EnvironmentState> states(List<Place> places) {
        Map<Home, Map<String, Place>> homes = new LinkedHashMap<>();
        places.forEach(place ->
                homes.computeIfAbsent(home(place), home -> new TreeMap<>()).put(place.environment(), place));
        List<CompletableFuture<List<EnvironmentState>>> readings = homes.entrySet().stream()
                .map(each -> states(each.getKey(), each.getValue()))
                .toList();
        Map<String, EnvironmentState> states = new LinkedHashMap<>();
        readings.stream()
                .flatMap(reading -> reading.join().stream())
                .sorted(ORDER)
                .forEach(state -> states.merge(
                        state.home().app() + "/" + state.name(),
                        state,
                        // One that is listed in two buckets is where its job writes.
                        (one, other) -> one.job().isEmpty() ? other : one));
        return List.copyOf(states.values());
    }

    private static Home home(Place place) {
        return new Home(place.app(), place.bucket(), place.access());
    }

    /** Known environments are read while the others are still being listed. */
    private CompletableFuture<List<EnvironmentState>> states(Home home, Map<String, Place> places) {
        Map<String, CompletableFuture<EnvironmentState>> known = places.values().stream()
                .collect(Collectors.toMap(Place::environment, place -> state(home, place.environment(), place.job())));
        CompletableFuture<Listing> listing = ask(() -> ReleaseStore.environments(store(home), home.app()))
                .handle((names, failure) ->
                        failure == null ? new Listing(names, "") : new Listing(List.of(), line(home, failure)));
        return listing.thenCompose(listed -> {
            Map<String, CompletableFuture<EnvironmentState>> all = new TreeMap<>(known);
            listed.names().forEach(name -> all.computeIfAbsent(name, other -> state(home, other, "")));
            return CompletableFuture.allOf(all.values().toArray(CompletableFuture[]::new))
                    .thenApply(done -> told(
                            home,
                            listed,
                            all.values().stream().map(CompletableFuture::join).toList()));
        });
    }

    /** That others are missing is worth a line where it is not said by each that is there. */
    private List<EnvironmentState> told(Home home, Listing listed, List<EnvironmentState> states) {
        if (!listed.problem().isEmpty() && states.stream().anyMatch(EnvironmentState::isRead)) {
            problems.add("Other environments of " + home.app() + " are not shown. " + listed.problem());
        }
        return states;
    }

    /** Environments as the bucket has them; none where the problem says why. */
    private record Listing(List<String> names, String problem) {}

    private CompletableFuture<EnvironmentState> state(Home home, String name, String job) {
        CompletableFuture<History> history =
                ask(() -> new History(name, releases(store(home), new AppId(home.app(), name))));
        CompletableFuture<Optional<Run>> run = ask(() -> run(store(home), new AppId(home.app(), name)));
        return history.thenCombine(run, (read, at) -> new EnvironmentState(home, name, job, read, at, ""))
                .exceptionally(failure -> EnvironmentState.unread(home, name, job, line(home, failure)));
    }

    private List<Release> releases(ObjectStore store, AppId app) {
        return new ReleaseStore(store, app, json, json).recent();
    }

    private Optional<Run> run(ObjectStore store, AppId app) {
        EnvironmentClaims claims = new EnvironmentClaims(store, app, json, json, clock);
        return claims.current().filter(run -> claims.judge(run, new BuildProbe()) != EnvironmentClaims.Life.DEAD);
    }

    private static <T> CompletableFuture<T> ask(Supplier<T> question) {
        return CompletableFuture.supplyAsync(question, ReadPool.get()).orTimeout(LONGEST.toSeconds(), TimeUnit.SECONDS);
    }

    private ObjectStore store(Home home) {
        AwsPorts mine;
        synchronized (ports) {
            if (isClosed) {
                throw new IllegalStateException("it took too long");
            }
            mine = ports.computeIfAbsent(
                    home.access(),
                    access -> new AwsPorts(access, Requester.of(folder), new EnvVars(), clock, PATIENCE));
        }
        try {
            return mine.clients().objects(home.bucket());
        } catch (AbortException missing) {
            throw new IllegalArgumentException(missing.getMessage(), missing);
        }
    }

    private static String line(Home home, Throwable failure) {
        Throwable cause = failure;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        String where = "Records in the state bucket " + home.bucket() + " could not be read: ";
        return cause instanceof AwsFailure || cause instanceof IllegalArgumentException
                ? where + cause.getMessage()
                : where + "no answer within " + LONGEST.toSeconds() + " s (" + cause + ")";
    }
}
