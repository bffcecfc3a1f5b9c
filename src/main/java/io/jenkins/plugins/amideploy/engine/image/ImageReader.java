package io.jenkins.plugins.amideploy.engine.image;

import io.jenkins.plugins.amideploy.engine.AwsFailure;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Port: looks at images that can be launched, and on what. The {@code aws} package implements it. Every method throws {@link AwsFailure}. */
public interface ImageReader {
    /** The newest available image of an owner for an architecture whose name matches the pattern ({@code *} and {@code ?}). */
    Optional<Image> newest(String owner, String namePattern, Architecture architecture);

    /** EC2's names of the architectures of images that an instance type boots; empty where the region does not offer the type. */
    List<String> architectures(String instanceType);

    /** The caller's own available images of an application that carry one of these fingerprints, newest first. */
    List<Image> ofFingerprints(String app, Collection<String> fingerprints);

    /** The image of this id, if it is available. */
    Optional<Image> image(String amiId);
}
