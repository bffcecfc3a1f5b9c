package io.jenkins.plugins.amideploy.cli;

import io.jenkins.plugins.amideploy.engine.AwsFailure;
import io.jenkins.plugins.amideploy.engine.Outcome;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** Where the command line begins. */
public final class Main {
    private static final Map<String, Function<Surroundings, Object>> COMMANDS = commands();

    private Main() {}

    /** Runs one command and ends the process with its exit code. */
    public static void main(String[] arguments) {
        PrintWriter out = new PrintWriter(System.out, true);
        PrintWriter err = new PrintWriter(System.err, true);
        Console console = new Console(out, err, Clock.systemUTC());
        Interrupts interrupts = new Interrupts(console);
        interrupts.install();
        CommandLine commandLine = commandLine(Surroundings.real(console, interrupts), arguments);
        System.exit(commandLine.setOut(out).setErr(err).execute(arguments));
    }

    private static Map<String, Function<Surroundings, Object>> commands() {
        Map<String, Function<Surroundings, Object>> commands = new LinkedHashMap<>();
        commands.put("init", InitCommand::new);
        commands.put("bake", BakeCommand::new);
        commands.put("plan", PlanCommand::new);
        commands.put("apply", ApplyCommand::new);
        commands.put("rollout", RolloutCommand::new);
        commands.put("await", AwaitCommand::new);
        commands.put("deploy", DeployCommand::new);
        commands.put("rollback", RollbackCommand::new);
        commands.put("releases", ReleasesCommand::new);
        commands.put("status", StatusCommand::new);
        commands.put("destroy", DestroyCommand::new);
        commands.put("prune", PruneCommand::new);
        commands.put("doctor", DoctorCommand::new);
        return commands;
    }

    /**
     * The commands that the arguments may mean. Picocli reads each one's annotations by reflection, which takes longer than
     * what most of a start does, so the one that is named is set up alone.
     */
    private static Collection<Function<Surroundings, Object>> meant(String... arguments) {
        List<String> words = List.of(arguments);
        if (words.equals(List.of("--version"))) {
            return List.of();
        }
        return !words.isEmpty() && COMMANDS.containsKey(words.get(0))
                ? List.of(COMMANDS.get(words.get(0)))
                : COMMANDS.values();
    }

    /** The command line in the given surroundings. */
    static CommandLine commandLine(Surroundings surroundings, String... arguments) {
        CommandLine commandLine = new CommandLine(new AmiDeploy());
        meant(arguments).forEach(command -> commandLine.addSubcommand(command.apply(surroundings)));
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
                .setParameterExceptionHandler((exception, given) -> wrongOption(console, exception))
                .setExecutionExceptionHandler((exception, failed, result) -> failed(surroundings, exception));
    }

    private static int wrongOption(Console console, ParameterException exception) {
        String command = exception.getCommandLine().getCommandSpec().qualifiedName();
        console.error(exception.getMessage().replaceFirst("^Error: ", "") + "; see " + command + " --help");
        return ExitCode.BAD_INPUT.code();
    }

    private static int failed(Surroundings surroundings, Exception exception) throws Exception {
        if (exception instanceof CommandFailure failure) {
            surroundings.console().error(failure.why());
            return failure.exitCode().code();
        }
        if (exception instanceof AwsFailure failure) {
            surroundings.console().error(failure.diagnosis().withEvidence(endpoint(surroundings, failure)));
            return ExitCode.of(kind(failure)).code();
        }
        throw exception;
    }

    /** Which endpoint it is that does not answer, where the caller named one. */
    private static List<String> endpoint(Surroundings surroundings, AwsFailure failure) {
        String endpoint = surroundings.environment().getOrDefault("AWS_ENDPOINT_URL", "");
        return failure.kind() == AwsFailure.Kind.NO_ANSWER && !endpoint.isEmpty()
                ? List.of("AWS_ENDPOINT_URL is " + endpoint)
                : List.of();
    }

    private static Outcome.Kind kind(AwsFailure failure) {
        return switch (failure.kind()) {
            case NO_CREDENTIALS, EXPIRED_CREDENTIALS, BAD_CREDENTIALS -> Outcome.Kind.BAD_INPUT;
            default -> Outcome.Kind.FAILED;
        };
    }
}
