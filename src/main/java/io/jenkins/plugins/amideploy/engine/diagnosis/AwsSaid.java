package io.jenkins.plugins.amideploy.engine.diagnosis;

import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An answer of AWS that is none of those hoped for, or what a client says that got none. {@link AwsWords} gives it its name.
 *
 * @param action as IAM writes it, such as {@code ec2:RunInstances}; empty where the words do not tell
 * @param code AWS's error code; empty where there is none
 * @param message the words, on one line
 */
public record AwsSaid(String action, String code, String message) {
    /** {@code operation error EC2: RunInstances, https response error StatusCode: 403, …, api error UnauthorizedOperation: You are …} */
    private static final Pattern GO_V2 = Pattern.compile(
            "operation error ([A-Za-z0-9 ]+): (\\w+),(?:(?!operation error ).)*?api error ([\\w.]+): (.*)");

    /** {@code … UnauthorizedOperation: You are … status code: 403, request id: …}, as older Packers say it. */
    private static final Pattern GO_V1 = Pattern.compile(
            ".*(?:^|[\\s:])([A-Z][a-z0-9]+(?:[A-Z]\\w*|\\.\\w+)+): (.*?)\\s*status code: \\d+, request id");

    private static final Pattern HUMPS = Pattern.compile("[a-z][A-Z]");

    /** The services whose names IAM does not write like the SDK for Go, which they are named after here. */
    private static final Map<String, String> SERVICES = Map.of(
            "elastic load balancing v2", "elasticloadbalancing",
            "sfn", "states");

    /** Calls that IAM has another name for (Amazon S3 API reference, "Permissions" of each). */
    private static final Map<String, String> ACTIONS = Map.of(
            "s3:HeadBucket", "s3:ListBucket",
            "s3:ListObjectsV2", "s3:ListBucket",
            "s3:HeadObject", "s3:GetObject");

    public AwsSaid {
        Objects.requireNonNull(action, "action");
        Objects.requireNonNull(code, "code");
        message = message.strip().replaceAll("\\s+", " ");
    }

    /** Takes it from what a tool printed, whose clients are those for Go. */
    public static AwsSaid in(String text) {
        String line = text.strip().replaceAll("\\s+", " ");
        Matcher newer = GO_V2.matcher(line);
        if (newer.find()) {
            String action = service(newer.group(1)) + ":" + newer.group(2);
            return new AwsSaid(ACTIONS.getOrDefault(action, action), newer.group(3), newer.group(4));
        }
        Matcher older = GO_V1.matcher(line);
        return older.find() ? new AwsSaid("", older.group(1), older.group(2)) : new AwsSaid("", "", line);
    }

    private static String service(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return SERVICES.getOrDefault(lower, lower.replace(" ", ""));
    }

    /** Whether the answer has one of these codes, or words without a code of their own name one. A word such as Forbidden is no code there. */
    boolean has(Set<String> codes) {
        return code.isEmpty()
                ? codes.stream().anyMatch(each -> HUMPS.matcher(each).find() && names(each))
                : codes.contains(code);
    }

    private boolean names(String word) {
        int at = message.indexOf(word);
        int end = at + word.length();
        return at >= 0
                && (at == 0 || !Character.isLetterOrDigit(message.charAt(at - 1)))
                && (end == message.length() || !Character.isLetterOrDigit(message.charAt(end)));
    }

    /** Everything on one line, as evidence. */
    String line() {
        return (action.isEmpty() ? "" : action + ": ") + (code.isEmpty() ? "" : code + ": ") + Denials.cut(message);
    }
}
