package io.jenkins.plugins.amideploy.engine.image;

import io.jenkins.plugins.amideploy.engine.AwsFailure;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Port: looks at images that can be launched. The {@code aws} package implements it. Every method throws {@link AwsFailure}. */
public interface ImageReader {
    /** The newest available x86_64 image of an owner whose name matches the pattern ({@code *} and {@code ?}). */
    Optional<Image> newest(String owner, String namePattern);

    /** The caller's own available images of an application that carry one of these fingerprints, newest first. */
    List<Image> ofFingerprints(String app, Collection<String> fingerprints);

    /** The image of this id, if it is available. */
    Optional<Image> image(String amiId);
}
