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
    private static final Pattern MESSAGE = Pattern.compile("( *)msg: (.*)");

    private String task = "";
    private boolean fatal;
    /** Columns before the key of the message; negative before it was told. What belongs to the message stands farther in. */
    private int margin = -1;

    /** Of a text that keeps its lines, the first is told. */
    private boolean literal;

    private boolean over;
    private final StringBuilder message = new StringBuilder();

    /** @param line one line of the output, without what Packer writes before it */
    void accept(String line) {
        Matcher named = TASK.matcher(line);
        if (named.matches() && !fatal) {
            task = named.group(1);
        }
        if (margin >= 0 && !over) {
            more(line);
        } else if (fatal && !over) {
            begin(line);
        }
        fatal |= FATAL.matcher(line).matches();
    }

    private void begin(String line) {
        Matcher told = MESSAGE.matcher(line);
        if (told.matches()) {
            margin = told.group(1).length();
            literal = told.group(2).startsWith("|");
            if (!told.group(2).matches("[|>][-+0-9]*")) {
                message.append(told.group(2));
            }
        }
    }

    private void more(String line) {
        over = !line.isBlank() && line.length() - line.stripLeading().length() <= margin
                || literal && !message.isEmpty();
        if (!over) {
            message.append(message.isEmpty() ? "" : " ").append(line.strip());
        }
    }

    /** A scalar of YAML as it is wrapped at the callback's width, without its quotes. */
    private static String unquoted(String text) {
        if (text.startsWith("'")) {
            return text.replaceAll("^'|'$", "").replace("''", "'");
        }
        if (text.startsWith("\"")) {
            return text.replaceAll("^\"|\"$", "")
                    .replace("\\ \\ ", " ")
                    .replace("\\\"", "\"")
                    .replace("\\n", " ");
        }
        return text;
    }

    /** One line; empty when no task failed. */
    Optional<String> told() {
        return fatal
                ? Optional.of("Ansible task '" + task + "' failed: "
                        + (message.isEmpty()
                                ? "see the log"
                                : unquoted(message.toString().strip())))
                : Optional.empty();
    }
}
