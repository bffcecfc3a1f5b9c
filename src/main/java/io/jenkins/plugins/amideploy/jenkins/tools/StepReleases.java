package io.jenkins.plugins.amideploy.jenkins.tools;

import hudson.AbortException;
import hudson.model.Run;
import io.jenkins.plugins.amideploy.aws.AwsClients;
import io.jenkins.plugins.amideploy.engine.Tags;
import io.jenkins.plugins.amideploy.engine.Variables;
import io.jenkins.plugins.amideploy.engine.image.Image;
import io.jenkins.plugins.amideploy.engine.release.Facts;
import io.jenkins.plugins.amideploy.engine.release.Facts.Name;
import io.jenkins.plugins.amideploy.jenkins.releases.OpenRelease;
import io.jenkins.plugins.amideploy.jenkins.releases.OpenReleases;
import io.jenkins.plugins.amideploy.jenkins.releases.ReleaseDraft;
import io.jenkins.plugins.amideploy.jenkins.releases.ReleaseRecorder;
import io.jenkins.plugins.amideploy.jenkins.releases.StepFailure;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jenkinsci.plugins.workflow.steps.StepContext;

/** The release of a build as its tool steps know it: the first of them begins it, and each tells what became known. */
final class StepReleases {
    private static final Logger LOGGER = Logger.getLogger(StepReleases.class.getName());

    private StepReleases() {}

    /** The open release of the build for the step's environment. Asks nobody. */
    static Optional<OpenRelease> of(ToolWork work) {
        return OpenReleases.of(work.run(), work.variables().app()).filter(open -> !open.isClosed());
    }

    /**
     * Begins a release where the build has none, and finds out whether the environment is still the build's where it has one. Asks AWS.
     *
     * @param again whether one is begun also after another of the build is over
     * @throws AbortException when another run has the environment
     */
    static void join(ToolWork work, boolean again) throws AbortException {
        Optional<OpenRelease> known =
                OpenReleases.of(work.run(), work.variables().app());
        if (known.filter(open -> !open.isClosed()).isPresent()) {
            rejoin(work);
            ReleaseRecorder.check(work.run(), known.get());
        } else if (again || known.filter(open -> open.number() > 0).isEmpty()) {
            ReleaseRecorder.begin(work.run(), draft(work), work.listener());
        }
    }

    /** The step is there again after a restart, with what surrounds it. Asks nobody. */
    static void rejoin(ToolWork work) {
        of(work).ifPresent(open -> open.reach(work.env()));
    }

    /** A deployment to the step's environment. Asks AWS where the variables file names no bucket. */
    static ReleaseDraft draft(ToolWork work) throws AbortException {
        return ReleaseDraft.deployment(
                work.variables().app(),
                bucket(work),
                work.parameters().access().inRegion(work.variables().region()),
                work.env(),
                work.ports(),
                work.variables().audience());
    }

    /** The bucket of states and records. Asks AWS where the variables file names none. */
    static String bucket(ToolWork work) throws AbortException {
        Variables variables = work.variables();
        AwsClients clients = work.ports().clients();
        return variables.stateBucketIn(
                variables.stateBucket().isPresent()
                        ? ""
                        : clients.accountReader().identity().account());
    }

    /** Tells which image it is. Asks AWS; one that is not there says nothing, and Terraform will. */
    static void image(ToolWork work, String amiId) throws AbortException {
        Optional<OpenRelease> open = of(work);
        if (open.isPresent()) {
            Facts facts = work.ports()
                    .clients()
                    .imageReader()
                    .image(amiId)
                    .map(StepReleases::facts)
                    .orElse(Facts.none());
            tell(
                    work,
                    facts.with(Name.IMAGE_ID, amiId)
                            .with(Name.COMMIT, work.parameters().commit().orElse(null))
                            .with(
                                    Name.APP_VERSION,
                                    work.parameters().appVersion().orElse(null)));
        }
    }

    /** What an image's tags say; nothing where it has none. */
    static Facts facts(Image image) {
        return Facts.none()
                .with(Name.IMAGE_ID, image.amiId())
                .with(Name.IMAGE_NAME, image.name())
                .with(Name.FINGERPRINT, image.tags().get(Tags.FINGERPRINT))
                .with(Name.BASE_IMAGE_ID, image.source())
                .with(
                        Name.BASE_BAKED_AT,
                        image.baseBakedAt().map(Instant::toString).orElse(null))
                .with(Name.COMMIT, image.tags().get(Tags.COMMIT))
                .with(Name.APP_VERSION, image.tags().get(Tags.VERSION));
    }

    /** Tells what became known. */
    static void tell(ToolWork work, Facts facts) {
        of(work).ifPresent(open -> open.add(facts));
    }

    /** The step is over and was good; what was told is stored. */
    static void done(ToolWork work, String phase) {
        of(work).ifPresent(open -> {
            open.phase(phase, work.startedAt(), now());
            open.succeeded();
            OpenReleases.save(work.run());
        });
    }

    /** The step fails, or was stopped. May be called on any thread: nothing is stored by it. */
    static void failed(StepContext context, String environment, String phase, Instant since, Throwable cause) {
        try {
            OpenReleases.ofEnvironment(context.get(Run.class), environment).ifPresent(open -> {
                open.phase(phase, since, now());
                open.failed(StepFailure.recorded(phase, cause));
            });
        } catch (IOException | InterruptedException e) {
            LOGGER.log(Level.INFO, "why a step failed is not in its release", e);
        }
    }

    private static Instant now() {
        return Clock.systemUTC().instant();
    }
}
