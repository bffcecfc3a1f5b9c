package io.jenkins.plugins.amideploy.cli;

import picocli.CommandLine.Option;

/** Options that say what is being released and by whom. */
final class ReleaseOptions {
    @Option(
            names = "--build",
            paramLabel = "ID",
            description = "Build that owns what is made. Default: cli-<user>-<time>-<random>.")
    String build;

    @Option(
            names = "--commit",
            paramLabel = "HASH",
            description = "Commit of the application. Default: the last one that touched what is baked; with --image-id"
                    + " the image's own, with --from that release's.")
    String commit;

    @Option(
            names = "--app-version",
            paramLabel = "VERSION",
            description =
                    "Version as people call it. Default: what git describe --tags --always says of that commit; with"
                            + " --image-id the image's own, with --from that release's.")
    String appVersion;
}
