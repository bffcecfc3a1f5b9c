package io.jenkins.plugins.amideploy.engine;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A literal of HCL as {@link VariablesFile} finds it, read into a tree of maps, lists, strings, numbers and booleans: what the
 * command line must know of maps and lists before Terraform runs. Line breaks are gone by then, so commas count for nothing.
 */
final class HclLiteral {
    private static final Pattern TOKEN = Pattern.compile(
            "\\s*(?:(\"(?:[^\"\\\\]|\\\\.)*+\")|([A-Za-z_][A-Za-z0-9_-]*)|(-?\\d+(?:\\.\\d+)?)|([\\[\\]{}=:,]))");

    /** Lists and maps in each other; the variables need three. */
    private static final int MOST_DEEP = 50;

    /** What begins an expression, unless its sign is doubled. */
    private static final Pattern EXPRESSION = Pattern.compile("(?<![$%])[$%]\\{");

    private final Matcher tokens;
    private final String text;
    private int at;
    private int depth;
    private String next;

    private HclLiteral(String text) {
        this.text = text.strip();
        this.tokens = TOKEN.matcher(this.text);
        advance();
    }

    /** @throws IllegalArgumentException when it is no literal that is known here */
    static Object parse(String text) {
        HclLiteral literal = new HclLiteral(text);
        Object value = literal.value();
        if (literal.next != null) {
            throw literal.unknown();
        }
        return value;
    }

    private Object value() {
        if (++depth > MOST_DEEP) {
            throw unknown();
        }
        Object value = read(take());
        depth--;
        return value;
    }

    private Object read(String token) {
        if (token.startsWith("\"")) {
            return string(token);
        }
        if (token.matches("-?\\d.*")) {
            return number(token);
        }
        return switch (token) {
            case "[" -> list();
            case "{" -> map();
            case "true", "false" -> Boolean.valueOf(token);
            case "null" -> null;
            default -> throw unknown();
        };
    }

    private Object number(String token) {
        try {
            return token.contains(".") ? (Object) Double.valueOf(token) : (Object) Long.valueOf(token);
        } catch (NumberFormatException beyondAllBounds) {
            throw unknown();
        }
    }

    private List<Object> list() {
        List<Object> list = new ArrayList<>();
        while (!ends("]")) {
            list.add(value());
        }
        return list;
    }

    private Map<String, Object> map() {
        Map<String, Object> map = new LinkedHashMap<>();
        while (!ends("}")) {
            String name = take();
            if (name.startsWith("\"")) {
                name = string(name);
            }
            String is = take();
            if (!is.equals("=") && !is.equals(":")) {
                throw unknown();
            }
            map.put(name, value());
        }
        return map;
    }

    private boolean ends(String bracket) {
        while (",".equals(next)) {
            advance();
        }
        if (bracket.equals(next)) {
            advance();
            return true;
        }
        return false;
    }

    private String string(String token) {
        String inside = token.substring(1, token.length() - 1);
        if (EXPRESSION.matcher(inside).find()) {
            throw unknown();
        }
        StringBuilder plain = new StringBuilder();
        Matcher escapes =
                Pattern.compile("\\\\(.)|([$%])[$%](?=\\{)", Pattern.DOTALL).matcher(inside);
        while (escapes.find()) {
            String by = escapes.group(2) != null
                    ? escapes.group(2)
                    : switch (escapes.group(1)) {
                        case "n" -> "\n";
                        case "r" -> "\r";
                        case "t" -> "\t";
                        default -> escapes.group(1);
                    };
            escapes.appendReplacement(plain, Matcher.quoteReplacement(by));
        }
        return escapes.appendTail(plain).toString();
    }

    private String take() {
        if (next == null) {
            throw unknown();
        }
        String token = next;
        advance();
        return token;
    }

    private void advance() {
        if (at >= text.length()) {
            next = null;
            return;
        }
        if (!tokens.region(at, text.length()).lookingAt()) {
            throw unknown();
        }
        next = tokens.group().strip();
        at = tokens.end();
    }

    private IllegalArgumentException unknown() {
        return new IllegalArgumentException(
                "it must be written out: plain strings, numbers, true, false, lists and maps");
    }
}
