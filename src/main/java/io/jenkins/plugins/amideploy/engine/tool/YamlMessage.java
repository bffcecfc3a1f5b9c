package io.jenkins.plugins.amideploy.engine.tool;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What SnakeYAML says of a document that is none, on one line; for the front doors' parsers. It tells what is wrong in lines of
 * their own, each followed by indented ones that tell and show where.
 */
public final class YamlMessage {
    private static final Pattern LAST_LINE_NUMBER = Pattern.compile("(?s).*\\bline (\\d+)");

    /** Jackson's own words tell of its insides. */
    private static final Pattern TWICE = Pattern.compile("Duplicate field '(.*?)'.*");

    private YamlMessage() {}

    /** Where and what, as {@code line 2: not YAML: …}. */
    public static String oneLine(String said) {
        String what = said.lines()
                .filter(line -> !line.isBlank() && !line.startsWith(" "))
                .collect(Collectors.joining(", "));
        Matcher twice = TWICE.matcher(what);
        if (twice.matches()) {
            return twice.group(1) + " is given a second time: keep one";
        }
        Matcher where = LAST_LINE_NUMBER.matcher(said);
        return (where.find() ? "line " + where.group(1) + ": " : "") + "not YAML: " + what;
    }
}
