package io.jenkins.plugins.amideploy.jenkins.tools;

import io.jenkins.plugins.amideploy.engine.tool.ToolCommand;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Writes one {@link ToolCommand} as a shell script in which the shell finally becomes the tool. */
final class ToolScript {
    /** What the shell can export. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    private ToolScript() {}

    /**
     * The script. It leaves a file {@code missing} in its first argument's directory when the program is not on the PATH.
     *
     * @param environment what the surroundings set; the command's own variables come on top
     */
    static String of(ToolCommand command, ToolEnvironment environment) {
        List<String> lines = new ArrayList<>();
        environment.unset().forEach(name -> lines.add("unset " + name));
        Map<String, String> variables = new LinkedHashMap<>(environment.set());
        variables.putAll(command.env());
        variables.putAll(command.secretEnv());
        variables.forEach((name, value) -> {
            if (NAME.matcher(name).matches()) {
                lines.add("export " + name + "=" + quoted(value));
            }
        });
        lines.add("if [ -z \"$HOME\" ] || [ ! -w \"$HOME\" ]; then mkdir -p \"$1/home\"; export HOME=\"$1/home\"; fi");
        String program = command.tool().executable();
        lines.add("command -v " + program + " >/dev/null 2>&1 || { : > \"$1/missing\"; exit 127; }");
        lines.add("cd " + quoted(command.directory()) + " || exit 126");
        lines.add("exec " + program + " "
                + command.arguments().stream().map(ToolScript::quoted).collect(Collectors.joining(" ")));
        return String.join("\n", lines) + "\n";
    }

    /** As one word of a POSIX shell. */
    static String quoted(String text) {
        return "'" + text.replace("'", "'\\''") + "'";
    }
}
