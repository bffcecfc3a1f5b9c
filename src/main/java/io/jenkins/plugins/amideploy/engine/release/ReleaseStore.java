package io.jenkins.plugins.amideploy.engine.release;

import io.jenkins.plugins.amideploy.engine.AppId;
import io.jenkins.plugins.amideploy.engine.AwsFailure;
import io.jenkins.plugins.amideploy.engine.state.ObjectStore;
import io.jenkins.plugins.amideploy.engine.state.ObjectStore.Stored;
import io.jenkins.plugins.amideploy.engine.tool.Json;
import io.jenkins.plugins.amideploy.engine.tool.JsonParser;
import io.jenkins.plugins.amideploy.engine.tool.JsonWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The records of an environment's releases in the state bucket. Append-only: {@code <app>/<environment>/releases/<number>/begin.json} and
 * {@code …/end.json}, each written once under a condition, so that two runs never write one record and a begin without an end tells of a crash.
 *
 * <p>{@code …/releases/index.json} has the newest of them in one object, so that a page needs one read and one list. It is a copy: {@link #history} adds
 * what it lacks, and {@link #rebuild} makes it anew from the records. Every method throws {@link AwsFailure}, and {@link IllegalArgumentException} with the
 * object's key and a cure for one that cannot be read.
 *
 * <p>Used by the front doors; where there is no bucket there is no release.
 */
public final class ReleaseStore {
    /** Releases that the index keeps: more than a page shows, few enough for one small object. */
    static final int INDEXED = 300;

    /** Tries to change the index beside others that do; a lost change is found again by {@link #history}. */
    private static final int TRIES = 5;

    private static final String BEGIN = "/begin.json";
    private static final String END = "/end.json";
    private static final String INDEX = "index.json";

    private final ObjectStore store;
    private final AppId app;
    private final JsonParser parser;
    private final JsonWriter writer;
    private final String prefix;

    public ReleaseStore(ObjectStore store, AppId app, JsonParser parser, JsonWriter writer) {
        this.store = Objects.requireNonNull(store);
        this.app = Objects.requireNonNull(app);
        this.parser = Objects.requireNonNull(parser);
        this.writer = Objects.requireNonNull(writer);
        this.prefix = app.app() + "/" + app.environment() + "/releases/";
    }

    /** The environments of an application of which there is a record or a state, sorted. */
    public static List<String> environments(ObjectStore store, String app) {
        return store.directories(app + "/").stream()
                .filter(name -> !AppId.NO_ENVIRONMENTS.contains(name)
                        && AppId.NAME.matcher(name).matches())
                .sorted()
                .toList();
    }

    /**
     * Begins a release under the next free number.
     *
     * @param draft whose number does not count
     * @return what was stored
     */
    public Release begin(Begin draft) {
        Begin begin = draft.numbered(numbers().stream().findFirst().orElse(0) + 1);
        while (!written(begin)) {
            begin = draft.numbered(begin.number() + 1);
        }
        Release begun = new Release(begin, Optional.empty());
        index(begun);
        return begun;
    }

    /** A write whose answer was lost is repeated below us, and then finds itself. */
    private boolean written(Begin begin) {
        String key = key(begin.number()) + BEGIN;
        String text = text(begin.tree());
        return store.create(key, text)
                || store.read(key).filter(stored -> stored.text().equals(text)).isPresent();
    }

    /**
     * Ends a release.
     *
     * @return what is stored: of two that end one release, the first's
     */
    public Release end(Begin begin, End end) {
        boolean first = store.create(key(begin.number()) + END, text(end.tree()));
        Release ended = new Release(begin, first ? Optional.of(end) : end(begin.number()));
        index(ended);
        return ended;
    }

    /** The newest releases, newest first; as many as the index keeps. What the index lacks is read from the records. */
    public List<Release> history() {
        return newestFirst(completed(store.read(prefix + INDEX)));
    }

    /**
     * The newest releases, newest first, as the index has them: for pages, by one read, and one more for each release that has no end there. What
     * the index may lack after a lost change is found by {@link #history}.
     */
    public List<Release> recent() {
        Map<Integer, Release> known = new TreeMap<>(
                store.read(prefix + INDEX).map(stored -> parse(stored.text())).orElse(Map.of()));
        if (known.isEmpty()) {
            return history();
        }
        known.replaceAll(
                (number, release) -> release.end().isPresent() ? release : new Release(release.begin(), end(number)));
        return newestFirst(known);
    }

    /** One release, from its record. */
    public Optional<Release> read(int number) {
        return store.read(key(number) + BEGIN).map(stored -> new Release(begin(number, stored.text()), end(number)));
    }

    /** Makes the index anew from the records. */
    public List<Release> rebuild() {
        List<Release> newest = newestFirst(completed(Optional.empty()));
        store.write(prefix + INDEX, document(newest));
        return newest;
    }

    /** The records there are, from the index as far as it has them. An end that it lacks may be written by now. */
    private Map<Integer, Release> completed(Optional<Stored> index) {
        Map<Integer, Release> indexed =
                index.map(stored -> parse(stored.text())).orElse(Map.of());
        Map<Integer, Release> known = new TreeMap<>();
        for (int number : numbers()) {
            Optional<Release> found = Optional.ofNullable(indexed.get(number));
            found.map(release -> release.end().isPresent() ? release : new Release(release.begin(), end(number)))
                    .or(() -> read(number))
                    .ifPresent(release -> known.put(number, release));
        }
        return known;
    }

    private Optional<End> end(int number) {
        String key = key(number) + END;
        return store.read(key).map(stored -> {
            try {
                return End.of(Json.of(parser.parse(stored.text())));
            } catch (IllegalArgumentException malformed) {
                throw unreadable(key, malformed);
            }
        });
    }

    private Begin begin(int number, String text) {
        String key = key(number) + BEGIN;
        try {
            Begin begin = Begin.of(Json.of(parser.parse(text)));
            if (begin.number() != number || !begin.app().equals(app)) {
                throw new IllegalArgumentException("it is that of release " + begin.number() + " of " + begin.app());
            }
            return begin;
        } catch (IllegalArgumentException malformed) {
            throw unreadable(key, malformed);
        }
    }

    private static IllegalArgumentException unreadable(String key, IllegalArgumentException why) {
        if (why instanceof NewerFormat newer) {
            return newer.of(key);
        }
        return new IllegalArgumentException(
                key + " in the state bucket is no record of a release (" + why.getMessage()
                        + "): restore the object's earlier version, or delete it",
                why);
    }

    /** Numbers of the newest records, newest first: one call, whatever the index says. */
    private List<Integer> numbers() {
        return store.directories(prefix).stream()
                .filter(name -> name.matches("\\d{6,9}"))
                .map(Integer::valueOf)
                .sorted(Comparator.reverseOrder())
                .limit(INDEXED)
                .toList();
    }

    /** An index that cannot be read counts as none: it is a copy. */
    private Map<Integer, Release> parse(String index) {
        Map<Integer, Release> known = new TreeMap<>();
        try {
            for (Json each : Json.lenient(parser, index).get("releases").list()) {
                Json end = each.get("end");
                Release release =
                        new Release(Begin.of(each), end.isAbsent() ? Optional.empty() : Optional.of(End.of(end)));
                known.put(release.number(), release);
            }
        } catch (IllegalArgumentException malformed) {
            return new TreeMap<>();
        }
        return known;
    }

    /** The record is written: that the copy of it is not must not fail anybody, and {@link #history} finds it again. */
    private void index(Release changed) {
        try {
            for (int attempt = 0; attempt < TRIES; attempt++) {
                Optional<Stored> before = store.read(prefix + INDEX);
                Map<Integer, Release> known = completed(before);
                known.put(changed.number(), changed);
                String text = document(newestFirst(known));
                boolean written = before.map(stored -> store.replace(prefix + INDEX, text, stored.version()))
                        .orElseGet(() -> store.create(prefix + INDEX, text));
                if (written) {
                    return;
                }
            }
        } catch (AwsFailure | IllegalArgumentException later) {
            return;
        }
    }

    private String document(List<Release> newest) {
        Map<String, Object> index = new LinkedHashMap<>();
        index.put("format", Begin.FORMAT);
        index.put("releases", newest.stream().map(Release::tree).toList());
        return text(index);
    }

    private String text(Map<String, Object> tree) {
        return writer.write(tree) + "\n";
    }

    private static List<Release> newestFirst(Map<Integer, Release> known) {
        List<Release> releases = new ArrayList<>(known.values());
        releases.sort(Comparator.comparingInt(Release::number).reversed());
        return List.copyOf(releases.subList(0, Math.min(INDEXED, releases.size())));
    }

    /** Six digits, so that keys sort as numbers do. */
    private String key(int number) {
        return prefix + "%06d".formatted(number);
    }
}
