package io.jenkins.plugins.amideploy.jenkins.releases;

import hudson.AbortException;
import hudson.model.Run;
import hudson.model.TaskListener;
import io.jenkins.plugins.amideploy.engine.AwsFailure;
import io.jenkins.plugins.amideploy.engine.diagnosis.Cause;
import io.jenkins.plugins.amideploy.engine.release.Begin;
import io.jenkins.plugins.amideploy.engine.release.EnvironmentClaims;
import io.jenkins.plugins.amideploy.engine.release.EnvironmentClaims.Taken;
import io.jenkins.plugins.amideploy.engine.release.History;
import io.jenkins.plugins.amideploy.engine.release.Release;
import io.jenkins.plugins.amideploy.engine.release.ReleaseStore;
import io.jenkins.plugins.amideploy.engine.release.Run.Owner;
import io.jenkins.plugins.amideploy.engine.rollout.StartedRollout;
import io.jenkins.plugins.amideploy.engine.rollout.TemplateVersion;
import io.jenkins.plugins.amideploy.jenkins.run.NamedFailure;
import io.jenkins.plugins.amideploy.jenkins.run.ReleaseAction;
import io.jenkins.plugins.amideploy.jenkins.run.ReleaseFact;
import java.io.IOException;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Takes environments for a build and begins releases there. Every method asks AWS and is for threads that may wait; what AWS does not answer is an
 * {@link AwsFailure}. The other half is {@link ReleaseEnds}.
 */
public final class ReleaseRecorder {
    private static final Logger LOGGER = Logger.getLogger(ReleaseRecorder.class.getName());

    private ReleaseRecorder() {}

    /**
     * Takes the environment and begins a release.
     *
     * @return empty where there is no state bucket yet, in which nobody can record anything, nor hold it
     * @throws AbortException when another run has the environment, or a newer build of the job deployed meanwhile
     */
    public static Optional<OpenRelease> begin(Run<?, ?> run, ReleaseDraft draft, TaskListener log)
            throws AbortException {
        ReleaseStore store = ReleaseRecords.store(draft.ports().clients().objects(draft.bucket()), draft.app());
        EnvironmentClaims claims = take(run, draft, log);
        Owner owner = BuildOwner.of(run);
        Release begun;
        try {
            NewerBuild.refuse(run, draft.app(), store);
            begun = store.begin(begin(run, draft));
        } catch (NamedFailure overtaken) {
            giveBack(claims, owner);
            throw overtaken;
        } catch (AwsFailure failure) {
            if (failure.kind() == AwsFailure.Kind.NOT_FOUND) {
                return Optional.empty();
            }
            giveBack(claims, owner);
            throw failure;
        }
        OpenRelease open = keep(run, draft, begun.number());
        claims.beat(owner, begun.number());
        log.getLogger().println("Began " + open.text());
        show(run, open, "");
        remember(run, draft);
        return Optional.of(open);
    }

    /**
     * Takes the environment for something that is no release.
     *
     * @throws AbortException when another run has it
     */
    public static OpenRelease hold(Run<?, ?> run, ReleaseDraft draft, TaskListener log) throws AbortException {
        take(run, draft, log);
        return keep(run, draft, 0);
    }

    private static EnvironmentClaims take(Run<?, ?> run, ReleaseDraft draft, TaskListener log) throws AbortException {
        EnvironmentClaims claims = ReleaseRecords.claims(draft.ports().clients().objects(draft.bucket()), draft.app());
        Taken taken = claims.take(BuildOwner.of(run), new BuildProbe(), draft.force());
        if (taken.refusal().isPresent()) {
            throw new NamedFailure(taken.refusal().get());
        }
        taken.held().flatMap(EnvironmentClaims.Held::before).ifPresent(dead -> log.getLogger()
                .println("Took " + draft.app().environment() + " over from "
                        + dead.owner().text() + ", which had it since " + dead.since()
                        + " and last said so at " + dead.seenAt()));
        return claims;
    }

    private static Begin begin(Run<?, ?> run, ReleaseDraft draft) {
        return new Begin(
                1,
                draft.app(),
                draft.kind(),
                draft.source(),
                Clock.systemUTC().instant().truncatedTo(ChronoUnit.SECONDS),
                BuildOwner.id(run),
                BuildOwner.url(run),
                draft.env().get("GIT_COMMIT", ""));
    }

    private static OpenRelease keep(Run<?, ?> run, ReleaseDraft draft, int number) {
        OpenRelease open = new OpenRelease(draft, BuildOwner.of(run), number);
        OpenReleases.add(run, open);
        return open;
    }

    /** Best effort: the build's end makes it a dead run's anyway. */
    private static void giveBack(EnvironmentClaims claims, Owner owner) {
        try {
            claims.release(owner);
        } catch (AwsFailure failure) {
            LOGGER.log(Level.FINE, "the claim stays until its build ends", failure);
        }
    }

    /**
     * Says that the build lives, and finds out whether it still has the environment.
     *
     * @throws AbortException when another run took it
     */
    public static void check(Run<?, ?> run, OpenRelease open) throws AbortException {
        beat(run, open);
        if (open.lostTo().isPresent()) {
            throw lost(open);
        }
    }

    /**
     * Says that the build is about to roll a version out; again after a restart.
     *
     * @return what runs that are over may have left under way
     * @throws AbortException when another run took the environment
     */
    public static List<StartedRollout> rollsOut(Run<?, ?> run, OpenRelease open, TemplateVersion version)
            throws AbortException {
        Optional<List<StartedRollout>> left = ReleaseRecords.claims(
                        open.ports(run).clients().objects(open.bucket()), open.app())
                .rollsOut(open.owner(), version);
        if (left.isEmpty()) {
            // Either it is lost, or the beat of every minute came between.
            check(run, open);
        }
        return left.orElse(List.of());
    }

    /** What to say when the environment was lost. */
    static NamedFailure lost(OpenRelease open) {
        return new NamedFailure(
                Cause.ENVIRONMENT_HELD,
                open.app().environment() + " was taken over by " + open.lostTo().orElse("another run")
                        + ": this build must not change it any more",
                "wait for the end of that one and run again");
    }

    /** Says that the build lives; that another run has the environment is noted. */
    static void beat(Run<?, ?> run, OpenRelease open) throws AbortException {
        Owner owner = open.owner();
        EnvironmentClaims claims =
                ReleaseRecords.claims(open.ports(run).clients().objects(open.bucket()), open.app());
        if (claims.beat(owner, open.number()) || open.isClosed() || open.isClosing()) {
            return;
        }
        Optional<Owner> now = claims.current().map(io.jenkins.plugins.amideploy.engine.release.Run::owner);
        if (now.filter(owner::equals).isEmpty() && !open.isClosed() && !open.isClosing()) {
            open.lost(now.map(Owner::text).orElse("nobody who says so (run.json was deleted)"));
            OpenReleases.save(run);
        }
    }

    /** What the records say of the environment. */
    public static History history(Run<?, ?> run, OpenRelease open) throws AbortException {
        try {
            return ReleaseRecords.history(open.ports(run).clients().objects(open.bucket()), open.app());
        } finally {
            if (open.isClosed()) {
                open.hangUp();
            }
        }
    }

    /** On the build's page. @param how it ended; empty while it runs */
    static void show(Run<?, ?> run, OpenRelease open, String how) {
        try {
            ReleaseAction.record(
                    run,
                    new ReleaseFact(
                            open.app().stackName(),
                            ReleaseFact.Kind.RELEASE,
                            open.text() + (how.isEmpty() ? "" : ": " + how)));
        } catch (IOException e) {
            LOGGER.log(Level.INFO, e, () -> open.text() + " is not on the page of " + run);
        }
    }

    private static void remember(Run<?, ?> run, ReleaseDraft draft) {
        try {
            Places.remember(
                    run,
                    new Place(
                            draft.app().app(),
                            draft.app().environment(),
                            draft.bucket(),
                            draft.access().inForce(draft.env()),
                            run.getParent().getFullName()));
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, e, () -> "The folder of " + run + " does not know where it deploys");
        }
    }
}
