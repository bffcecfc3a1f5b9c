package io.jenkins.plugins.amideploy.engine;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The literals at the top level of a variables file in HCL: strings, whole numbers, booleans and lists of strings. It reads
 * no more of the language: maps and expressions are stepped over, since only Terraform needs them.
 */
final class VariablesFile {
    private static final Pattern ASSIGNMENT = Pattern.compile("\\s*([A-Za-z_][A-Za-z0-9_-]*)\\s*=(.*)");
    /** Outside of quotes, where two of them cannot stand otherwise. */
    private static final Pattern HEREDOC = Pattern.compile("^[^\"]*<<-?[A-Za-z_]");

    private static final Pattern STRING = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*+)\"");

    private record Value(int line, String raw) {}

    /** A name that the file gives, and where. */
    record Given(String name, int line) {}

    private final String file;
    private final Map<String, Value> values = new HashMap<>();
    private final Set<String> asked = new TreeSet<>();
    private int depth;
    private boolean inComment;
    private int commented;
    private String open;

    private VariablesFile(String file) {
        this.file = file;
    }

    /** @throws IllegalArgumentException when a variable is given twice, a bracket is never closed, or a line is not understood */
    static VariablesFile parse(String file, String marked) {
        // A byte order mark is no text to Terraform either.
        String text = marked.startsWith("\uFEFF") ? marked.substring(1) : marked;
        if (text.indexOf('\0') >= 0 || text.indexOf('\uFFFD') >= 0) {
            throw new IllegalArgumentException(file + " is not UTF-8: save it as UTF-8");
        }
        VariablesFile result = new VariablesFile(file);
        int number = 0;
        int opened = 0;
        for (String line : text.split("\\R", -1)) {
            number++;
            int before = result.depth;
            result.line(number, line);
            opened = before == 0 && result.depth > 0 ? number : opened;
        }
        if (result.inComment) {
            throw result.error(result.commented, "the comment that begins here never ends: add */");
        }
        if (result.depth > 0) {
            throw result.error(opened, "what is opened here is never closed: add the closing bracket");
        }
        return result;
    }

    private void line(int number, String line) {
        boolean top = depth == 0;
        String code = code(number, line);
        Matcher matcher = ASSIGNMENT.matcher(code);
        if (HEREDOC.matcher(code).find()) {
            throw error(number, "a text of several lines (<<) is not read here: write it in quotes, with \\n");
        }
        if (!top) {
            values.computeIfPresent(open, (name, value) -> new Value(value.line(), value.raw() + " " + code.strip()));
            return;
        }
        if (!matcher.matches()) {
            if (!code.isBlank()) {
                throw error(number, "not understood: " + code.strip() + ": a variable is given as name = value");
            }
            return;
        }
        String name = matcher.group(1);
        open = name;
        Value former = values.put(name, new Value(number, matcher.group(2).strip()));
        if (former != null) {
            throw error(number, name + " is given a second time, first on line " + former.line() + ": keep one");
        }
    }

    /** The line without comments; counts brackets on the way. */
    private String code(int number, String line) {
        StringBuilder code = new StringBuilder();
        boolean inString = false;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            String two = line.substring(i, Math.min(line.length(), i + 2));
            if (inComment) {
                inComment = !two.equals("*/");
                i += inComment ? 0 : 1;
            } else if (inString) {
                code.append(c == '\\' ? two : String.valueOf(c));
                i += c == '\\' ? 1 : 0;
                inString = c != '"';
            } else if (c == '#' || two.equals("//")) {
                return code.toString();
            } else if (two.equals("/*")) {
                inComment = true;
                commented = number;
                i++;
            } else {
                inString = c == '"';
                depth += "[{(".indexOf(c) >= 0 ? 1 : "]})".indexOf(c) >= 0 ? -1 : 0;
                code.append(c);
            }
        }
        if (inString) {
            throw error(number, "a text that begins here does not end on its line: add the closing quote");
        }
        return code.toString();
    }

    /** All that the file gives, in the order of its lines. */
    List<Given> given() {
        return values.entrySet().stream()
                .map(entry -> new Given(entry.getKey(), entry.getValue().line()))
                .sorted(Comparator.comparingInt(Given::line))
                .toList();
    }

    /** Names that were asked for and are not in the file. */
    Set<String> askedInVain() {
        Set<String> silent = new TreeSet<>(asked);
        silent.removeAll(values.keySet());
        return silent;
    }

    private Value value(String name) {
        asked.add(name);
        return values.get(name);
    }

    /** @throws IllegalArgumentException when the variable is absent, null or not a string literal */
    String required(String name) {
        return optional(name)
                .orElseThrow(() -> new IllegalArgumentException(
                        file + ": " + name + " is missing: add a line " + name + " = \"…\""));
    }

    /** @throws IllegalArgumentException when the variable is there and not a string literal */
    Optional<String> optional(String name) {
        Value value = value(name);
        if (value == null || value.raw().equals("null")) {
            return Optional.empty();
        }
        Matcher matcher = STRING.matcher(value.raw());
        if (!matcher.matches() || matcher.group(1).contains("${")) {
            throw error(
                    value.line(),
                    name + " is " + value.raw() + ": it must be a plain string in double quotes, as it is read before"
                            + " Terraform runs");
        }
        return Optional.of(matcher.group(1).replaceAll("\\\\(.)", "$1"));
    }

    /** Like {@link #optional} for what no message may show. */
    Optional<String> secret(String name) {
        try {
            return optional(name);
        } catch (IllegalArgumentException notLiteral) {
            throw wrong(name, "must be a plain string in double quotes");
        }
    }

    /** What to throw for a variable that is there and has a value that cannot be; the value is not shown. */
    IllegalArgumentException wrong(String name, String why) {
        return error(values.get(name).line(), name + " " + why);
    }

    /** @throws IllegalArgumentException when the variable is there and not a list of string literals */
    List<String> strings(String name) {
        Value value = value(name);
        if (value == null || value.raw().equals("null")) {
            return List.of();
        }
        String raw = value.raw();
        String rest = STRING.matcher(raw).replaceAll("").replaceAll("[\\s,]", "");
        if (!rest.equals("[]")) {
            throw error(value.line(), name + " is " + raw + ": it must be a list of plain strings in double quotes");
        }
        return STRING.matcher(raw).results().map(found -> found.group(1)).toList();
    }

    /**
     * A literal of any kind as a tree; null where the variable is absent or null.
     *
     * @throws IllegalArgumentException when it is more than a literal; the value is not shown
     */
    Object tree(String name) {
        Value value = value(name);
        if (value == null) {
            return null;
        }
        try {
            return HclLiteral.parse(value.raw());
        } catch (IllegalArgumentException notLiteral) {
            throw error(value.line(), name + ": " + notLiteral.getMessage());
        }
    }

    /** @throws IllegalArgumentException when the variable is there and not a whole number */
    Optional<Integer> number(String name) {
        Value value = value(name);
        if (value == null || value.raw().equals("null")) {
            return Optional.empty();
        }
        if (!value.raw().matches("\\d{1,9}")) {
            throw error(value.line(), name + " is " + value.raw() + ": it must be a whole number");
        }
        return Optional.of(Integer.valueOf(value.raw()));
    }

    /** @throws IllegalArgumentException when the variable is there and neither true nor false */
    Optional<Boolean> flag(String name) {
        Value value = value(name);
        if (value == null || value.raw().equals("null")) {
            return Optional.empty();
        }
        if (!value.raw().matches("true|false")) {
            throw error(value.line(), name + " is " + value.raw() + ": it must be true or false, without quotes");
        }
        return Optional.of(Boolean.valueOf(value.raw()));
    }

    /** @throws IllegalArgumentException when the variable is given, with the reason why it must not be */
    void refuse(String name, String why) {
        Value value = values.get(name);
        if (value != null) {
            throw error(value.line(), name + " is not a variable of an environment: " + why);
        }
    }

    private IllegalArgumentException error(int line, String message) {
        return new IllegalArgumentException(file + " line " + line + ": " + message);
    }
}
