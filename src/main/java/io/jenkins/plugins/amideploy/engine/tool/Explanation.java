package io.jenkins.plugins.amideploy.engine.tool;

import io.jenkins.plugins.amideploy.engine.Outcome;
import io.jenkins.plugins.amideploy.engine.Outcome.Kind;
import io.jenkins.plugins.amideploy.engine.StateLock;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Turns a tool's failed run into one line with cause and cure, for every operation. */
public final class Explanation {
    /**
     * What tools say about troubles that have nothing to do with the tool, first match wins. The groups of a pattern fill
     * the "%s" of its message.
     */
    private static final List<Known> KNOWN = List.of(
            new Known(
                    Kind.BAD_INPUT,
                    "No valid credential sources|no EC2 IMDS role found|NoCredentialProviders|Unable to locate credentials",
                    "no AWS credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE"),
            new Known(
                    Kind.FAILED,
                    "ExpiredToken|RequestExpired|security token included in the request is expired",
                    "the AWS credentials have expired: renew them and run again; a long bake needs a longer session"),
            new Known(
                    Kind.BAD_INPUT,
                    "InvalidClientTokenId|InvalidAccessKeyId|SignatureDoesNotMatch|AuthFailure",
                    "AWS does not accept the credentials: check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and"
                            + " AWS_SESSION_TOKEN, or the profile"),
            new Known(
                    Kind.FAILED,
                    "\"?(https?://[^/\"\\s?]+)[^\\n]*?(connection refused|no such host|i/o timeout|network is unreachable)",
                    "AWS endpoint %s does not answer (%s): check AWS_ENDPOINT_URL, the network and the proxy"),
            new Known(
                    Kind.FAILED,
                    "S3 bucket \"([^\"]+)\" does not exist",
                    "state bucket %s does not exist: run again with --create-state-bucket, or set state_bucket in the"
                            + " variables file"),
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
            for (Known known : KNOWN) {
                Optional<String> message = known.in(problem.text());
                if (message.isPresent()) {
                    return Outcome.failure(known.kind(), message.get());
                }
            }
        }
        return unknown(tool, result);
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
