package io.jenkins.plugins.amideploy.engine.diagnosis;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What AWS says when it knows the caller and does not let it: the policy that denies, or that ought to allow (IAM user guide, "Troubleshoot access
 * denied error messages"), and EC2's encoded message (STS API reference, {@code DecodeAuthorizationMessage}).
 */
public final class Denials {
    private static final Set<String> CODES = Set.of(
            "AccessDenied",
            "AccessDeniedException",
            "AllAccessDisabled",
            "Forbidden",
            "UnauthorizedAccess",
            "UnauthorizedOperation",
            "UnauthorizedException");

    private static final Pattern WORDS =
            Pattern.compile("is not authorized to perform|not authorized to perform this operation|explicit deny");
    private static final Pattern WHO = Pattern.compile("(?:User: |^)(arn:\\S+) is not authorized");
    private static final Pattern WHAT = Pattern.compile("not authorized to perform: ([\\w-]+:\\w+)");
    private static final Pattern ON = Pattern.compile("on resource: \"?([^\\s\"]+)");
    private static final Pattern EXPLICIT = Pattern.compile(
            "with an explicit deny(?: in (?:an?|the) ((?:[\\w-]+ ){0,3}?(?:policy|boundary)))?(?:[:,].{0,20}?(arn:\\S+))?");
    private static final Pattern IMPLICIT =
            Pattern.compile("because no ((?:[\\w-]+ ){1,3}?(?:policy|boundary)) allows");
    private static final Pattern ENCODED =
            Pattern.compile("Encoded authorization failure message: ([A-Za-z0-9_=-]{20,})");
    private static final String DECODED = "Decoded authorization failure message: ";

    private static final String IN_VAIN = "; allowing it elsewhere does not help";

    /** Who can cure an explicit deny, by the kind of the policy as AWS names it. */
    private static final Map<String, String> CURES = Map.of(
            "service control policy",
            "ask who keeps the organization's policies to except it, or use an account, region or caller that they let"
                    + IN_VAIN,
            "resource control policy",
            "ask who keeps the organization's policies to except it" + IN_VAIN,
            "permissions boundary",
            "have the permissions boundary of the caller changed" + IN_VAIN,
            "session policy",
            "use credentials without that session policy: whoever assumes the role passes it, a CI system for instance"
                    + IN_VAIN,
            "VPC endpoint policy",
            "have the policy of the VPC endpoint changed, or take another way to AWS" + IN_VAIN,
            "resource-based policy",
            "have the policy of the resource itself changed (a bucket's or a key's)" + IN_VAIN,
            "role trust policy",
            "have the role's trust policy changed" + IN_VAIN,
            "identity-based policy",
            "find the Deny among the caller's policies and take it out, or meet its condition (a second factor, a tag, a region)"
                    + IN_VAIN);

    private Denials() {}

    static Optional<Diagnosis> of(AwsSaid said) {
        boolean denied = said.has(CODES) || WORDS.matcher(said.message()).find();
        return denied ? Optional.of(diagnosis(said)) : Optional.empty();
    }

    private static Diagnosis diagnosis(AwsSaid said) {
        String message = said.message();
        Optional<DecodedDenial> decoded = decoded(message);
        String what = found(WHAT, message)
                .or(() -> decoded.map(DecodedDenial::action))
                .orElse(said.action());
        String who =
                found(WHO, message).or(() -> decoded.map(DecodedDenial::caller)).orElse("the caller");
        List<String> evidence = new ArrayList<>();
        found(ON, message)
                .or(() -> decoded.map(DecodedDenial::resource))
                .filter(on -> !on.equals("*"))
                .ifPresent(on -> evidence.add("on " + on));
        decoded.ifPresent(detail -> evidence.addAll(detail.evidence()));
        evidence.add(said.line());
        if (ENCODED.matcher(message).find()) {
            evidence.add("AWS's encoded message is left out; sts:DecodeAuthorizationMessage would tell more");
        }
        Matcher explicit = EXPLICIT.matcher(message);
        boolean isExplicit = explicit.find();
        String action = what.isEmpty() ? "the call" : what;
        if (!isExplicit && decoded.filter(DecodedDenial::isExplicit).isEmpty()) {
            return Diagnosis.of(
                    Cause.ACCESS_DENIED, action + " is not allowed to " + who, evidence, allow(what, message));
        }
        String policy = isExplicit && explicit.group(1) != null ? explicit.group(1) : "policy";
        if (isExplicit && explicit.group(2) != null) {
            evidence.add(0, "policy " + explicit.group(2));
        }
        return Diagnosis.of(
                Cause.DENIED_EXPLICITLY,
                action + " is denied to " + who + " by a " + policy,
                evidence,
                CURES.getOrDefault(
                        policy,
                        "find the policy with the Deny, of the caller, the resource or the organization" + IN_VAIN));
    }

    private static String allow(String what, String message) {
        String action = what.isEmpty() ? "the action" : what;
        return found(IMPLICIT, message)
                .filter(policy -> !policy.equals("identity-based policy"))
                .map(policy -> "the " + policy + " has to allow " + action + ", and the caller's own policies, too")
                .orElse("allow " + action + " to the caller (docs/iam/ has all that is needed)");
    }

    private static Optional<String> found(Pattern pattern, String message) {
        Matcher matcher = pattern.matcher(message);
        return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
    }

    /** The message that {@code sts:DecodeAuthorizationMessage} takes, where there is one in the text. */
    public static Optional<String> encoded(String text) {
        return found(ENCODED, text);
    }

    /** The text with its encoded message as AWS decoded it, for {@link AwsWords}. */
    public static String decoded(String text, String json) {
        return ENCODED.matcher(text).replaceFirst(Matcher.quoteReplacement(DECODED + json.replaceAll("\\s+", " ")));
    }

    /**
     * The text as it is, or with its encoded message decoded.
     *
     * @param decoder asks AWS; empty where it must not
     */
    public static String plainly(String text, Function<String, Optional<String>> decoder) {
        return encoded(text).flatMap(decoder).map(json -> decoded(text, json)).orElse(text);
    }

    private static Optional<DecodedDenial> decoded(String message) {
        int at = message.indexOf(DECODED);
        return at < 0 ? Optional.empty() : DecodedDenial.of(message.substring(at + DECODED.length()));
    }

    /** Without what no person reads. */
    static String cut(String message) {
        String readable = ENCODED.matcher(message).replaceFirst("");
        int at = readable.indexOf(DECODED);
        return (at < 0 ? readable : readable.substring(0, at)).strip();
    }
}
