package io.jenkins.plugins.amideploy.engine.diagnosis;

import java.time.Duration;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A computer's clock that is too far from AWS's, which refuses what is dated wrongly. AWS has no word of its own for it except S3: it speaks of an
 * expired signature, an expired request, or of credentials that it cannot validate (IAM user guide, "Troubleshoot AWS API request signatures").
 */
public final class ClockSkew {
    /** The strictest services bear five minutes, most fifteen (same page); the SDKs set themselves right from four on. */
    public static final Duration BORNE = Duration.ofMinutes(4);

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'");

    /** {@code Signature expired: 20200531T052050Z is now earlier than 20200531T052308Z (20200531T053808Z - 15 min.)}: ours, the limit, AWS's. */
    private static final Pattern DATED = Pattern.compile("Signature (?:expired|not yet current): (\\d{8}T\\d{6}Z) is "
            + "(?:now earlier|still later) than \\d{8}T\\d{6}Z(?: \\((\\d{8}T\\d{6}Z) [-+] \\d+ min\\.?\\))?");

    private static final Set<String> CERTAIN = Set.of("RequestTimeTooSkewed", "RequestInTheFuture");

    /** The codes that a wrong clock can have, beside those that are certain. */
    private static final Set<String> POSSIBLE = Set.of(
            "AuthFailure",
            "InvalidSignatureException",
            "RequestExpired",
            "RequestInTheFuture",
            "RequestTimeTooSkewed",
            "SignatureDoesNotMatch");

    private ClockSkew() {}

    /**
     * What it is when the answer had a date.
     *
     * @param ahead how far AWS's clock is ahead of ours
     */
    public static Optional<Diagnosis> of(AwsSaid said, Duration ahead) {
        return said.has(POSSIBLE) && ahead.abs().compareTo(BORNE) > 0
                ? Optional.of(diagnosis(ahead, List.of(said.line())))
                : Optional.empty();
    }

    static Optional<Diagnosis> of(AwsSaid said) {
        Matcher dated = DATED.matcher(said.message());
        if (dated.find()) {
            return Optional.of(
                    dated.group(2) == null
                            ? unmeasured(said)
                            : diagnosis(
                                    Duration.between(time(dated.group(1)), time(dated.group(2))),
                                    List.of(said.line())));
        }
        return said.has(CERTAIN) ? Optional.of(unmeasured(said)) : Optional.empty();
    }

    private static LocalDateTime time(String text) {
        return LocalDateTime.parse(text, TIME);
    }

    private static Diagnosis unmeasured(AwsSaid said) {
        return named("this computer's clock is too far from AWS's", List.of(said.line()));
    }

    /**
     * The cause with its cure.
     *
     * @param ahead how far AWS's clock is ahead of ours; negative where it is behind
     */
    public static Diagnosis diagnosis(Duration ahead, List<String> evidence) {
        return named("this computer's clock is " + words(ahead), evidence);
    }

    /** {@code 20 minutes behind AWS's}: ours. @param ahead of ours */
    public static String words(Duration ahead) {
        Duration much = ahead.abs().plusSeconds(30);
        String size = much.toHours() >= 48
                ? much.toDays() + " days"
                : much.toMinutes() >= 120 ? much.toHours() + " hours" : much.toMinutes() + " minutes";
        return size + (ahead.isNegative() ? " ahead of AWS's" : " behind AWS's");
    }

    private static Diagnosis named(String summary, List<String> evidence) {
        return new Diagnosis(
                Cause.CLOCK_SKEW,
                summary,
                evidence,
                "",
                "set it right, best by NTP; a virtual machine that slept, or its host, may have to be told",
                "sudo timedatectl set-ntp true && timedatectl");
    }
}
