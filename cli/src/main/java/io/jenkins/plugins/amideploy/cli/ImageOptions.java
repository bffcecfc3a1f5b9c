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

    /** @throws CommandFailure when it is no image's id, but a name for instance */
    static void requireId(String imageId) {
        if (!imageId.matches("ami-[0-9a-z]+")) {
            throw CommandFailure.badInput(
                    "--image-id " + imageId + " is no id of an image, such as ami-0123456789abcdef0");
        }
    }

    /** The same for what the options say, if anything; asked before anything else is. */
    void requireId() {
        if (imageId != null) {
            requireId(imageId);
        }
    }

    /** What the options say, else what the stack has now. */
    Chosen chosen(Stack stack, Asked asked) {
        if (imageId != null) {
            return Chosen.of(imageId, asked);
        }
        StackOutputs now = stack.current();
        return Chosen.of(now.imageId(), asked.keeping(now));
    }
}
