package io.jenkins.plugins.amideploy.engine.tool;

import io.jenkins.plugins.amideploy.engine.diagnosis.Diagnosis;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Something that a tool reported as an error.
 *
 * @param summary the tool's own headline, one line
 * @param detail the rest of what it said, possibly several lines, possibly empty
 * @param where resource address or file and line that it is about, possibly empty
 * @param named its cause where whoever read it knows; else it is looked for in the words
 */
public record Problem(String summary, String detail, String where, Optional<Diagnosis> named) {
    public Problem {
        Objects.requireNonNull(summary, "summary");
        Objects.requireNonNull(detail, "detail");
        Objects.requireNonNull(where, "where");
        Objects.requireNonNull(named, "named");
    }

    /** A problem of which only the tool's words are known. */
    public Problem(String summary, String detail, String where) {
        this(summary, detail, where, Optional.empty());
    }

    /** A problem whose cause is known. */
    static Problem of(Diagnosis diagnosis) {
        return new Problem(diagnosis.headline(), String.join("\n", diagnosis.evidence()), "", Optional.of(diagnosis));
    }

    /** A problem of which only one text is known: its first line is the summary. */
    public static Problem of(String text) {
        String trimmed = text.strip();
        int end = trimmed.indexOf('\n');
        return end < 0
                ? new Problem(trimmed, "", "")
                : new Problem(
                        trimmed.substring(0, end).strip(),
                        trimmed.substring(end + 1).strip(),
                        "");
    }

    /** The same in other words. */
    Problem saying(UnaryOperator<String> words) {
        return new Problem(words.apply(summary), words.apply(detail), where, named);
    }

    /** Everything said, for searching in it. */
    public String text() {
        return detail.isEmpty() ? summary : summary + "\n" + detail;
    }

    /** Where, headline and first paragraph of the detail on one line. */
    public String line() {
        String paragraph =
                detail.split("\n\\s*\n", 2)[0].replaceAll("\\s*\n\\s*", " ").strip();
        String said = paragraph.isEmpty() || summary.contains(paragraph) ? summary : summary + ": " + paragraph;
        return where.isEmpty() ? said : where + ": " + said;
    }
}
