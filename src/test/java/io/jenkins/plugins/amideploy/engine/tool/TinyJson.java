package io.jenkins.plugins.amideploy.engine.tool;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Just enough JSON for the engine's tests, which neither build's JSON library may serve since the engine has none. */
public final class TinyJson implements JsonParser, JsonWriter {
    private String text;
    private int at;

    @Override
    public Object parse(String json) {
        text = json;
        at = 0;
        Object value = value();
        space();
        if (at < text.length()) {
            throw new IllegalArgumentException("text after the end at " + at);
        }
        return value;
    }

    @Override
    public String write(Object tree) {
        if (tree instanceof Map<?, ?> map) {
            return map.entrySet().stream()
                    .map(entry -> quoted(String.valueOf(entry.getKey())) + ": " + write(entry.getValue()))
                    .collect(Collectors.joining(", ", "{", "}"));
        }
        if (tree instanceof List<?> list) {
            return list.stream().map(this::write).collect(Collectors.joining(", ", "[", "]"));
        }
        return tree instanceof String string ? quoted(string) : String.valueOf(tree);
    }

    private static String quoted(String string) {
        return "\"" + string.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + "\"";
    }

    private Object value() {
        space();
        return switch (peek()) {
            case '{' -> object();
            case '[' -> array();
            case '"' -> string();
            default -> word();
        };
    }

    private Map<String, Object> object() {
        Map<String, Object> members = new LinkedHashMap<>();
        for (boolean more = opens('}'); more; more = continues('}')) {
            space();
            String name = string();
            space();
            expect(':');
            members.put(name, value());
        }
        return members;
    }

    private List<Object> array() {
        List<Object> elements = new ArrayList<>();
        for (boolean more = opens(']'); more; more = continues(']')) {
            elements.add(value());
        }
        return elements;
    }

    private boolean opens(char end) {
        at++;
        space();
        if (peek() == end) {
            at++;
            return false;
        }
        return true;
    }

    private boolean continues(char end) {
        space();
        char next = peek();
        at++;
        if (next != end && next != ',') {
            throw new IllegalArgumentException("',' or '" + end + "' wanted at " + at);
        }
        return next == ',';
    }

    private String string() {
        expect('"');
        StringBuilder string = new StringBuilder();
        while (peek() != '"') {
            char c = text.charAt(at++);
            string.append(c == '\\' ? escaped() : c);
        }
        at++;
        return string.toString();
    }

    private char escaped() {
        char c = text.charAt(at++);
        return switch (c) {
            case 'n' -> '\n';
            case 't' -> '\t';
            case 'r' -> '\r';
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'u' -> {
                at += 4;
                yield (char) Integer.parseInt(text.substring(at - 4, at), 16);
            }
            default -> c;
        };
    }

    private Object word() {
        int start = at;
        while (at < text.length() && ",]} \n\r\t".indexOf(text.charAt(at)) < 0) {
            at++;
        }
        String word = text.substring(start, at);
        return switch (word) {
            case "true" -> true;
            case "false" -> false;
            case "null" -> null;
            default -> number(word);
        };
    }

    private static Number number(String word) {
        try {
            return word.matches("-?\\d+") ? (Number) Long.valueOf(word) : (Number) Double.valueOf(word);
        } catch (NumberFormatException notJson) {
            throw new IllegalArgumentException("not JSON: " + word, notJson);
        }
    }

    private char peek() {
        if (at >= text.length()) {
            throw new IllegalArgumentException("unexpected end");
        }
        return text.charAt(at);
    }

    private void expect(char c) {
        if (peek() != c) {
            throw new IllegalArgumentException("'" + c + "' wanted at " + at);
        }
        at++;
    }

    private void space() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
    }
}
