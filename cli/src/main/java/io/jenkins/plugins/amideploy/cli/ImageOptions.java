package io.jenkins.plugins.amideploy.cli;

import io.jenkins.plugins.amideploy.engine.stack.StackOutputs;
import picocli.CommandLine.Option;

/** Which image the stack gets, for the commands that shape it and bake nothing. */
final class ImageOptions {
    @Option(
            names = "--image-id",
            paramLabel = "AMI",
            description = "Image that new instances boot from. Default: the one that the stack has now.")
    String imageId;

    /**
     * Image and release that the stack is to have.
     *
     * @param release says nothing of commit and version where the image's tags are to say it
     */
    record Wanted(String imageId, Release release) {}

    /** What the options say, else what the stack has now. */
    Wanted wanted(Stack stack, Release asked) {
        if (imageId != null) {
            return new Wanted(imageId, asked);
        }
        StackOutputs now = stack.current();
        return new Wanted(now.imageId(), asked.keeping(now));
    }
}
