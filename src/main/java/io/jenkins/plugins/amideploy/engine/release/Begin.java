package io.jenkins.plugins.amideploy.engine.release;

import io.jenkins.plugins.amideploy.engine.AppId;
import io.jenkins.plugins.amideploy.engine.tool.Json;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What is known when a release begins; the first half of its record, never written again.
 *
 * @param number of the release in its environment, from 1
 * @param app application and environment
 * @param kind what sort of deployment it is
 * @param source the release whose image it takes; empty for a deployment
 * @param startedAt when it began
 * @param build id of the run, see {@code Tags.BUILD}
 * @param buildUrl page of the build; empty for a run of the command line
 * @param runCommit commit that the run had checked out, which may be newer than the last one that touched the application; empty: unknown
 */
public record Begin(
        int number,
        AppId app,
        Kind kind,
        Optional<Source> source,
        Instant startedAt,
        String build,
        String buildUrl,
        String runCommit) {

    /** Version of the format of both halves; a reader refuses a later one by name. */
    static final int FORMAT = 1;

    /** What sort of deployment a release is. */
    public enum Kind {
        /** An image of the application as it is, baked or found, or one that was named. */
        DEPLOYMENT,
        /** The image of another environment's release. */
        PROMOTION,
        /** The image of an earlier release of the same environment. */
        ROLLBACK;

        /** As it stands in the record and is shown: {@code rollback}. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        static Kind of(String word) {
            return Stream.of(values())
                    .filter(kind -> kind.word().equals(word))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("kind is \"" + word + "\""));
        }
    }

    /**
     * The release that an image is taken from.
     *
     * @param environment of the same application
     * @param number of the release there
     */
    public record Source(String environment, int number) {
        public Source {
            Objects.requireNonNull(environment, "environment");
        }

        /** {@code demo 7}. */
        public String text() {
            return environment + " " + number;
        }
    }

    public Begin {
        Objects.requireNonNull(app, "app");
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(startedAt, "startedAt");
        Objects.requireNonNull(build, "build");
        Objects.requireNonNull(buildUrl, "buildUrl");
        Objects.requireNonNull(runCommit, "runCommit");
        if ((kind == Kind.DEPLOYMENT) != source.isEmpty()) {
            throw new IllegalArgumentException("a promotion or rollback has a source, a deployment has none");
        }
    }

    /** The same under another number, which {@link ReleaseStore} finds. */
    Begin numbered(int other) {
        return new Begin(other, app, kind, source, startedAt, build, buildUrl, runCommit);
    }

    /** As it is stored. */
    Map<String, Object> tree() {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("format", FORMAT);
        tree.put("number", number);
        tree.put("app", app.app());
        tree.put("environment", app.environment());
        tree.put("kind", kind.word());
        source.ifPresent(from -> tree.put(
                "source", new LinkedHashMap<>(Map.of("environment", from.environment(), "number", from.number()))));
        tree.put("started_at", startedAt.toString());
        tree.put("build", build);
        tree.put("build_url", buildUrl);
        tree.put("run_commit", runCommit);
        return tree;
    }

    /** @throws IllegalArgumentException when the document says no such thing */
    static Begin of(Json json) {
        requireFormat(json);
        try {
            Json source = json.get("source");
            return new Begin(
                    number(json),
                    new AppId(json.get("app").text(), json.get("environment").text()),
                    Kind.of(json.get("kind").text()),
                    source.isAbsent()
                            ? Optional.empty()
                            : Optional.of(new Source(source.get("environment").text(), number(source))),
                    Instant.parse(json.get("started_at").text()),
                    json.get("build").text(),
                    json.get("build_url").text(),
                    json.get("run_commit").text());
        } catch (DateTimeParseException malformed) {
            throw new IllegalArgumentException("started_at: " + malformed.getMessage(), malformed);
        }
    }

    private static int number(Json json) {
        long number = json.get("number").number();
        if (number < 1 || number > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("number is " + number);
        }
        return (int) number;
    }

    /** @throws IllegalArgumentException when it is a later one ({@link NewerFormat}), or none */
    static void requireFormat(Json json) {
        long format = json.get("format").number();
        if (format > FORMAT) {
            throw new NewerFormat(format);
        }
        if (format != FORMAT) {
            throw new IllegalArgumentException("no format");
        }
    }
}
