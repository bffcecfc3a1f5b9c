package io.jenkins.plugins.amideploy.jenkins.tools;

import hudson.AbortException;
import io.jenkins.plugins.amideploy.engine.image.Architecture;
import io.jenkins.plugins.amideploy.engine.image.Image;
import io.jenkins.plugins.amideploy.engine.image.ImageReader;
import io.jenkins.plugins.amideploy.engine.state.ImageClaims;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Images as a bake's step reads and claims them: AWS is asked for keys when it is asked for an image, and not before. After a restart a
 * tool that runs is looked at and stopped whether AWS answers or not.
 */
final class LateImages implements ImageReader {
    private final ToolWork work;

    LateImages(ToolWork work) {
        this.work = work;
    }

    @Override
    public Optional<Image> newest(String owner, String namePattern, Architecture architecture) {
        return images().newest(owner, namePattern, architecture);
    }

    @Override
    public List<String> architectures(String instanceType) {
        return images().architectures(instanceType);
    }

    @Override
    public List<Image> ofFingerprints(String app, Collection<String> fingerprints) {
        return images().ofFingerprints(app, fingerprints);
    }

    @Override
    public Optional<Image> image(String amiId) {
        return images().image(amiId);
    }

    private ImageReader images() {
        try {
            return StepClaims.images(work, ImageClaims.RUN);
        } catch (AbortException noKeysNow) {
            throw new AgentUnreachable(noKeysNow);
        }
    }
}
