package io.jenkins.plugins.amideploy.cli;

import io.jenkins.plugins.amideploy.cli.process.ToolEnvironment;
import io.jenkins.plugins.amideploy.engine.doctor.ToolProbe;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Asks the tools on the PATH for their versions. */
final class ToolVersions implements ToolProbe {
    private static final Pattern VERSION = Pattern.compile("\\d+\\.\\d+(\\.\\d+)?");

    private final ToolEnvironment environment;

    ToolVersions(ToolEnvironment environment) {
        this.environment = environment;
    }

    @Override
    public Optional<String> version(String tool) {
        return environment.find(tool).flatMap(this::ask);
    }

    private Optional<String> ask(Path program) {
        ProcessBuilder builder = new ProcessBuilder(program.toString(), "--version").redirectErrorStream(true);
        Map<String, String> variables = builder.environment();
        variables.clear();
        variables.putAll(environment.plain());
        try {
            Process process = builder.start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            process.waitFor();
            Matcher matcher = VERSION.matcher(said);
            return matcher.find() ? Optional.of(matcher.group()) : Optional.empty();
        } catch (IOException notStarted) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }
}
