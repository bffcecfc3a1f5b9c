package io.jenkins.plugins.amideploy.cli;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Options that every command on an environment has. */
final class EnvironmentOptions {
    @Option(
            names = {"-e", "--environment"},
            paramLabel = "NAME",
            description = "Environment; its variables are read from environments/NAME.pkrvars.hcl.")
    String environment;

    @Option(
            names = "--var-file",
            paramLabel = "FILE",
            description = "Variables file to read instead of the environment's.")
    Path variablesFile;

    @Option(
            names = {"-C", "--directory"},
            paramLabel = "DIR",
            description = "The application's repository, to work in. Default: the current directory.")
    Path directory = Path.of("");

    @Option(
            names = "--recipes",
            paramLabel = "DIR",
            description =
                    "Directory of other recipes (packer, ansible, terraform) than those that the command brings; also"
                            + " AMI_DEPLOY_RECIPES.")
    Path recipes;

    @Option(
            names = Main.JSON,
            description = "Print the result, or why there is none, as one JSON document on standard output.")
    boolean json;

    @Option(
            names = {"-q", "--quiet"},
            description = "Say no more than warnings, the result and errors.")
    private boolean quiet;

    @Option(
            names = {"-v", "--verbose"},
            description = "Also print each line of Packer, Ansible and Terraform; no live view.")
    private boolean verbose;

    /** @throws CommandFailure when both are asked for */
    Console.Verbosity verbosity() {
        if (quiet && verbose) {
            throw CommandFailure.badInput("--quiet and --verbose do not go together: choose one");
        }
        return quiet ? Console.Verbosity.QUIET : verbose ? Console.Verbosity.VERBOSE : Console.Verbosity.NORMAL;
    }

    /** The file that the options name. */
    Path resolvedFile() {
        if (environment == null && variablesFile == null) {
            throw CommandFailure.badInput("no environment: name one with --environment, or a file with --var-file");
        }
        Path root = directory.toAbsolutePath().normalize();
        return variablesFile == null
                ? root.resolve("environments").resolve(environment + ".pkrvars.hcl")
                : Path.of("").toAbsolutePath().resolve(variablesFile).normalize();
    }
}
