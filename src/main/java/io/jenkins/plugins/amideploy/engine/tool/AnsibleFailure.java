package io.jenkins.plugins.amideploy.engine.tool;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds in the lines of {@code ansible-playbook} which task ended a play, and its message. The lines are those of the default
 * callback with {@code result_format = yaml}: {@code TASK [role : name]}, {@code fatal: [host]: FAILED! =>}, then the result's fields.
 */
final class AnsibleFailure {
    private static final Pattern TASK = Pattern.compile("TASK \\[(.*?)\\].*");
    private static final Pattern FATAL = Pattern.compile("fatal: \\[.*?\\].*: (?:FAILED|UNREACHABLE)! =>.*");
    private static final Pattern MESSAGE = Pattern.compile("msg: (.*)");

    private String task = "";
    private boolean fatal;
    private boolean messageFollows;
    private String message = "";

    /** @param line one line of the output, without what Packer writes before it */
    void accept(String line) {
        Matcher named = TASK.matcher(line);
        if (named.matches() && !fatal) {
            task = named.group(1);
        }
        fatal |= FATAL.matcher(line).matches();
        if (!fatal || !message.isEmpty()) {
            return;
        }
        Matcher told = MESSAGE.matcher(line);
        if (messageFollows) {
            message = line;
        } else if (told.matches()) {
            messageFollows = told.group(1).matches("[|>][-+]?");
            message = messageFollows ? "" : unquoted(told.group(1));
        }
    }

    private static String unquoted(String text) {
        return text.replaceAll("^'(.*)'$|^\"(.*)\"$", "$1$2");
    }

    /** One line; empty when no task failed. */
    Optional<String> told() {
        return fatal
                ? Optional.of("Ansible task '" + task + "' failed: " + (message.isEmpty() ? "see the log" : message))
                : Optional.empty();
    }
}
