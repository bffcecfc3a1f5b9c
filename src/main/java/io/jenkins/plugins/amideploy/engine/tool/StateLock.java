package io.jenkins.plugins.amideploy.engine.tool;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The lock that somebody holds on a stack's Terraform state, as Terraform's error tells it.
 *
 * @param id what {@code terraform force-unlock} asks for
 * @param path bucket and key of the state
 * @param operation what the holder does: {@code apply}, {@code plan}
 * @param who user and machine
 * @param created since when, as Terraform writes it
 */
public record StateLock(String id, String path, String operation, String who, String created) {
    private static final String HEADLINE = "Error acquiring the state lock";

    /** The lock that a problem speaks of, if it is about one that is held. */
    public static Optional<StateLock> in(Problem problem) {
        String text = problem.text();
        if (!text.contains(HEADLINE) || !text.contains("Lock Info:")) {
            return Optional.empty();
        }
        String operation = field(text, "Operation").replace("OperationType", "").toLowerCase(java.util.Locale.ROOT);
        return Optional.of(new StateLock(
                field(text, "ID"), field(text, "Path"), operation, field(text, "Who"), field(text, "Created")));
    }

    private static String field(String text, String name) {
        Matcher matcher =
                Pattern.compile("(?m)^\\s*" + name + ":[ \\t]*(.*?)\\s*$").matcher(text);
        return matcher.find() ? matcher.group(1) : "";
    }

    /** Who holds it, since when, for what, and what to do. */
    public String message() {
        return "state " + path + " is locked by " + who + " since " + withoutFraction(created) + " for " + operation
                + " (lock " + id
                + "): wait until that run has ended; only when it is certain that it is dead: terraform"
                + " force-unlock " + id;
    }

    private static String withoutFraction(String time) {
        return time.replaceFirst("\\.\\d+", "").replaceFirst(" \\+0000 UTC$", " UTC");
    }
}
