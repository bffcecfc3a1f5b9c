package io.jenkins.plugins.amideploy.cli;

import io.jenkins.plugins.amideploy.engine.release.Release;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What new instances of a stack shall run; {@link Stack} tells it Terraform.
 *
 * @param imageId image that they boot from
 * @param asked says nothing of commit and version where the image's tags are to say it
 * @param settings variables of the launch template that win over the variables file: those of a release that is gone back to; else empty
 */
record Chosen(String imageId, Asked asked, Map<String, String> settings) {
    Chosen {
        settings = Map.copyOf(settings);
    }

    static Chosen of(String imageId, Asked asked) {
        return new Chosen(imageId, asked, Map.of());
    }

    /** What another environment's release runs, with this environment's own settings. */
    static Chosen promoting(Release release, Asked asked) {
        return of(release.imageId(), asked.orOf(release));
    }

    /** What an earlier release of the environment ran, as it ran. */
    static Chosen goingBackTo(Release release, String build) {
        Asked asked = new Asked(build, Optional.empty(), Optional.empty()).orOf(release);
        return new Chosen(release.imageId(), asked, release.facts().settings());
    }

    /** As variables of a Terraform run. */
    Map<String, String> variables() {
        Map<String, String> variables = new LinkedHashMap<>(settings);
        variables.put("image_id", imageId);
        variables.put("build", asked.build());
        asked.commit().ifPresent(commit -> variables.put("commit", commit));
        asked.appVersion().ifPresent(version -> variables.put("app_version", version));
        return variables;
    }
}
