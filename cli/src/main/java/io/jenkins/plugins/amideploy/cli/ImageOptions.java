package io.jenkins.plugins.amideploy.cli;

import picocli.CommandLine.Option;

/** Which image the stack gets, for the commands that shape it and bake nothing. */
final class ImageOptions {
    @Option(
            names = "--image-id",
            paramLabel = "AMI",
            description = "Image that new instances boot from. Default: the one that the stack has now.")
    String imageId;
}
