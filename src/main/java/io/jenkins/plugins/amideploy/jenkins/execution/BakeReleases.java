package io.jenkins.plugins.amideploy.jenkins.execution;

import hudson.AbortException;
import io.jenkins.plugins.amideploy.engine.image.Baked;
import io.jenkins.plugins.amideploy.engine.image.Image;
import io.jenkins.plugins.amideploy.engine.release.Begin;
import io.jenkins.plugins.amideploy.engine.release.Facts;
import io.jenkins.plugins.amideploy.engine.release.Facts.Name;
import io.jenkins.plugins.amideploy.engine.release.Release;
import io.jenkins.plugins.amideploy.engine.state.ImageClaims;
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

    static void tell(ToolWork work, Baked baked) {
        StepReleases.of(work).ifPresent(open -> {
            open.add(StepReleases.facts(baked.image())
                    .with(Name.FINGERPRINT, baked.fingerprint())
                    .with(Name.BASE_IMAGE_ID, baked.baseAmiId())
                    .with(Name.COMMIT, baked.commit())
                    .with(Name.APP_VERSION, baked.appVersion())
                    .with(Name.REGION, baked.region()));
            if (!baked.reused()) {
                open.changed();
            }
        });
    }
}
