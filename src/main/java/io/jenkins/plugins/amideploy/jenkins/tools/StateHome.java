package io.jenkins.plugins.amideploy.jenkins.tools;

import hudson.AbortException;
import io.jenkins.plugins.amideploy.engine.diagnosis.Cause;
import io.jenkins.plugins.amideploy.engine.stack.Backend;
import io.jenkins.plugins.amideploy.engine.state.StateBucketPort;
import io.jenkins.plugins.amideploy.engine.state.StateBucketSetup;
import io.jenkins.plugins.amideploy.engine.state.StateBucketStatus;
import io.jenkins.plugins.amideploy.jenkins.run.NamedFailure;
import java.io.IOException;
import java.util.stream.Collectors;

/** Where the state of a stack is: its S3 bucket, made on request. Used by the Terraform steps before their tool starts. */
final class StateHome {
    private StateHome() {}

    /** The backend in a bucket that was looked at before; asks nobody. */
    static Backend in(String bucket, ToolWork work) {
        return new Backend.S3(
                bucket, work.variables().stateKey(), work.variables().region());
    }

    /**
     * The bucket's name once it is ready to be used. Asks AWS.
     *
     * @param create whether a missing bucket is made, and an unsafe one made safe
     * @throws AbortException naming the bucket and what is wrong with it
     */
    static String prepared(ToolWork work, boolean create) throws IOException {
        String account = work.variables().stateBucket().isPresent()
                ? ""
                : work.ports().clients().accountReader().identity().account();
        String bucket = work.variables().stateBucketIn(account);
        StateBucketPort port = work.ports().clients().stateBucket();
        StateBucketStatus status = port.status(bucket)
                .through(work.parameters().access().endpoint(work.env()).orElse(""));
        StateBucketSetup setup = setup(status);
        if (create && !setup.steps().isEmpty()) {
            work.listener().getLogger().println("State bucket " + bucket + ": " + steps(setup));
            setup.perform(port);
        } else if (!status.exists() || !status.isSafe()) {
            throw new NamedFailure(
                    Cause.STATE_BUCKET_MISSING,
                    "state bucket " + bucket + (status.exists() ? " is not safe" : " does not exist") + ", to be done: "
                            + steps(setup),
                    "let the step do it with createStateBucket: true, or set state_bucket in "
                            + work.parameters().variablesFile());
        }
        return bucket;
    }

    private static StateBucketSetup setup(StateBucketStatus status) throws AbortException {
        try {
            return StateBucketSetup.of(status);
        } catch (IllegalArgumentException notOurs) {
            throw NamedFailure.badInput(notOurs.getMessage(), "");
        }
    }

    private static String steps(StateBucketSetup setup) {
        return setup.steps().stream().map(StateBucketSetup.Step::text).collect(Collectors.joining(", "));
    }
}
