package io.jenkins.plugins.amideploy.cli;

import io.jenkins.plugins.amideploy.cli.screen.LiveScreen;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import picocli.CommandLine;

/** Where the command line begins. */
public final class Main {
    /** The option of every command that has a result. */
    static final String JSON = "--json";

    private static final Map<String, Function<Surroundings, Object>> COMMANDS = commands();

    private Main() {}

    /** Runs one command and ends the process with its exit code. */
    public static void main(String[] arguments) {
        PrintWriter out = new PrintWriter(System.out, true);
        PrintWriter err = new PrintWriter(System.err, true);
        Console console = new Console(out, err, Clock.systemUTC(), view(System.getenv()));
        Interrupts interrupts = new Interrupts(console);
        interrupts.install();
        CommandLine commandLine = commandLine(Surroundings.real(console, interrupts), arguments);
        int code;
        try {
            code = commandLine.setOut(out).setErr(err).execute(arguments);
        } finally {
            console.leave();
        }
        System.exit(code);
    }

    /** On a terminal, as the launcher has found out, which takes no time there; a build server's log is none, whatever it pretends. */
    private static Console.View view(Map<String, String> environment) {
        boolean isTerminal = Boolean.getBoolean("ami-deploy.terminal")
                && !environment.containsKey("CI")
                && !environment.getOrDefault("TERM", "dumb").equals("dumb");
        boolean hasColours = environment.getOrDefault("NO_COLOR", "").isEmpty();
        return isTerminal
                ? (title, startedAt) -> LiveScreen.open(hasColours, title, Clock.systemUTC(), startedAt)
                : Console.View.NONE;
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
        commands.put("unlock", UnlockCommand::new);
        commands.put("push-state", PushStateCommand::new);
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
        Failures failures = new Failures(surroundings);
        return commandLine
                .registerConverter(Duration.class, new Durations())
                .setParameterExceptionHandler(failures::wrongOption)
                .setExecutionExceptionHandler(failures::failed);
    }
}
