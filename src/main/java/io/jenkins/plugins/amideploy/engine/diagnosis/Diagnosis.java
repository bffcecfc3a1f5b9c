package io.jenkins.plugins.amideploy.engine.diagnosis;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * The named cause of a failure, with what was seen and what to do. Front doors show it by {@link #lines()}, records keep its parts.
 *
 * @param cause the name, stable for machines
 * @param summary the cause in plain words, one line
 * @param evidence what was seen, the most telling first, one line each
 * @param aftermath in what state things are now, one line; empty where nothing was begun
 * @param cure what to do next, in words; empty where nobody knows
 * @param command what does it, to be pasted into a shell; empty where words are all
 */
public record Diagnosis(
        Cause cause, String summary, List<String> evidence, String aftermath, String cure, String command)
        implements Serializable {
    private static final long serialVersionUID = 1L;

    /** More is read by nobody; the record has all. */
    private static final int MAX_EVIDENCE = 8;

    /** Characters of one line of evidence that are shown: two lines of a terminal. */
    private static final int MAX_LINE = 200;

    public Diagnosis {
        Objects.requireNonNull(cause, "cause");
        summary = oneLine(summary);
        evidence = evidence.stream().map(Diagnosis::oneLine).toList();
        aftermath = oneLine(aftermath);
        cure = oneLine(cure);
        Objects.requireNonNull(command, "command");
    }

    /** Nothing was begun, and the cure is words. */
    public static Diagnosis of(Cause cause, String summary, List<String> evidence, String cure) {
        return new Diagnosis(cause, summary, evidence, "", cure, "");
    }

    /** A cause of which only a line is known. */
    public static Diagnosis of(Cause cause, String summary) {
        return of(cause, summary, List.of(), "");
    }

    /** The same with more evidence behind its own. */
    public Diagnosis withEvidence(List<String> more) {
        return new Diagnosis(
                cause, summary, Stream.concat(evidence.stream(), more.stream()).toList(), aftermath, cure, command);
    }

    /** The same with what became of things, behind what it says of that already. */
    public Diagnosis withAftermath(String more) {
        String both = aftermath.isEmpty() || more.isEmpty() ? aftermath + more : aftermath + "; " + more;
        return new Diagnosis(cause, summary, evidence, both, cure, command);
    }

    /** The same with another cure. @param pasted empty where words are all */
    public Diagnosis withCure(String words, String pasted) {
        return new Diagnosis(cause, summary, evidence, aftermath, words, pasted);
    }

    /** {@code PATH_CLOSED: security group sg-… of the instances admits nothing from …}: for where there is room for one thing. */
    public String headline() {
        return cause + ": " + summary;
    }

    /** Headline, aftermath and cure on one line, for where only a line can be kept. */
    public String line() {
        return Stream.of(summary, aftermath, cure)
                .filter(part -> !part.isEmpty())
                .reduce((first, second) -> withoutStop(first) + "; " + second)
                .orElse("");
    }

    /** For people: the headline, at most eight lines of evidence, each said once, then what became of things, then what to do. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>(List.of(headline()));
        List<String> said = new ArrayList<>(List.of(summary, aftermath));
        for (String line : evidence) {
            boolean news = said.stream().noneMatch(other -> other.contains(line));
            if (news && !line.isEmpty() && lines.size() <= MAX_EVIDENCE) {
                said.add(line);
                lines.add("  " + cut(line));
            }
        }
        if (!aftermath.isEmpty()) {
            lines.add("  " + aftermath);
        }
        if (!cure.isEmpty()) {
            lines.add("  do: " + cure);
        }
        if (!command.isEmpty()) {
            command.lines().forEach(line -> lines.add("      " + line));
        }
        return lines;
    }

    private static String cut(String line) {
        if (line.length() <= MAX_LINE) {
            return line;
        }
        int end = line.lastIndexOf(' ', MAX_LINE);
        return line.substring(0, end <= 0 ? MAX_LINE : end) + " …";
    }

    private static String oneLine(String text) {
        return text.strip().replaceAll("\\s*\\R\\s*", " ");
    }

    private static String withoutStop(String part) {
        return part.endsWith(".") ? part.substring(0, part.length() - 1) : part;
    }
}
