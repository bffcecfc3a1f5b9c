package io.jenkins.plugins.amideploy.cli;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Options of the commands that bake. */
final class BakeOptions {
    @Option(
            names = "--fresh",
            description = "Bake both layers, whatever images are there already: security updates now, for instance.")
    boolean fresh;

    @Option(
            names = "--application",
            paramLabel = "DIR",
            description = "Directory of the application. Default: directory of image.yml, else the repository itself.")
    Path application;
}
