package io.jenkins.plugins.amideploy.jenkins.tools;

import io.jenkins.plugins.amideploy.engine.OutsideVariables;
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

    /** The agent's own, which only the shell there knows. Which of them are left, {@link OutsideVariables} says; the rest the command sets itself. */
    private static final String KEPT_FROM_TOOLS =
            "for name in $(env | sed -n 's/^\\(PKR_VAR_[A-Za-z0-9_]*\\|TF_VAR_[a-z_]*\\)=.*/\\1/p'); do case $name in"
                    + " PKR_VAR_builder_cidr | PKR_VAR_poll_seconds | PKR_VAR_dead_man_minutes) ;;"
                    + " PKR_VAR_* | TF_VAR_image_id | TF_VAR_build | TF_VAR_commit | TF_VAR_app_version) unset \"$name\" ;;"
                    + " esac; done";

    /**
     * A directory of the tool's own for temporary files, whose path is left in {@code temporary} for {@code supervise.sh}, which removes it: Packer would leave the
     * builder's private key behind (packer-plugin-ansible, provisioner.go: {@code tmp.File("ansible-key")}). Not below the workspace, since tools
     * make sockets there, whose paths have room for about a hundred bytes. A tool without one goes on as it can.
     */
    private static final String OWN_TEMPORARY =
            "temporary=$(mktemp -d \"${TMPDIR:-/tmp}/ami-deploy-XXXXXXXX\" 2>/dev/null) && printf '%s' \"$temporary\" > \"$1/temporary\""
                    + " && export TMPDIR=\"$temporary\"";

    private ToolScript() {}

    /**
     * The script. It leaves a file {@code missing} in its first argument's directory when the program is not on the PATH.
     *
     * @param environment what the surroundings set; the command's own variables come on top
     */
    static String of(ToolCommand command, ToolEnvironment environment) {
        List<String> lines = new ArrayList<>();
        lines.add(KEPT_FROM_TOOLS);
        environment.unset().forEach(name -> lines.add("unset " + name));
        Map<String, String> variables = new LinkedHashMap<>(environment.set());
        variables.putAll(command.env());
        variables.putAll(command.secretEnv());
        variables.forEach((name, value) -> {
            if (NAME.matcher(name).matches() && !OutsideVariables.isKeptFromTools(name)
                    || command.env().containsKey(name)) {
                lines.add("export " + name + "=" + quoted(value));
            }
        });
        lines.add("if [ -z \"$HOME\" ] || [ ! -w \"$HOME\" ]; then mkdir -p \"$1/home\"; export HOME=\"$1/home\"; fi");
        lines.add(OWN_TEMPORARY);
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
