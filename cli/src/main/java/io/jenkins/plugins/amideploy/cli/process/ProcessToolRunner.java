package io.jenkins.plugins.amideploy.cli.process;

import io.jenkins.plugins.amideploy.engine.tool.ToolCommand;
import io.jenkins.plugins.amideploy.engine.tool.ToolResult;
import io.jenkins.plugins.amideploy.engine.tool.ToolRun;
import io.jenkins.plugins.amideploy.engine.tool.ToolRunner;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Starts tools as processes of this machine. Each gets a session of its own ({@code setsid}), so that a Ctrl-C typed at the
 * terminal reaches the command line alone and never a tool's plugins: passing it on is the command line's decision.
 */
public final class ProcessToolRunner implements ToolRunner {
    private static final String SETSID = "import os, sys; os.setsid(); os.execv(sys.argv[1], sys.argv[1:])";

    private final ToolEnvironment environment;
    private final ToolLog log;

    /** @param environment what every tool inherits, credentials included */
    public ProcessToolRunner(ToolEnvironment environment, ToolLog log) {
        this.environment = environment;
        this.log = log;
    }

    @Override
    public ToolRun start(ToolCommand asked) {
        ToolCommand command = asked.withSecretEnv(environment.secret());
        String tool = command.tool().executable();
        Optional<Path> program = environment.find(tool);
        if (program.isEmpty()) {
            return ended(ToolResult.missing(command.phase()));
        }
        Optional<String> refusal = KeptFiles.refusal(command);
        if (refusal.isPresent()) {
            return ended(ToolResult.notStarted(command.phase(), refusal.get()));
        }
        log.append(tool, "$ " + command.commandLine());
        ScratchDirectory scratch;
        try {
            scratch = ScratchDirectory.in(environment.temporary());
        } catch (IOException e) {
            return ended(ToolResult.notStarted(
                    command.phase(),
                    tool + " could not be started: " + environment.temporary()
                            + " takes no temporary files: set TMPDIR to a directory that can be written and has room"));
        }
        try {
            return ProcessToolRun.start(command, builder(command, program.get(), scratch), scratch, log);
        } catch (IOException e) {
            scratch.remove();
            return ended(ToolResult.notStarted(
                    command.phase(), tool + " could not be started: " + e.getMessage() + ": check " + program.get()));
        }
    }

    private ProcessBuilder builder(ToolCommand command, Path program, ScratchDirectory scratch) {
        List<String> line = new ArrayList<>();
        line.addAll(session());
        line.add(program.toString());
        line.addAll(command.arguments());
        ProcessBuilder builder = new ProcessBuilder(line)
                .directory(new File(command.directory()))
                .redirectInput(new File("/dev/null"));
        Map<String, String> variables = builder.environment();
        variables.clear();
        variables.putAll(environment.plain());
        variables.putAll(command.env());
        variables.putAll(command.secretEnv());
        variables.put(ScratchDirectory.VARIABLE, scratch.path().toString());
        return builder;
    }

    /** What gives a program a session of its own. macOS and small images have no {@code setsid}; Python is there, since Ansible needs it. */
    private List<String> session() {
        return environment
                .find("setsid")
                .map(setsid -> List.of(setsid.toString()))
                .or(() ->
                        environment.find("python3").map(python -> List.of(python.toString(), "-I", "-S", "-c", SETSID)))
                .orElse(List.of());
    }

    /** A run that is over before it began. */
    private static ToolRun ended(ToolResult result) {
        return new ToolRun() {
            @Override
            public Optional<ToolResult> poll(java.util.function.Consumer<String> lines) {
                return Optional.of(result);
            }

            @Override
            public void stop() {
                // Nothing runs.
            }
        };
    }
}
