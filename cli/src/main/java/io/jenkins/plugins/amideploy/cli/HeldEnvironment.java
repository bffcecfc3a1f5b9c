package io.jenkins.plugins.amideploy.cli;

import io.jenkins.plugins.amideploy.engine.AwsFailure;
import io.jenkins.plugins.amideploy.engine.Outcome;
import io.jenkins.plugins.amideploy.engine.diagnosis.Cause;
import io.jenkins.plugins.amideploy.engine.diagnosis.Diagnosis;
import io.jenkins.plugins.amideploy.engine.release.EnvironmentClaims;
import io.jenkins.plugins.amideploy.engine.release.EnvironmentClaims.Taken;
import io.jenkins.plugins.amideploy.engine.release.Run;
import io.jenkins.plugins.amideploy.engine.release.Run.Owner;
import io.jenkins.plugins.amideploy.engine.rollout.StartedRollout;
import io.jenkins.plugins.amideploy.engine.rollout.TemplateVersion;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The environment while a command changes it: nobody else does so meanwhile. For {@code deploy}, {@code rollback}, {@code apply}, {@code rollout}
 * and {@code destroy}. A thread of its own says every minute that the command lives; one that is ended by force says nothing more, and the next
 * command finds out.
 */
final class HeldEnvironment implements AutoCloseable {
    private final Session session;
    private final Records records;
    private final EnvironmentClaims claims;
    private final Owner owner;
    private final Thread heart;
    private volatile int release;
    private boolean lossTold;
    private boolean isOver;

    private HeldEnvironment(Session session, Records records, Owner owner, Duration beat) {
        this.session = session;
        this.records = records;
        this.claims = records == null ? null : records.claims();
        this.owner = owner;
        this.heart = new Thread(() -> beatEvery(beat), "heartbeat");
        heart.setDaemon(true);
    }

    /**
     * Takes it; there is nothing to take where the state is a local file, which nobody shares.
     *
     * @throws CommandFailure naming who has it
     */
    static HeldEnvironment take(Session session, String build, StackOptions stack, TakeOverOption option) {
        return stack.localState
                ? new HeldEnvironment(session, null, null, EnvironmentClaims.BEAT)
                : take(session, build, option);
    }

    /** Takes it for a command that needs a state bucket anyway. */
    static HeldEnvironment take(Session session, String build, TakeOverOption option) {
        return take(session, build, option.takeOver, EnvironmentClaims.BEAT);
    }

    static HeldEnvironment take(Session session, String build, boolean force, Duration beat) {
        Records records = new Records(session);
        Owner owner = records.probe().owner(build);
        session.isOf(owner);
        HeldEnvironment held = new HeldEnvironment(session, records, owner, beat);
        held.take(force);
        held.heart.start();
        return held;
    }

    private void take(boolean force) {
        Taken taken = Records.readable(() -> claims.take(owner, records.probe(), force));
        taken.refusal().ifPresent(why -> {
            throw CommandFailure.of(Outcome.Kind.STATE_LOCKED, why);
        });
        taken.held().flatMap(EnvironmentClaims.Held::before).ifPresent(this::tellOf);
    }

    private void tellOf(Run before) {
        String how =
                switch (records.probe().of(before.owner())) {
                    case DEAD -> "which ended without a word";
                    case UNKNOWN, LIVES -> "which last said at " + before.seenAt() + " that it lives";
                };
        boolean isCrashed = before.release() > 0
                && records.store()
                        .read(before.release())
                        .filter(left -> left.end().isEmpty())
                        .isPresent();
        session.console()
                .warn("takes " + environment() + " over from " + before.owner().text() + ", " + how
                        + (isCrashed ? "; its release " + before.release() + " reads crashed" : ""));
    }

    /** Empty where the state is a local file: then nothing is recorded either. */
    Optional<Records> records() {
        return Optional.ofNullable(records);
    }

    /** From now on others are told that it is about this release. */
    void isFor(int number) {
        release = number;
        require();
    }

    /** @throws CommandFailure when another run has taken the environment over */
    void require() {
        if (records != null && !Records.readable(this::beat)) {
            throw taken();
        }
    }

    /**
     * A version is about to be rolled out; the next run knows, should this one end meanwhile.
     *
     * @return what runs that are over may have left under way
     * @throws CommandFailure when another run has taken the environment over
     */
    List<StartedRollout> rollsOut(TemplateVersion version) {
        return records == null
                ? List.of()
                : Records.readable(() -> announced(version)).orElseThrow(this::taken);
    }

    private synchronized Optional<List<StartedRollout>> announced(TemplateVersion version) {
        return claims.rollsOut(owner, version);
    }

    private CommandFailure taken() {
        return CommandFailure.of(
                Outcome.Kind.STATE_LOCKED,
                Diagnosis.of(Cause.ENVIRONMENT_HELD, lost())
                        .withCure(
                                "nothing more is changed here; see what it does:",
                                "ami-deploy releases -e " + environment()));
    }

    private synchronized boolean beat() {
        return isOver
                || claims.beat(owner, release)
                || claims.current().filter(run -> run.owner().equals(owner)).isPresent();
    }

    private String lost() {
        String what = environment() + " is not this run's any more: ";
        return claims.current()
                .map(run -> what + run.owner().text() + " has taken it over at " + run.since())
                .orElse(what + "another run has had it meanwhile");
    }

    private void beatEvery(Duration beat) {
        try {
            while (true) {
                Thread.sleep(beat.toMillis());
                beatQuietly();
            }
        } catch (InterruptedException over) {
            Thread.currentThread().interrupt();
        }
    }

    /** A word that does not get through is as good as none: the next one may. */
    private void beatQuietly() {
        try {
            if (!beat() && !lossTold) {
                lossTold = true;
                session.console().warn(lost() + "; nothing more is changed here");
            }
        } catch (AwsFailure | IllegalArgumentException unheard) {
            // The claim lasts much longer than one beat.
        }
    }

    private String environment() {
        return session.variables().app().environment();
    }

    /** Gives it back. That it cannot be done now costs nothing: the next command sees that this process has ended. */
    @Override
    public void close() {
        if (records == null) {
            return;
        }
        heart.interrupt();
        synchronized (this) {
            isOver = true;
            try {
                claims.release(owner);
            } catch (AwsFailure | IllegalArgumentException failure) {
                session.console().warn(environment() + " could not be given back: " + failure.getMessage());
            }
        }
    }
}
