package io.jenkins.plugins.amideploy.engine.tool;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Reads a tree from {@link JsonParser}; what is absent or of another type reads as empty, never as an exception. */
public final class Json {
    private final Object node;

    private Json(Object node) {
        this.node = node;
    }

    /** Looks at a tree. */
    public static Json of(Object tree) {
        return new Json(tree);
    }

    /** Parses a text; what is not JSON reads as an absent value. */
    public static Json lenient(JsonParser parser, String text) {
        try {
            return new Json(parser.parse(text));
        } catch (IllegalArgumentException notJson) {
            return new Json(null);
        }
    }

    /** A member of an object. */
    public Json get(String name) {
        return node instanceof Map<?, ?> map ? new Json(map.get(name)) : new Json(null);
    }

    /** The names of an object's members. */
    public Set<String> names() {
        return node instanceof Map<?, ?> map
                ? map.keySet().stream().map(String::valueOf).collect(Collectors.toUnmodifiableSet())
                : Set.of();
    }

    /** The elements of an array. */
    public List<Json> list() {
        return node instanceof List<?> list ? list.stream().map(Json::new).toList() : List.of();
    }

    /** A string, or "" when there is none. */
    public String text() {
        return node instanceof String string ? string : "";
    }

    /** A string, if there is one. */
    public Optional<String> string() {
        return node instanceof String string ? Optional.of(string) : Optional.empty();
    }

    /** A whole number, or 0. */
    public long number() {
        return node instanceof Number number ? number.longValue() : 0;
    }

    /** A string, number or boolean as text; "" when there is none. */
    public String scalar() {
        return node instanceof String || node instanceof Number || node instanceof Boolean ? String.valueOf(node) : "";
    }

    /** {@code true} only where the document says so. */
    public boolean isTrue() {
        return Boolean.TRUE.equals(node);
    }

    /** What is looked at, as {@link JsonParser} gave it; null where there is nothing. */
    public Object tree() {
        return node;
    }

    /** Whether there is nothing, or JSON's null. */
    public boolean isAbsent() {
        return node == null;
    }
}
