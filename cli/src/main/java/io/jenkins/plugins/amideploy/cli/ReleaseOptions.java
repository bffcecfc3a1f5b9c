package io.jenkins.plugins.amideploy.cli;

import picocli.CommandLine.Option;

/** Options that say what is being released and by whom. */
final class ReleaseOptions {
    @Option(
            names = "--build",
            paramLabel = "ID",
            description = "Build that owns what is made. Default: cli-<user>-<time>.")
    String build;

    @Option(
            names = "--commit",
            paramLabel = "HASH",
            description = "Commit of the application. Default: Git's HEAD, with -dirty when files differ from it.")
    String commit;

    @Option(
            names = "--app-version",
            paramLabel = "VERSION",
            description = "Version as people call it. Default: git describe --always --dirty.")
    String appVersion;
}
