package io.jenkins.plugins.amideploy.engine.tool;

import io.jenkins.plugins.amideploy.engine.Outcome;
import io.jenkins.plugins.amideploy.engine.Outcome.Kind;
import io.jenkins.plugins.amideploy.engine.StateLock;
import io.jenkins.plugins.amideploy.engine.diagnosis.AwsWords;
import io.jenkins.plugins.amideploy.engine.diagnosis.Cause;
import io.jenkins.plugins.amideploy.engine.diagnosis.Diagnosis;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Turns a tool's failed run into one line with cause and cure, for every operation. */
public final class Explanation {
    /**
     * What tools say about troubles that have nothing to do with the tool, first match wins; credentials, permissions and the way to AWS
     * are {@link AwsWords}'. The groups of a pattern fill the "%s" of its message.
     */
    private static final List<Known> KNOWN = List.of(
            new Known(
                    Kind.FAILED,
                    "Saved plan is stale|plan file can no longer be applied",
                    "the saved plan is stale, the state has changed since it was made: plan again"),
            new Known(
                    Kind.FAILED,
                    "(ELBv2 [A-Za-z ]+ \\([^)]+\\)|[Aa]uto ?[Ss]caling ?[Gg]roup by this name) already exists",
                    "%s already exists and is not in the stack's state: it is not ours, or an apply that was cut off left it;"
                            + " look at its tags, and remove what is ours with destroy"),
            new Known(
                    Kind.FAILED,
                    "is used by an existing AMI: (ami-\\w+)",
                    "an image of that name exists already (%s): run again, a new run takes a new name"));

    private Explanation() {}

    private record Known(Kind kind, Pattern pattern, String message) {
        Known(Kind kind, String pattern, String message) {
            this(kind, Pattern.compile(pattern), message);
        }

        Optional<String> in(String text) {
            Matcher matcher = pattern.matcher(text);
            if (!matcher.find()) {
                return Optional.empty();
            }
            Object[] groups = new Object[matcher.groupCount()];
            for (int group = 0; group < groups.length; group++) {
                groups[group] = matcher.group(group + 1);
            }
            return Optional.of(String.format(message, groups));
        }
    }

    /**
     * Explains a result that is not what the operation hoped for.
     *
     * @param tool the tool that ran
     * @param result how it ended
     */
    public static <T> Outcome<T> of(Tool tool, ToolResult result) {
        return switch (result.ending()) {
            case MISSING -> Outcome.failure(Kind.TOOL_MISSING, tool.missingMessage());
            case STOPPED ->
                Outcome.failure(
                        Kind.INTERRUPTED, tool.executable() + " " + result.phase() + " was stopped and ended cleanly");
            case NOT_STARTED -> Outcome.failure(Kind.FAILED, lines(result.problems()));
            case EXITED -> exited(tool, result);
        };
    }

    private static <T> Outcome<T> exited(Tool tool, ToolResult result) {
        for (Problem problem : result.problems()) {
            Optional<StateLock> lock = StateLock.ofError(problem.text());
            if (lock.isPresent()) {
                return Outcome.failure(Kind.STATE_LOCKED, locked(lock.get()));
            }
            Optional<Diagnosis> aws = ofAws(problem);
            if (aws.isPresent()) {
                return Outcome.failure(kind(aws.get().cause()), aws.get());
            }
            for (Known known : KNOWN) {
                Optional<String> message = known.in(problem.text());
                if (message.isPresent()) {
                    return Outcome.failure(known.kind(), message.get());
                }
            }
        }
        return unknown(tool, result);
    }

    /** What Ansible tells is a machine's trouble, whose words can be the same. */
    private static Optional<Diagnosis> ofAws(Problem problem) {
        return problem.summary().startsWith("Ansible task") ? Optional.empty() : AwsWords.in(problem.text());
    }

    /** Whose credentials or region do not do has to change something before the next run. */
    private static Kind kind(Cause cause) {
        return switch (cause) {
            case NO_CREDENTIALS,
                    PROFILE_MISSING,
                    LOGIN_NEEDED,
                    CREDENTIALS_REFUSED,
                    CLOCK_SKEW,
                    REGION_NOT_ENABLED,
                    BAD_INPUT -> Kind.BAD_INPUT;
            default -> Kind.FAILED;
        };
    }

    private static String locked(StateLock lock) {
        return "state " + lock.path() + " is locked, " + lock.explained() + ": " + lock.cure();
    }

    private static <T> Outcome<T> unknown(Tool tool, ToolResult result) {
        String did = tool.executable() + " " + result.phase();
        if (result.problems().isEmpty()) {
            return Outcome.failure(Kind.FAILED, did + " ended with exit code " + result.exitCode() + ": see its log");
        }
        Kind kind = result.problems().stream().allMatch(Explanation::isInput) ? Kind.BAD_INPUT : Kind.FAILED;
        return Outcome.failure(kind, did + " failed: " + lines(result.problems()));
    }

    /** Terraform's and Packer's headlines for values that the caller chose, the stack's own checks on them, and what the survey refuses. */
    private static boolean isInput(Problem problem) {
        return problem.summary()
                .matches(
                        "(?s)Invalid value for (input )?variable.*|No value for required variable.*"
                                + "|Invalid value for input variable.*|(Error: )?Undefined -var variable.*"
                                + "|Resource (pre|post)condition failed.*|Error: Invalid value for.*|Unset variable.*|survey: .*");
    }

    /** All problems on one line, none twice. */
    private static String lines(List<Problem> problems) {
        return String.join("; ", problems.stream().map(Problem::line).distinct().toList());
    }
}
