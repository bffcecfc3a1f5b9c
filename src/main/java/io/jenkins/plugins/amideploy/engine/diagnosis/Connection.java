package io.jenkins.plugins.amideploy.engine.diagnosis;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** No answer at all, or one that asks for patience. */
final class Connection {
    private static final String CURE = "check the network, the proxy, AWS_ENDPOINT_URL and the region's name";

    /** Java's, Go's and Python's words. */
    private static final Pattern UNTRUSTED = Pattern.compile(
            "PKIX path (?:building|validation) failed|unable to find valid certification path|CERTIFICATE_VERIFY_FAILED"
                    + "|x509: certificate signed by unknown authority|x509: certificate is not trusted");

    private static final List<Rule> RULES = List.of(
            Rule.codes(
                    "Throttling ThrottlingException ThrottledException RequestThrottled RequestThrottledException RequestLimitExceeded"
                            + " TooManyRequestsException BandwidthLimitExceeded SlowDown EC2ThrottledException PriorRequestNotComplete",
                    (said, match) -> throttled(said)),
            Rule.words("retry quota exceeded|[Rr]ate exceeded", (said, match) -> throttled(said)),
            Rule.words(
                    "\"?(https?://[^/\"\\s?]+)[^\\n]*?(connection refused|no such host|i/o timeout|network is unreachable|no route to host"
                            + "|connection reset by peer|TLS handshake timeout|Client\\.Timeout exceeded|context deadline exceeded"
                            + "|proxyconnect tcp|x509: [\\w ]+|server gave HTTP response to HTTPS client)",
                    (said, match) -> UNTRUSTED.matcher(match.group(2)).find()
                            ? untrusted(who(said, match.group(1)), said)
                            : none(who(said, match.group(1)) + " does not answer (" + match.group(2) + ")", said)));

    /** Terraform asks its registry and others, too. */
    private static final Pattern OF_AWS = Pattern.compile("operation error|send request failed|amazonaws\\.com");

    private Connection() {}

    static Optional<Diagnosis> of(AwsSaid said) {
        return Rule.first(RULES, said);
    }

    /** Where somebody looks into the connection, a proxy mostly, its certificate is of an authority of the organisation. */
    private static Diagnosis untrusted(String who, AwsSaid said) {
        return Diagnosis.of(
                Cause.NO_ANSWER,
                who + " shows a certificate that is not trusted here",
                List.of(said.line()),
                "set AWS_CA_BUNDLE to a PEM file with the authorities of your organisation, whose proxy mostly stands in between, or"
                        + " except the address in NO_PROXY");
    }

    private static String who(AwsSaid said, String address) {
        return (OF_AWS.matcher(said.message()).find() ? "AWS endpoint " : "") + address;
    }

    private static Diagnosis throttled(AwsSaid said) {
        String action = said.action().isEmpty() ? "" : " (" + said.action() + ")";
        return Diagnosis.of(
                Cause.THROTTLED,
                "AWS asks for fewer calls" + action + ", longer than it was waited for",
                List.of(said.line()),
                "run the same command again later; look for what else asks this much in the account (CloudTrail tells)");
    }

    /** Our own client got no answer. */
    static Diagnosis ofClient(AwsSaid said) {
        return UNTRUSTED.matcher(said.message()).find()
                ? untrusted(said.action() + ": the AWS endpoint", said)
                : none(said.action() + ": AWS does not answer: " + said.message(), said);
    }

    static Diagnosis none(String summary, AwsSaid said) {
        return Diagnosis.of(Cause.NO_ANSWER, summary, List.of(said.line()), CURE);
    }
}
