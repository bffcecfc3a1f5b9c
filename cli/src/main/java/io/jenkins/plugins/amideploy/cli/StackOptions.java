package io.jenkins.plugins.amideploy.cli;

import picocli.CommandLine.Option;

/** Options of commands that work on a stack and its state. */
final class StackOptions {
    @Option(
            names = "--create-state-bucket",
            description = "Make the state bucket when it is missing (versioned, encrypted, private), without asking.")
    boolean createStateBucket;

    @Option(
            names = "--local-state",
            description =
                    "Keep the state in a file on this machine: nobody else sees it, and it is lost with the machine.")
    boolean localState;

    @Option(names = "--auto-approve", description = "Do not ask before the stack is changed.")
    boolean autoApprove;
}
