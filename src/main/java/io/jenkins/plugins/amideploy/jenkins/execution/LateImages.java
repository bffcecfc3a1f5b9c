package io.jenkins.plugins.amideploy.jenkins.execution;

import hudson.AbortException;
import io.jenkins.plugins.amideploy.engine.image.Image;
import io.jenkins.plugins.amideploy.engine.image.ImageReader;
import io.jenkins.plugins.amideploy.jenkins.credentials.AwsPorts;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Images as a bake's step reads them: AWS is asked for keys when it is asked for an image, and not before. After a restart a
 * tool that runs is looked at and stopped whether AWS answers or not.
 */
final class LateImages implements ImageReader {
    private final AwsPorts ports;

    LateImages(AwsPorts ports) {
        this.ports = ports;
    }

    @Override
    public Optional<Image> newest(String owner, String namePattern) {
        return images().newest(owner, namePattern);
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
            return ports.clients().imageReader();
        } catch (AbortException noKeysNow) {
            throw new AgentUnreachable(noKeysNow);
        }
    }
}
