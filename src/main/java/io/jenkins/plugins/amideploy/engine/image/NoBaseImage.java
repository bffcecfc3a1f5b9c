package io.jenkins.plugins.amideploy.engine.image;

import io.jenkins.plugins.amideploy.engine.diagnosis.Cause;
import io.jenkins.plugins.amideploy.engine.diagnosis.Diagnosis;
import java.util.List;

/** That the distribution has no image in the region which could be baked on. {@link Layers} throws it, {@link BakeOperation} tells it. */
final class NoBaseImage extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final transient Diagnosis diagnosis;

    NoBaseImage(BaseImage wanted, String pattern, String region) {
        this(Diagnosis.of(
                Cause.BASE_IMAGE_MISSING,
                "no available image of " + wanted.label() + " in region " + region + " to bake from",
                List.of("looked for " + pattern + " of owner " + wanted.owner()),
                "choose another base_image in image.yml, or another region"));
    }

    private NoBaseImage(Diagnosis diagnosis) {
        super(diagnosis.line());
        this.diagnosis = diagnosis;
    }

    Diagnosis diagnosis() {
        return diagnosis;
    }
}
