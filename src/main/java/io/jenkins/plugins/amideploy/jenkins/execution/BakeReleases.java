package io.jenkins.plugins.amideploy.jenkins.execution;

import io.jenkins.plugins.amideploy.engine.image.Baked;
import io.jenkins.plugins.amideploy.engine.release.Facts.Name;

/** What a bake tells the release of its build. */
final class BakeReleases {
    private BakeReleases() {}

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
