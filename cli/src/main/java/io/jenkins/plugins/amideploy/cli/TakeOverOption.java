package io.jenkins.plugins.amideploy.cli;

import picocli.CommandLine.Option;

/** What the commands do where another run has the environment. */
final class TakeOverOption {
    @Option(
            names = "--take-over",
            description =
                    "Take the environment over from a run that may still live: for when you know that it does not.")
    boolean takeOver;
}
