package io.jenkins.plugins.amideploy.engine.release;

import io.jenkins.plugins.amideploy.engine.diagnosis.Diagnosis;
import io.jenkins.plugins.amideploy.engine.tool.Json;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How a release ended; the second half of its record, written once.
 *
 * @param result how
 * @param endedAt when
 * @param facts what became known of it
 * @param failure why it did not succeed; present exactly where it failed or was aborted
 */
public record End(Result result, Instant endedAt, Facts facts, Optional<Failure> failure) {
    /** How a release can end. One that has no end and no live run crashed. */
    public enum Result {
        /** The environment runs it, proven healthy. */
        HEALTHY,
        /** Nothing was to be done: what the release before brought is proven still. */
        UNCHANGED,
        /** It failed; the failure says why. */
        FAILED,
        /** Somebody stopped it. */
        ABORTED;

        /** As it stands in the record and is shown: {@code healthy}. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        static Result of(String word) {
            return Stream.of(values())
                    .filter(result -> result.word().equals(word))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("result is \"" + word + "\""));
        }
    }

    /**
     * Why a release did not succeed, in the parts of a diagnosis.
     *
     * @param cause stable name, for machines; empty where it has none
     * @param summary one line for people
     * @param evidence what was seen, one line each
     * @param aftermath in what state things were then; may be empty
     * @param cure what to do next; may be empty
     * @param command what does it, for a shell; may be empty
     */
    public record Failure(
            String cause, String summary, List<String> evidence, String aftermath, String cure, String command) {
        public Failure {
            Objects.requireNonNull(cause, "cause");
            Objects.requireNonNull(summary, "summary");
            evidence = List.copyOf(evidence);
            Objects.requireNonNull(aftermath, "aftermath");
            Objects.requireNonNull(cure, "cure");
            Objects.requireNonNull(command, "command");
        }

        /** Of a failure that is one line. */
        public static Failure of(String message) {
            return new Failure("", message, List.of(), "", "", "");
        }

        /** Of a cause that has a name. */
        public static Failure of(Diagnosis why) {
            return new Failure(
                    why.cause().name(), why.summary(), why.evidence(), why.aftermath(), why.cure(), why.command());
        }

        /** Cause, and what to do where that is known: two lines at most and a command, for a list. */
        public List<String> brief() {
            List<String> lines = new ArrayList<>();
            lines.add(cause.isEmpty() ? summary : cause + ": " + summary);
            if (!cure.isEmpty()) {
                lines.add("do: " + cure);
            }
            command.lines().forEach(line -> lines.add("    " + line));
            return lines;
        }

        /** As it is stored, and shown to machines. */
        public Map<String, Object> tree() {
            Map<String, Object> parts = new LinkedHashMap<>();
            parts.put("cause", cause);
            parts.put("summary", summary);
            parts.put("evidence", evidence);
            parts.put("aftermath", aftermath);
            parts.put("cure", cure);
            parts.put("command", command);
            return parts;
        }

        static Failure of(Json json) {
            return new Failure(
                    json.get("cause").text(),
                    json.get("summary").text(),
                    json.get("evidence").list().stream().map(Json::text).toList(),
                    json.get("aftermath").text(),
                    json.get("cure").text(),
                    json.get("command").text());
        }
    }

    public End {
        Objects.requireNonNull(result, "result");
        Objects.requireNonNull(endedAt, "endedAt");
        Objects.requireNonNull(facts, "facts");
        boolean failed = result == Result.FAILED || result == Result.ABORTED;
        if (failed != failure.isPresent()) {
            throw new IllegalArgumentException("a release has a failure exactly when it failed or was aborted");
        }
    }

    /** As it is stored. */
    Map<String, Object> tree() {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("format", Begin.FORMAT);
        tree.put("result", result.word());
        tree.put("ended_at", endedAt.toString());
        tree.putAll(facts.tree());
        failure.ifPresent(why -> tree.put("failure", why.tree()));
        return tree;
    }

    /** @throws IllegalArgumentException when the document says no such thing */
    static End of(Json json) {
        Begin.requireFormat(json);
        Json why = json.get("failure");
        try {
            return new End(
                    Result.of(json.get("result").text()),
                    Instant.parse(json.get("ended_at").text()),
                    Facts.of(json),
                    why.isAbsent() ? Optional.empty() : Optional.of(Failure.of(why)));
        } catch (DateTimeParseException malformed) {
            throw new IllegalArgumentException("ended_at: " + malformed.getMessage(), malformed);
        }
    }
}
