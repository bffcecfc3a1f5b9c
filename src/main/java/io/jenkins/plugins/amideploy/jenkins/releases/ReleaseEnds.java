package io.jenkins.plugins.amideploy.jenkins.releases;

import hudson.AbortException;
import hudson.ProxyConfiguration;
import hudson.model.Run;
import io.jenkins.plugins.amideploy.aws.AwsClients;
import io.jenkins.plugins.amideploy.engine.AppId;
import io.jenkins.plugins.amideploy.engine.AwsFailure;
import io.jenkins.plugins.amideploy.engine.diagnosis.Cause;
import io.jenkins.plugins.amideploy.engine.diagnosis.Diagnosis;
import io.jenkins.plugins.amideploy.engine.release.Announcement;
import io.jenkins.plugins.amideploy.engine.release.Announcer;
import io.jenkins.plugins.amideploy.engine.release.End;
import io.jenkins.plugins.amideploy.engine.release.End.Failure;
import io.jenkins.plugins.amideploy.engine.release.End.Result;
import io.jenkins.plugins.amideploy.engine.release.Facts.Name;
import io.jenkins.plugins.amideploy.engine.release.Release;
import io.jenkins.plugins.amideploy.engine.release.ReleaseStore;
import io.jenkins.plugins.amideploy.engine.rollout.TemplateVersion;
import io.jenkins.plugins.amideploy.engine.state.ImageClaims;
import io.jenkins.plugins.amideploy.engine.state.ImageClaims.Claimant;
import io.jenkins.plugins.amideploy.engine.state.ObjectStore;
import io.jenkins.plugins.amideploy.jenkins.run.NamedFailure;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import jenkins.model.CauseOfInterruption;
import jenkins.model.InterruptedBuildAction;

/**
 * Ends what {@link ReleaseRecorder} began: the record gets its second half, and the environment is given back. Asks AWS, and is for threads that
 * may wait. Where AWS does not answer that is logged, and what comes later tries again, at last the end of the build; a record that then still has
 * no end reads {@code crashed}.
 */
public final class ReleaseEnds {
    private static final Logger LOGGER = Logger.getLogger(ReleaseEnds.class.getName());

    private ReleaseEnds() {}

    /**
     * A wait has proven the group healthy.
     *
     * @return lines for people
     * @throws AbortException when another run has the environment: then it was not this build's to prove
     */
    public static List<String> healthy(Run<?, ?> run, OpenRelease open) throws AbortException {
        if (open.lostTo().isPresent()) {
            throw ReleaseRecorder.lost(open);
        }
        open.proven(now());
        OpenReleases.save(run);
        return attempt(run, open);
    }

    /** What was no release is over. */
    public static void giveBack(Run<?, ?> run, OpenRelease open) {
        attempt(run, open);
    }

    /** The build is over. */
    static void over(Run<?, ?> run, OpenRelease open) {
        attempt(run, open);
    }

    private static List<String> attempt(Run<?, ?> run, OpenRelease open) {
        if (!open.beginClosing()) {
            return List.of();
        }
        boolean done = false;
        try {
            List<String> lines = close(run, open);
            done = true;
            return lines;
        } catch (AwsFailure | AbortException | IllegalArgumentException failure) {
            LOGGER.log(
                    Level.WARNING,
                    failure,
                    () -> open.text() + " of " + run + ": its end is not recorded, so far it reads crashed");
            return List.of(open.text() + ": its end is not recorded yet (" + failure.getMessage() + ")");
        } finally {
            open.endClosing(done);
            OpenReleases.save(run);
        }
    }

    private static List<String> close(Run<?, ?> run, OpenRelease open) throws AbortException {
        AwsClients clients = open.ports(run).clients();
        ObjectStore objects = clients.objects(open.bucket());
        List<String> lines = new ArrayList<>();
        Optional<Release> over = Optional.empty();
        if (open.number() > 0) {
            ReleaseStore store = ReleaseRecords.store(objects, open.app());
            End end = end(run, open);
            over = store.read(open.number()).map(begun -> store.end(begun.begin(), end));
            String how = end.result().word();
            ReleaseRecorder.show(run, open, how);
            lines.add(open.text() + ": " + how);
        }
        ReleaseRecords.claims(objects, open.app()).release(open.owner());
        lines.addAll(giveBackImages(objects, open));
        over.ifPresent(release -> lines.addAll(tell(open, release, clients)));
        return lines;
    }

    /** What the build counted on is named by its record now, or needed no more. That it cannot be said now costs nothing but time. */
    private static List<String> giveBackImages(ObjectStore objects, OpenRelease open) {
        AppId app = open.app();
        try {
            new ImageClaims(objects, app.app(), Clock.systemUTC())
                    .release(new Claimant(app.environment(), open.owner().build()));
            return List.of();
        } catch (AwsFailure later) {
            return List.of("claims of images stay in the state bucket until they expire: " + later.getMessage());
        }
    }

    /** Whether anybody hears of it or not, the release ended as it did. @return a warning for each that was not told */
    private static List<String> tell(OpenRelease open, Release release, AwsClients clients) {
        Announcement announcement = ReleaseRecords.announcement(release);
        List<String> warnings = new ArrayList<>();
        for (Announcer announcer : clients.announcers(open.audience(), ProxyConfiguration.newHttpClientBuilder())) {
            announcer.tell(announcement).ifPresent(why -> {
                LOGGER.warning(() -> open.text() + " of " + open.owner().text() + ": " + why);
                warnings.add("warning: " + why);
            });
        }
        return warnings;
    }

    private static End end(Run<?, ?> run, OpenRelease open) throws AbortException {
        Optional<Instant> proven = open.provenAt();
        if (proven.isPresent()) {
            Result result = isUnchanged(run, open) ? Result.UNCHANGED : Result.HEALTHY;
            return new End(result, proven.get(), open.facts(), Optional.empty());
        }
        boolean aborted = hudson.model.Result.ABORTED.equals(run.getResult());
        return new End(
                aborted ? Result.ABORTED : Result.FAILED, now(), open.facts(), Optional.of(why(run, open, aborted)));
    }

    /** Nothing was to be done, and what runs is what the records say: after a crash that may be something else. */
    private static boolean isUnchanged(Run<?, ?> run, OpenRelease open) throws AbortException {
        TemplateVersion version = new TemplateVersion(
                open.facts().text(Name.LAUNCH_TEMPLATE_ID), open.facts().text(Name.LAUNCH_TEMPLATE_VERSION));
        return open.isUntouched() && ReleaseRecorder.history(run, open).runs(version);
    }

    /** Records tell times in seconds. */
    private static Instant now() {
        return Clock.systemUTC().instant().truncatedTo(ChronoUnit.SECONDS);
    }

    private static Failure why(Run<?, ?> run, OpenRelease open, boolean aborted) {
        if (open.lostTo().isPresent()) {
            return NamedFailure.diagnosis(ReleaseRecorder.lost(open))
                    .map(Failure::of)
                    .orElseThrow();
        }
        String result = run.getResult() == null ? "without a result" : "as " + run.getResult();
        return open.failure()
                .orElseGet(() -> aborted
                        ? Failure.of(Diagnosis.of(Cause.ABORTED, "the build was stopped" + byWhom(run)))
                        : new Failure(
                                "",
                                "the build ended " + result + " before "
                                        + open.app().environment() + " was proven healthy",
                                List.of(),
                                "",
                                "see the log of " + BuildOwner.url(run),
                                ""));
    }

    private static String byWhom(Run<?, ?> run) {
        String causes = run.getActions(InterruptedBuildAction.class).stream()
                .flatMap(action -> action.getCauses().stream())
                .map(CauseOfInterruption::getShortDescription)
                .distinct()
                .collect(Collectors.joining(", "));
        return causes.isEmpty() ? "" : ": " + causes;
    }
}
