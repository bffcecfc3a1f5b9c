package io.jenkins.plugins.amideploy.engine.tool;

import io.jenkins.plugins.amideploy.engine.Outcome;
import io.jenkins.plugins.amideploy.engine.Outcome.Kind;
import io.jenkins.plugins.amideploy.engine.diagnosis.AwsWords;
import io.jenkins.plugins.amideploy.engine.diagnosis.Cause;
import io.jenkins.plugins.amideploy.engine.diagnosis.Diagnosis;
import java.util.List;
import java.util.Optional;

/** Turns a tool's failed run into one line with cause and cure, for every operation. */
public final class Explanation {
    private Explanation() {}

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
            Optional<Diagnosis> cause = problem.named()
                    .or(() -> ToolWords.lock(problem))
                    .or(() -> ofAws(problem))
                    .or(() -> ToolWords.in(problem));
            if (cause.isPresent()) {
                return Outcome.failure(kind(cause.get().cause()), cause.get());
            }
        }
        return unknown(tool, result);
    }

    private static Optional<Diagnosis> ofAws(Problem problem) {
        List<String> where = problem.where().isEmpty() ? List.of() : List.of("at " + problem.where());
        return AwsWords.in(problem.text()).map(why -> why.withEvidence(where));
    }

    /** Whose credentials, region or files do not do has to change something before the next run. */
    private static Kind kind(Cause cause) {
        return switch (cause) {
            case NO_CREDENTIALS,
                    PROFILE_MISSING,
                    LOGIN_NEEDED,
                    CREDENTIALS_REFUSED,
                    CLOCK_SKEW,
                    REGION_NOT_ENABLED,
                    SURVEY_REFUSED,
                    BAD_INPUT -> Kind.BAD_INPUT;
            case STATE_LOCKED -> Kind.STATE_LOCKED;
            default -> Kind.FAILED;
        };
    }

    private static <T> Outcome<T> unknown(Tool tool, ToolResult result) {
        String did = tool.executable() + " " + result.phase();
        if (result.problems().isEmpty()) {
            return Outcome.failure(Kind.FAILED, did + " ended with exit code " + result.exitCode() + ": see its log");
        }
        String said = did + " failed: " + lines(result.problems());
        return result.problems().stream().allMatch(Explanation::isInput)
                ? Outcome.failure(Kind.BAD_INPUT, said)
                : Outcome.failure(
                        Kind.FAILED,
                        Diagnosis.of(
                                Cause.TOOL_FAILED,
                                said,
                                List.of(),
                                "mend what its words name, then run the same command again; its whole log has more"));
    }

    /** Terraform's and Packer's headlines for values that the caller chose, and the stack's own checks on them. */
    private static boolean isInput(Problem problem) {
        return problem.summary()
                .matches("(?s)Invalid value for (input )?variable.*|No value for required variable.*"
                        + "|Invalid value for input variable.*|(Error: )?Undefined -var variable.*"
                        + "|Resource (pre|post)condition failed.*|Error: Invalid value for.*|Unset variable.*");
    }

    /** All problems on one line, none twice. */
    private static String lines(List<Problem> problems) {
        return String.join("; ", problems.stream().map(Problem::line).distinct().toList());
    }
}
