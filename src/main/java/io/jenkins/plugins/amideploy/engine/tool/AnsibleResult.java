package io.jenkins.plugins.amideploy.engine.tool;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The result of one task of Ansible's, as its default callback prints it with {@code result_format = yaml}: a mapping of fields, of which
 * those are kept that are text. Takes what PyYAML writes: plain and quoted scalars that are wrapped, and blocks that keep their lines.
 * {@link AnsibleFailure} reads with it.
 */
final class AnsibleResult {
    private static final Pattern FIELD = Pattern.compile("( *)(\\w+):(?: (.*))?");
    private static final Pattern BLOCK = Pattern.compile("[|>][-+0-9]*");

    private final Map<String, List<String>> fields = new TreeMap<>();

    private AnsibleResult() {}

    /** @param block the lines below {@code fatal: … =>}, all indented */
    static AnsibleResult of(List<String> block) {
        AnsibleResult result = new AnsibleResult();
        int margin = -1;
        for (int at = 0; at < block.size(); ) {
            Matcher field = FIELD.matcher(block.get(at));
            boolean isField = field.matches() && (margin < 0 || field.group(1).length() == margin);
            if (!isField) {
                at++;
                continue;
            }
            margin = field.group(1).length();
            int end = at + 1;
            while (end < block.size() && isDeeper(block.get(end), margin)) {
                end++;
            }
            String first = field.group(3) == null ? "" : field.group(3);
            result.fields.put(field.group(2), value(first, block.subList(at + 1, end)));
            at = end;
        }
        return result;
    }

    private static boolean isDeeper(String line, int margin) {
        return line.isBlank() || indent(line) > margin;
    }

    private static int indent(String line) {
        return line.length() - line.stripLeading().length();
    }

    private static List<String> value(String first, List<String> below) {
        if (BLOCK.matcher(first).matches()) {
            int margin = below.stream()
                    .filter(line -> !line.isBlank())
                    .mapToInt(AnsibleResult::indent)
                    .min()
                    .orElse(0);
            List<String> lines = below.stream()
                    .map(line -> line.length() < margin ? "" : line.substring(margin))
                    .toList();
            return first.startsWith(">") ? List.of(folded("", lines)) : lines;
        }
        return unquoted(folded(first, below)).lines().toList();
    }

    /** A line break inside of a scalar is a space, an empty line is one. */
    private static String folded(String first, List<String> below) {
        StringBuilder text = new StringBuilder(first);
        boolean broken = first.isEmpty();
        for (String line : below) {
            if (line.isBlank()) {
                text.append('\n');
                broken = true;
            } else {
                text.append(broken ? "" : " ").append(line.strip());
                broken = false;
            }
        }
        return text.toString().strip();
    }

    private static String unquoted(String text) {
        if (text.startsWith("'")) {
            return text.replaceAll("^'|'$", "").replace("''", "'");
        }
        if (text.startsWith("\"")) {
            return text.replaceAll("^\"|\"$", "")
                    .replace("\\ \\ ", " ")
                    .replace("\\\"", "\"")
                    .replace("\\t", "    ")
                    .replace("\\n", "\n")
                    .replace("\\\\", "\\");
        }
        return text;
    }

    /** The lines of a field, without empty ones; none where it is not there. */
    List<String> lines(String field) {
        List<String> lines = new ArrayList<>(fields.getOrDefault(field, List.of()));
        lines.removeIf(String::isBlank);
        return lines;
    }

    /** A field on one line; empty where it is not there. */
    String line(String field) {
        return String.join(" ", lines(field).stream().map(String::strip).toList());
    }
}
