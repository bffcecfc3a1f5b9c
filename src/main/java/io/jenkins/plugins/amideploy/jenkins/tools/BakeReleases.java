package io.jenkins.plugins.amideploy.jenkins.tools;

import hudson.AbortException;
import io.jenkins.plugins.amideploy.engine.AwsFailure;
import io.jenkins.plugins.amideploy.engine.image.Baked;
import io.jenkins.plugins.amideploy.engine.image.Image;
import io.jenkins.plugins.amideploy.engine.image.RequirementsLock;
import io.jenkins.plugins.amideploy.engine.release.Begin;
import io.jenkins.plugins.amideploy.engine.release.Facts;
import io.jenkins.plugins.amideploy.engine.release.Facts.Name;
import io.jenkins.plugins.amideploy.engine.release.Release;
import io.jenkins.plugins.amideploy.engine.state.ImageClaims;
import io.jenkins.plugins.amideploy.engine.state.ObjectStore;
import io.jenkins.plugins.amideploy.jenkins.releases.OpenRelease;
import io.jenkins.plugins.amideploy.jenkins.releases.ReleaseRecorder;
import java.util.List;
import java.util.Optional;

/** What a bake tells the release of its build, and what it learns from earlier ones. */
final class BakeReleases {
    private BakeReleases() {}

    /**
     * What the bake yields: the image, or the one that the environment was rolled back to from just this image. A rollback would else be undone by
     * the next push that changes nothing. Asks AWS.
     */
    static Baked settle(ToolWork work, Baked baked) throws AbortException {
        Optional<OpenRelease> open = StepReleases.of(work).filter(each -> each.kind() == Begin.Kind.DEPLOYMENT);
        if (open.isEmpty()) {
            return baked;
        }
        Optional<Release> rollback = ReleaseRecorder.history(work.run(), open.get())
                .rolledBackFrom(baked.image().amiId(), work.settings());
        Optional<Image> image = Optional.empty();
        if (rollback.isPresent()) {
            image = work.ports().clients().imageReader().image(rollback.get().imageId());
        }
        if (image.isEmpty()) {
            return baked;
        }
        StepClaims.hold(work, image.get().amiId(), ImageClaims.RUN);
        open.get().stay(rollback.get().facts().settings());
        work.listener()
                .getLogger()
                .println(staying(work, rollback.get(), baked.image().amiId()));
        return of(image.get(), baked.region(), rollback.get().facts());
    }

    private static String staying(ToolWork work, Release rollback, String amiId) {
        int number = rollback.begin().source().map(Begin.Source::number).orElse(rollback.number());
        return "Stays on release " + number + ", to which "
                + work.variables().app().environment() + " was rolled back from " + amiId
                + "; to roll forward again give terraformPlan that amiId (the parameter IMAGE_ID)";
    }

    private static Baked of(Image image, String region, Facts facts) {
        return new Baked(
                image,
                region,
                true,
                facts.text(Name.FINGERPRINT),
                facts.text(Name.BASE_IMAGE_ID),
                facts.text(Name.COMMIT),
                facts.text(Name.APP_VERSION),
                "",
                List.of());
    }

    /** Tells the release of it, if there is one. Asks AWS. */
    static void tell(ToolWork work, Baked baked) throws AbortException {
        Optional<OpenRelease> open = StepReleases.of(work);
        if (open.isEmpty()) {
            return;
        }
        String lock = keptLock(work, open.get().bucket(), baked).orElse(null);
        open.get()
                .add(StepReleases.facts(baked.image())
                        .with(Name.FINGERPRINT, baked.fingerprint())
                        .with(Name.BASE_IMAGE_ID, baked.baseAmiId())
                        .with(Name.COMMIT, baked.commit())
                        .with(Name.APP_VERSION, baked.appVersion())
                        .with(Name.REGION, baked.region())
                        .with(Name.REQUIREMENTS_LOCK, lock));
        if (!baked.reused()) {
            open.get().changed();
        }
    }

    /** Keeps the versions that the bake of the image chose in the state bucket, as the command line does. @return their key, if it chose any */
    private static Optional<String> keptLock(ToolWork work, String bucket, Baked baked) throws AbortException {
        String key =
                RequirementsLock.key(work.variables().app().app(), baked.image().amiId());
        if (!baked.reused() && baked.requirementsLock().isEmpty()) {
            return Optional.empty();
        }
        try {
            ObjectStore objects = work.ports().clients().objects(bucket);
            if (baked.reused()) {
                return objects.read(key).map(there -> key);
            }
            objects.write(key, baked.requirementsLock());
            return Optional.of(key);
        } catch (AwsFailure failure) {
            work.listener()
                    .getLogger()
                    .println("Versions of " + baked.image().amiId()
                            + " are not kept in the state bucket, only among the build's artifacts: "
                            + failure.getMessage());
            return Optional.empty();
        }
    }
}
