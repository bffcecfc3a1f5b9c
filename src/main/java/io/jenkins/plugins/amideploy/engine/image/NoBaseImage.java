package io.jenkins.plugins.amideploy.engine.image;

import io.jenkins.plugins.amideploy.engine.diagnosis.Cause;
import io.jenkins.plugins.amideploy.engine.diagnosis.Diagnosis;
import java.util.List;

/** That the distribution has no image in the region which could be baked on. {@link Layers} throws it, {@link BakeOperation} tells it. */
final class NoBaseImage extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final String sought;

    NoBaseImage(BaseImage wanted, String pattern, String region) {
        super("no available image of " + wanted.label() + " in region " + region + " to bake from");
        this.sought = "looked for " + pattern + " of owner " + wanted.owner();
    }

    Diagnosis diagnosis() {
        return Diagnosis.of(
                Cause.BASE_IMAGE_MISSING,
                getMessage(),
                List.of(sought),
                "choose another base_image in image.yml, or another region");
    }
}
