package io.jenkins.plugins.amideploy.engine.tool;

import io.jenkins.plugins.amideploy.engine.diagnosis.Cause;
import io.jenkins.plugins.amideploy.engine.diagnosis.Diagnosis;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Watches how long Packer waits for SSH on the machine that bakes. Packer itself says nothing and waits for twenty minutes, which a machine
 * on an emulated processor needs; one whose packets get lost needs no more than a look. {@link PackerOutput} asks.
 */
final class SshWait {
    /** A machine of EC2's is there within a minute. */
    private static final Duration REMARK = Duration.ofMinutes(1);

    /** Three times as long. What answers at all, or is not on the network yet, has Packer's own time. */
    private static final Duration LIMIT = Duration.ofMinutes(3);

    /** Between two attempts to connect, of which the last before the end counts. */
    private static final Duration BETWEEN = Duration.ofSeconds(20);

    private static final int PORT = 22;

    private static final Pattern ADMITTED = Pattern.compile("Authorizing access to port 22 from \\[(.*)] in .*");
    private static final Pattern ADDRESS = Pattern.compile("Using (?i:ssh) communicator to connect: (\\S+)");
    private static final Pattern WAITING = Pattern.compile("Waiting for SSH to become available.*");
    private static final Pattern OVER =
            Pattern.compile("Connected to SSH.*|Timeout waiting for SSH.*|Terminating the source.*");

    private final Reach reach;
    private final InstantSource clock;
    private String admitted = "";
    private String address = "";
    private Instant since;
    private Instant looked = Instant.MIN;
    private boolean remarked;

    SshWait(Reach reach, InstantSource clock) {
        this.reach = reach;
        this.clock = clock;
    }

    /** @param words one line of Packer's own */
    void accept(String words) {
        admitted = first(ADMITTED, words, admitted);
        address = first(ADDRESS, words, address);
        if (WAITING.matcher(words).matches()) {
            since = clock.instant();
        } else if (OVER.matcher(words).matches()) {
            since = null;
        }
    }

    private static String first(Pattern pattern, String words, String otherwise) {
        Matcher matcher = pattern.matcher(words);
        return matcher.matches() ? matcher.group(1) : otherwise;
    }

    /** Once, when it takes longer than it should: what may be the reason. */
    Optional<String> remark() {
        if (remarked || !lastsFor(REMARK)) {
            return Optional.empty();
        }
        remarked = true;
        return Optional.of("still no SSH to the instance; its security group admits " + admittedOnly()
                + " (another range: PKR_VAR_builder_cidr)");
    }

    /** Why waiting longer is of no use, if it is of none. */
    Optional<Diagnosis> hopeless() {
        Instant now = clock.instant();
        if (!lastsFor(LIMIT) || now.isBefore(looked.plus(BETWEEN))) {
            return Optional.empty();
        }
        looked = now;
        return address.isEmpty() || reach.tcp(address, PORT) == Reach.Answer.SILENCE
                ? Optional.of(refused())
                : Optional.empty();
    }

    private Diagnosis refused() {
        return new Diagnosis(
                Cause.SSH_REFUSED,
                "nothing comes back from port 22 of the machine that bakes"
                        + (address.isEmpty() ? "" : " (" + address + ")") + ", " + LIMIT.toMinutes()
                        + " min after it was started",
                List.of(
                        "the bake's security group admits " + admittedOnly() + " to port 22",
                        "this computer comes from another address, or its network lets port 22 not out"),
                "",
                "set the range that this computer's connections come from, such as:",
                "export PKR_VAR_builder_cidr=$(curl -s https://checkip.amazonaws.com)/32");
    }

    private String admittedOnly() {
        return admitted.isEmpty() ? "one address range only" : admitted + " only";
    }

    private boolean lastsFor(Duration time) {
        return since != null && !clock.instant().isBefore(since.plus(time));
    }
}
