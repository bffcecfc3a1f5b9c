package io.jenkins.plugins.amideploy.engine.image;

import io.jenkins.plugins.amideploy.engine.Tags;
import io.jenkins.plugins.amideploy.engine.state.ImageClaims;
import io.jenkins.plugins.amideploy.engine.state.RunClaims;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Images as a run may count on them: it claims what it looks for before it looks, and leaves out what another run is just removing. A bake
 * gets it in place of the plain reader; whoever deploys an image by its id asks {@link #hold}.
 */
public final class ClaimedImages implements ImageReader {
    private final ImageReader images;
    private final RunClaims claims;

    public ClaimedImages(ImageReader images, RunClaims claims) {
        this.images = images;
        this.claims = claims;
    }

    @Override
    public Optional<Image> newest(String owner, String namePattern, Architecture architecture) {
        return images.newest(owner, namePattern, architecture);
    }

    @Override
    public List<String> architectures(String instanceType) {
        return images.architectures(instanceType);
    }

    @Override
    public List<Image> ofFingerprints(String app, Collection<String> fingerprints) {
        Set<String> going = new HashSet<>();
        for (String fingerprint : fingerprints) {
            if (claims.claim(fingerprint)) {
                going.add(fingerprint);
            }
        }
        return images.ofFingerprints(app, fingerprints).stream()
                .filter(image -> !going.contains(image.tag(Tags.FINGERPRINT)))
                .toList();
    }

    @Override
    public Optional<Image> image(String amiId) {
        return images.image(amiId);
    }

    /**
     * Claims an image that is to be deployed. One that is not the application's is nobody's to remove, and of one that is not there
     * Terraform tells.
     *
     * @return why it cannot be counted on; empty when it can
     */
    public Optional<String> hold(String app, String amiId) {
        Optional<Image> image =
                images.image(amiId).filter(found -> found.tag(Tags.APP).equals(app));
        if (image.isEmpty()) {
            return Optional.empty();
        }
        boolean going = claims.claim(ImageClaims.subject(image.get().tag(Tags.FINGERPRINT), amiId));
        return !going && images.image(amiId).isPresent()
                ? Optional.empty()
                : Optional.of("image " + amiId + " is just being removed with another environment of " + app
                        + ": run the same command again without it, which bakes anew, or name another image");
    }
}
