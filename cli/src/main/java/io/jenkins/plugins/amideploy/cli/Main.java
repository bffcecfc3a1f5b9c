package io.jenkins.plugins.amideploy.cli;

import io.jenkins.plugins.amideploy.engine.AwsFailure;
import io.jenkins.plugins.amideploy.engine.Outcome;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** Where the command line begins. */
public final class Main {
    private Main() {}

    /** Runs one command and ends the process with its exit code. */
    public static void main(String[] arguments) {
        PrintWriter out = new PrintWriter(System.out, true);
        PrintWriter err = new PrintWriter(System.err, true);
        Console console = new Console(out, err, Clock.systemUTC());
        Interrupts interrupts = new Interrupts(console);
        interrupts.install();
        CommandLine commandLine = commandLine(Surroundings.real(console, interrupts));
        System.exit(commandLine.setOut(out).setErr(err).execute(arguments));
    }

    /** All commands in the given surroundings. */
    static CommandLine commandLine(Surroundings surroundings) {
        CommandLine commandLine = new CommandLine(new AmiDeploy());
        List<Object> commands = List.of(
                new BakeCommand(surroundings),
                new PlanCommand(surroundings),
                new ApplyCommand(surroundings),
                new RolloutCommand(surroundings),
                new AwaitCommand(surroundings),
                new DeployCommand(surroundings),
                new DestroyCommand(surroundings),
                new DoctorCommand(surroundings));
        commands.forEach(commandLine::addSubcommand);
        commandLine.getSubcommands().values().stream()
                .filter(each -> !each.getMixins().containsKey("mixinStandardHelpOptions"))
                .forEach(each -> each.getCommandSpec().mixinStandardHelpOptions(true));
        Map<String, String> codes = new LinkedHashMap<>();
        for (ExitCode code : ExitCode.values()) {
            codes.put(String.valueOf(code.code()), code.meaning());
        }
        commandLine
                .getCommandSpec()
                .usageMessage()
                .exitCodeListHeading("%nExit codes:%n")
                .exitCodeList(codes);
        Console console = surroundings.console();
        return commandLine
                .registerConverter(Duration.class, new Durations())
                .setParameterExceptionHandler((exception, arguments) -> wrongOption(console, exception))
                .setExecutionExceptionHandler((exception, failed, result) -> failed(surroundings, exception));
    }

    private static int wrongOption(Console console, ParameterException exception) {
        String command = exception.getCommandLine().getCommandSpec().qualifiedName();
        console.error(exception.getMessage() + "; see " + command + " --help");
        return ExitCode.BAD_INPUT.code();
    }

    private static int failed(Surroundings surroundings, Exception exception) throws Exception {
        if (exception instanceof CommandFailure failure) {
            surroundings.console().error(failure.getMessage());
            return failure.exitCode().code();
        }
        if (exception instanceof AwsFailure failure) {
            surroundings.console().error(failure.getMessage() + endpoint(surroundings, failure));
            return ExitCode.of(kind(failure)).code();
        }
        throw exception;
    }

    /** Which endpoint it is that does not answer, where the caller named one. */
    private static String endpoint(Surroundings surroundings, AwsFailure failure) {
        String endpoint = surroundings.environment().getOrDefault("AWS_ENDPOINT_URL", "");
        return failure.kind() == AwsFailure.Kind.NO_ANSWER && !endpoint.isEmpty()
                ? " (AWS_ENDPOINT_URL is " + endpoint + ")"
                : "";
    }

    private static Outcome.Kind kind(AwsFailure failure) {
        return switch (failure.kind()) {
            case NO_CREDENTIALS, EXPIRED_CREDENTIALS, BAD_CREDENTIALS -> Outcome.Kind.BAD_INPUT;
            default -> Outcome.Kind.FAILED;
        };
    }
}
