package io.jenkins.plugins.amideploy.cli;

import picocli.AutoComplete;
import picocli.CommandLine.Command;

/** The command itself; everything it does is in its subcommands. */
@Command(
        name = "ami-deploy",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        synopsisSubcommandLabel = "COMMAND",
        description = "Immutable-image deployment of a web application to AWS.",
        subcommands = AmiDeploy.Completion.class)
final class AmiDeploy {
    /** {@code ami-deploy completion}: a completion script for bash and zsh. */
    @Command(
            name = "completion",
            mixinStandardHelpOptions = true,
            description = "Print a completion script: source <(./ami-deploy completion).")
    static final class Completion extends AutoComplete.GenerateCompletion {}
}
