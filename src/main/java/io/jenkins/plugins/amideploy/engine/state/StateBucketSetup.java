package io.jenkins.plugins.amideploy.engine.state;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * What is still to be done until a bucket may hold a state. Pure; a front door shows {@link #steps()} to the user, and after consent runs {@link #perform}.
 * Repeating it changes nothing.
 */
public final class StateBucketSetup {
    private final String bucket;
    private final List<Step> steps;

    private StateBucketSetup(String bucket, List<Step> steps) {
        this.bucket = bucket;
        this.steps = List.copyOf(steps);
    }

    /** One thing to do, in the order of the constants. */
    public enum Step {
        CREATE("create the bucket", StateBucketPort::create),
        BLOCK_PUBLIC_ACCESS("block all public access", StateBucketPort::blockPublicAccess),
        ENCRYPT("encrypt by default", StateBucketPort::enableEncryption),
        VERSION("keep every version of the state", StateBucketPort::enableVersioning),
        REQUIRE_TLS("refuse requests without TLS", StateBucketPort::requireTls);

        private final String text;
        private final BiConsumer<StateBucketPort, String> action;

        Step(String text, BiConsumer<StateBucketPort, String> action) {
            this.text = text;
            this.action = action;
        }

        public String text() {
            return text;
        }
    }

    /** @throws IllegalArgumentException when the bucket is another account's: nothing can be done about that */
    public static StateBucketSetup of(StateBucketStatus status) {
        if (!status.ours()) {
            throw new IllegalArgumentException(
                    "state bucket " + status.bucket()
                            + ": the name belongs to another account, or you may not look at it; choose another state_bucket in the variables file");
        }
        List<Step> steps = new ArrayList<>();
        if (!status.exists()) {
            steps.add(Step.CREATE);
        }
        if (!status.publicAccessBlocked()) {
            steps.add(Step.BLOCK_PUBLIC_ACCESS);
        }
        if (!status.encrypted()) {
            steps.add(Step.ENCRYPT);
        }
        if (!status.versioned()) {
            steps.add(Step.VERSION);
        }
        if (!status.tlsOnly()) {
            steps.add(Step.REQUIRE_TLS);
        }
        return new StateBucketSetup(status.bucket(), steps);
    }

    public List<Step> steps() {
        return steps;
    }

    /** Does all steps in order; throws what the port throws, and can then be begun again. */
    public void perform(StateBucketPort port) {
        steps.forEach(step -> step.action.accept(port, bucket));
    }
}
