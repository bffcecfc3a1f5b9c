package io.jenkins.plugins.amideploy.cli;

import io.jenkins.plugins.amideploy.engine.Outcome;
import io.jenkins.plugins.amideploy.engine.diagnosis.Cause;
import io.jenkins.plugins.amideploy.engine.diagnosis.Diagnosis;
import io.jenkins.plugins.amideploy.engine.stack.Backend;
import io.jenkins.plugins.amideploy.engine.state.ImageClaims;
import io.jenkins.plugins.amideploy.engine.state.StateBucketSetup;
import io.jenkins.plugins.amideploy.engine.state.StateBucketStatus;
import io.jenkins.plugins.amideploy.engine.teardown.Ledger;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Decides with the user where the state is, and makes that place ready. AWS is asked ahead as far as that can be. */
final class StateHome {
    private final Session session;
    private final StackOptions options;

    /** Name of the bucket; begun with the object, so that a command may do other things before it needs the place. */
    private final Ahead<String> bucket;

    StateHome(Session session, StackOptions options) {
        this.session = session;
        this.options = options;
        this.bucket = options.localState ? null : Ahead.ask(session::stateBucket);
    }

    /** The stack in its place, which is made when it is missing and the user agrees. */
    Stack prepared() {
        if (options.localState) {
            return new Stack(session, local());
        }
        Backend backend = remote(bucket.get());
        Ahead<StateBucketStatus> status = Ahead.ask(this::status);
        Stack stack = new Stack(session, backend, () -> ready(status.get()));
        if (options.createStateBucket || !stack.isRecorded()) {
            stack.requireReady();
        }
        return stack;
    }

    private StateBucketStatus status() {
        return session.cloud().stateBucket().status(bucket.get()).through(session.stateEndpoint());
    }

    private void ready(StateBucketStatus status) {
        StateBucketSetup setup = setup(status);
        if (options.createStateBucket || !status.exists() || !status.isSafe()) {
            agreed(status, setup);
            setup.perform(session.cloud().stateBucket());
        }
    }

    /** The place as it is; empty when there is none, and so no stack. */
    Optional<Backend> existing() {
        if (options.localState) {
            return Optional.of(local());
        }
        StateBucketStatus status = status();
        setup(status);
        return status.exists() ? Optional.of(remote(status.bucket())) : Optional.empty();
    }

    private static StateBucketSetup setup(StateBucketStatus status) {
        try {
            return StateBucketSetup.of(status);
        } catch (IllegalArgumentException notOurs) {
            throw CommandFailure.badInput(notOurs.getMessage());
        }
    }

    private void agreed(StateBucketStatus status, StateBucketSetup setup) {
        if (setup.steps().isEmpty()) {
            return;
        }
        String steps = setup.steps().stream().map(StateBucketSetup.Step::text).collect(Collectors.joining(", "));
        String what = "state bucket " + status.bucket() + (status.exists() ? ": " : " does not exist: ") + steps;
        if (!options.createStateBucket) {
            String answer = session.console()
                    .ask(what + "? " + session.place() + " (yes/no)")
                    .orElseThrow(
                            () -> missing(what + "; nobody is there to ask", "run again with --create-state-bucket"));
            if (!answer.strip().equalsIgnoreCase("yes")) {
                throw missing(
                        "state bucket " + status.bucket() + " was not agreed to",
                        "name another with state_bucket, or use --local-state");
            }
        }
        session.console().note(what);
    }

    private static CommandFailure missing(String what, String cure) {
        return CommandFailure.of(
                Outcome.Kind.BAD_INPUT, Diagnosis.of(Cause.STATE_BUCKET_MISSING, what, List.of(), cure));
    }

    /** What runs say to each other about images of the application, in the state bucket; that need not exist. */
    static ImageClaims claims(Session session) {
        return new ImageClaims(
                session.cloud().objects(session.stateBucket()),
                session.variables().app().app(),
                session.surroundings().clock());
    }

    /** What a run that removes images reads and writes in the state bucket; that need not exist. */
    static Ledger ledger(Session session) {
        return Ledger.of(
                session.cloud().objects(session.stateBucket()),
                session.variables().app().app(),
                session.asked(new ReleaseOptions()).build(),
                session.surroundings().clock(),
                session.json(),
                new ProcessProbe());
    }

    private Backend remote(String bucket) {
        Backend backend = new Backend.S3(
                bucket, session.variables().stateKey(), session.variables().region());
        write(backend);
        return backend;
    }

    private Backend local() {
        Backend backend = new Backend.Local(
                session.workDirectory().resolve("terraform.tfstate").toString());
        write(backend);
        return backend;
    }

    /** The override file exists exactly while local state is asked for. */
    private void write(Backend backend) {
        Path file = session.recipes().resolve("terraform").resolve(Backend.OVERRIDE_FILE);
        try {
            if (backend.override().isPresent()) {
                Files.writeString(file, backend.override().get(), StandardCharsets.UTF_8);
            } else {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw CommandFailure.badInput(file + " cannot be written: " + e.getMessage());
        }
    }
}
