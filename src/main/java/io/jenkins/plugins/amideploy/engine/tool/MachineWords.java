package io.jenkins.plugins.amideploy.engine.tool;

import io.jenkins.plugins.amideploy.engine.diagnosis.Cause;
import io.jenkins.plugins.amideploy.engine.diagnosis.Diagnosis;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names why the machine's part of a bake failed: a cause that the machine has named itself (await.py of the role app), what SELinux and the
 * unit's filter refused (explain_denials.py of the role base), what is known of commands' words, or the command's own last lines.
 */
final class MachineWords {
    private static final Pattern NAMED = Pattern.compile("([A-Z][A-Z_]+): (.*)");
    private static final Pattern DENIED =
            Pattern.compile("(?:SELinux denied|system calls outside of the unit's filter).*");
    private static final Pattern ALLOWS = Pattern.compile(" \\(image\\.yml allows it: ([^)]*)\\)");
    private static final Pattern FULL = Pattern.compile(
            "No space left on device|ENOSPC|[Nn]ot enough free (?:disk )?space|don't have enough free space|Disk quota exceeded");
    private static final Pattern NO_PACKAGE = Pattern.compile("No matching distribution found for ([^\\s,(]+)"
            + "|No package matching '([^']+)' is available"
            + "|Unable to locate package (\\S+)"
            + "|No package (\\S+) available"
            + "|No match for argument: (\\S+)"
            + "|Failed to install some of the specified packages.*?: *(\\S+)");

    /** Lines of a command that are told. */
    private static final int LAST = 8;

    /** Characters of a summary. */
    private static final int LONGEST = 200;

    private MachineWords() {}

    static Diagnosis of(FailedTask task) {
        return named(task)
                .or(() -> denied(task))
                .or(() -> full(task.text(), "task '" + task.name() + "'", evidence(task)))
                .or(() -> packageMissing(task.text(), evidence(task)))
                .orElseGet(() -> failed(task));
    }

    private static Optional<Diagnosis> named(FailedTask task) {
        List<String> lines = task.message();
        Matcher first = NAMED.matcher(lines.isEmpty() ? "" : lines.get(0));
        if (!first.matches()) {
            return Optional.empty();
        }
        return Arrays.stream(Cause.values())
                .filter(cause -> cause.name().equals(first.group(1)))
                .findFirst()
                .map(cause ->
                        Diagnosis.of(cause, shortened(first.group(2)), lines.subList(1, lines.size()), cure(cause)));
    }

    private static String cure(Cause cause) {
        return switch (cause) {
            case APPLICATION_ENDS ->
                "make it start: what it reads from its environment needs a placeholder in bake_environment of image.yml; not to start it in"
                        + " the bake: start_in_bake: false";
            case WRONG_PORT -> "let it listen on 0.0.0.0:$PORT, which is 80";
            case NEVER_HEALTHY ->
                "let it answer health_check_path with a status of health_check_matcher; what it needs for that in the bake goes into"
                        + " bake_environment of image.yml";
            default -> "";
        };
    }

    private static Optional<Diagnosis> denied(FailedTask task) {
        String said = task.result().line("msg");
        if (!DENIED.matcher(said).matches()) {
            return Optional.empty();
        }
        List<String> settings = new ArrayList<>();
        Matcher allows = ALLOWS.matcher(said);
        while (allows.find()) {
            settings.add(allows.group(1));
        }
        String told = said.replaceFirst(" \\(docs/operations\\.md [^)]*\\)$", "");
        List<String> evidence =
                new ArrayList<>(List.of(told.replaceFirst("^[^:]*: ", "").split("; ")));
        String rule = "docs/operations.md says how to read a denial and how to add a rule";
        return Optional.of(Diagnosis.of(
                Cause.DENIED_ON_MACHINE,
                told.replaceFirst(": .*", "") + " in the trial start: "
                        + ALLOWS.matcher(evidence.get(0)).replaceAll(""),
                evidence,
                settings.isEmpty()
                        ? rule
                        : "where the application is to do so, allow it in image.yml: "
                                + String.join(", ", settings.stream().distinct().toList())));
    }

    /** @param where the work that was done */
    static Optional<Diagnosis> full(String text, String where, List<String> evidence) {
        return FULL.matcher(text).find()
                ? Optional.of(
                        Diagnosis.of(
                                Cause.DISK_FULL,
                                "no space left on the disk, in " + where,
                                evidence,
                                "let the image bring less (packages, tasks and exclude in image.yml), or clean up in the same task"))
                : Optional.empty();
    }

    /** Of a package manager's words, on the machine or where wheels are fetched for it. */
    static Optional<Diagnosis> packageMissing(String text, List<String> evidence) {
        Matcher matcher = NO_PACKAGE.matcher(text);
        if (!matcher.find()) {
            return Optional.empty();
        }
        String name = "";
        for (int group = 1; group <= matcher.groupCount(); group++) {
            name = matcher.group(group) == null ? name : matcher.group(group);
        }
        boolean python = matcher.group(1) != null;
        return Optional.of(Diagnosis.of(
                Cause.PACKAGE_MISSING,
                python
                        ? "no package index has " + name + " for this machine"
                        : "the distribution has no package " + name,
                evidence,
                python
                        ? "correct name and version in the requirements, or the index (PIP_INDEX_URL, PIP_FIND_LINKS)"
                        : "correct the name in packages or build_packages of image.yml"));
    }

    private static Diagnosis failed(FailedTask task) {
        List<String> evidence = evidence(task);
        String status = task.result().line("rc");
        String told = task.message().isEmpty() ? "" : task.message().get(0);
        String last =
                evidence.isEmpty() ? "" : evidence.get(evidence.size() - 1).strip();
        String why = told.isEmpty() ? last : told;
        String ended = status.isEmpty() || !told.isEmpty() ? "failed" : "ended with exit status " + status;
        return Diagnosis.of(
                Cause.COMMAND_FAILED,
                shortened("task '" + task.name() + "' " + ended + (why.isEmpty() ? ": see the log" : ": " + why)),
                evidence,
                why.contains("No such file or directory: b'")
                        ? "install that program (packages in image.yml), or correct the task"
                        : "correct what the task runs; all that it wrote is in Packer's log");
    }

    /** A headline is one line; what is cut is in the log. */
    private static String shortened(String text) {
        int end = text.length() <= LONGEST ? -1 : text.lastIndexOf(' ', LONGEST);
        return text.length() <= LONGEST ? text : text.substring(0, end <= 0 ? LONGEST : end) + " …";
    }

    /** The last lines, in their order. */
    private static List<String> evidence(FailedTask task) {
        List<String> lines = new ArrayList<>(task.message());
        lines.addAll(task.written());
        return lines.subList(Math.max(0, lines.size() - LAST), lines.size());
    }
}
