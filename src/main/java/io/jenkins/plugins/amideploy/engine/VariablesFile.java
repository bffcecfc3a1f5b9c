package io.jenkins.plugins.amideploy.engine;

import io.jenkins.plugins.amideploy.engine.HclTokens.Kind;
import io.jenkins.plugins.amideploy.engine.HclTokens.Token;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * What a variables file in HCL gives: its literals. Expressions are stepped over, since only Terraform needs them. What is read here is what
 * Terraform reads; what Terraform refuses is refused (docs/decisions/variables-reader.md says why no library does it).
 */
final class VariablesFile {
    /** @param raw as it is written, on one line */
    private record Value(int line, String raw, Optional<HclLiteral.Value> literal) {
        boolean isNull() {
            return literal.isPresent() && literal.get().value() == null;
        }
    }

    /** A name that the file gives, and where. */
    record Given(String name, int line) {}

    /** No number of ours is so large. */
    private static final BigDecimal MOST = BigDecimal.valueOf(1_000_000_000);

    private final String file;
    private final String text;
    private final List<Token> tokens;
    private final Map<String, Value> values = new LinkedHashMap<>();
    private final Set<String> asked = new TreeSet<>();
    private int at;

    private VariablesFile(String file, String text) {
        this.file = file;
        this.text = text;
        this.tokens = HclTokens.of(file, text);
    }

    /** @throws IllegalArgumentException when a variable is given twice, a bracket is never closed, or a line is not understood */
    static VariablesFile parse(String file, String marked) {
        // A byte order mark is no text to Terraform either.
        String text = marked.startsWith("\uFEFF") ? marked.substring(1) : marked;
        if (text.indexOf('\0') >= 0 || text.indexOf('\uFFFD') >= 0) {
            throw new IllegalArgumentException(file + " is not UTF-8: save it as UTF-8");
        }
        VariablesFile result = new VariablesFile(file, text);
        while (result.next().kind() != Kind.END) {
            result.assignment();
        }
        return result;
    }

    private void assignment() {
        Token name = take();
        if (name.kind() == Kind.LINE_END) {
            return;
        }
        if (name.kind() != Kind.NAME || !take().is("=")) {
            throw error(name.line(), "not understood: " + lineOf(name) + ": a variable is given as name = value");
        }
        int from = at;
        skipValue();
        List<Token> value = tokens.subList(from, at);
        if (value.isEmpty()) {
            throw error(name.line(), name.text() + " has no value: write it behind the = on the same line");
        }
        String raw =
                text.substring(value.get(0).begin(), value.get(value.size() - 1).end());
        String onOneLine =
                raw.lines().map(String::strip).filter(line -> !line.isEmpty()).collect(Collectors.joining(" "));
        Value former = values.put(name.text(), new Value(name.line(), onOneLine, HclLiteral.of(value)));
        if (former != null) {
            throw error(
                    name.line(),
                    name.text() + " is given a second time, first on line " + former.line() + ": keep one");
        }
    }

    /** Up to the end of the line, or of the brackets that are opened on it. */
    private void skipValue() {
        int depth = 0;
        Token opened = next();
        for (; depth > 0 || next().kind() != Kind.LINE_END; at++) {
            Token token = next();
            if (token.kind() == Kind.END) {
                if (depth > 0) {
                    throw error(opened.line(), "what is opened here is never closed: add the closing bracket");
                }
                return;
            }
            if (isAny(token, "[{(")) {
                opened = depth == 0 ? token : opened;
                depth++;
            } else if (isAny(token, "]})")) {
                depth--;
            } else if (depth == 0 && token.is("=")) {
                throw error(token.line(), "not understood: " + lineOf(token) + ": each variable has a line of its own");
            }
            if (depth < 0) {
                throw error(token.line(), "this bracket closes nothing: remove it");
            }
        }
    }

    private static boolean isAny(Token token, String brackets) {
        return (token.kind() == Kind.SIGN || token.kind() == Kind.OTHER) && brackets.contains(token.text());
    }

    private Token next() {
        return tokens.get(at);
    }

    private Token take() {
        Token token = next();
        at += token.kind() == Kind.END ? 0 : 1;
        return token;
    }

    private String lineOf(Token token) {
        return text.lines().skip(token.line() - 1L).findFirst().orElse("").strip();
    }

    /** All that the file gives, in the order of its lines. */
    List<Given> given() {
        return values.entrySet().stream()
                .map(entry -> new Given(entry.getKey(), entry.getValue().line()))
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
        return literal(
                        name,
                        String.class::isInstance,
                        "a plain string in double quotes, as it is read before Terraform runs")
                .map(String.class::cast);
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
        return literal(
                        name,
                        value -> value instanceof List<?> list && list.stream().allMatch(String.class::isInstance),
                        "a list of plain strings in double quotes")
                .map(value -> ((List<?>) value).stream().map(String.class::cast).toList())
                .orElse(List.of());
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
        return value.literal()
                .orElseThrow(() -> error(
                        value.line(),
                        name + ": it must be written out: plain strings, numbers, true, false, lists and maps"))
                .value();
    }

    /** @throws IllegalArgumentException when the variable is there and not a whole number */
    Optional<Integer> number(String name) {
        return literal(
                        name,
                        value -> value instanceof BigDecimal number
                                && number.signum() >= 0
                                && number.scale() <= 0
                                && number.compareTo(MOST) < 0,
                        "a whole number")
                .map(value -> ((BigDecimal) value).intValueExact());
    }

    /** @throws IllegalArgumentException when the variable is there and neither true nor false */
    Optional<Boolean> flag(String name) {
        return literal(name, Boolean.class::isInstance, "true or false, without quotes")
                .map(Boolean.class::cast);
    }

    private Optional<Object> literal(String name, Predicate<Object> fits, String what) {
        Value value = value(name);
        if (value == null || value.isNull()) {
            return Optional.empty();
        }
        return Optional.of(value.literal()
                .map(HclLiteral.Value::value)
                .filter(fits)
                .orElseThrow(() -> error(value.line(), name + " is " + value.raw() + ": it must be " + what)));
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
