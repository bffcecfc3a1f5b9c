package io.jenkins.plugins.amideploy.engine;

import io.jenkins.plugins.amideploy.engine.HclTokens.Kind;
import io.jenkins.plugins.amideploy.engine.HclTokens.Token;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The value of a variable as {@link VariablesFile} finds it: a tree of maps, lists, strings, numbers and booleans. What Terraform would have to
 * calculate is none.
 */
final class HclLiteral {
    /** Brackets in brackets; nobody writes more, and each takes room on the stack. */
    private static final int DEEPEST = 50;

    /** Digits on either side of a number's point. */
    private static final int MOST_DIGITS = 300;

    /** Not for anybody else: the words are more than a literal. */
    private static final class NoLiteral extends RuntimeException {
        private static final long serialVersionUID = 1L;

        NoLiteral() {
            super(null, null, false, false);
        }
    }

    /** @param value null for {@code null} */
    record Value(Object value) {}

    private final List<Token> tokens;
    private int at;
    private int depth;

    private HclLiteral(List<Token> tokens) {
        this.tokens = tokens;
    }

    /** @param tokens of one value; empty when they are more than a literal */
    static Optional<Value> of(List<Token> tokens) {
        HclLiteral literal = new HclLiteral(tokens);
        try {
            Value value = new Value(literal.value());
            return literal.at == tokens.size() ? Optional.of(value) : Optional.empty();
        } catch (NoLiteral expression) {
            return Optional.empty();
        }
    }

    private Object value() {
        Token token = take();
        if (token.is("[")) {
            return list();
        }
        if (token.is("{")) {
            return map();
        }
        if (token.is("-")) {
            return number(take()).negate();
        }
        return switch (token.kind()) {
            case TEXT -> token.text();
            case NUMBER -> number(token);
            case NAME -> word(token.text());
            default -> throw new NoLiteral();
        };
    }

    private static Object word(String name) {
        return switch (name) {
            case "true", "false" -> Boolean.valueOf(name);
            case "null" -> null;
            default -> throw new NoLiteral();
        };
    }

    private static BigDecimal number(Token token) {
        if (token.kind() != Kind.NUMBER || token.text().length() > MOST_DIGITS) {
            throw new NoLiteral();
        }
        try {
            BigDecimal number = new BigDecimal(token.text()).stripTrailingZeros();
            if (Math.abs((long) number.scale()) <= MOST_DIGITS) {
                return number;
            }
        } catch (NumberFormatException exponentTooLong) {
            // Said below.
        }
        throw new NoLiteral();
    }

    private List<Object> list() {
        enter();
        List<Object> list = new ArrayList<>();
        skipLineEnds();
        while (!take("]")) {
            list.add(value());
            skipLineEnds();
            if (!take(",") && !next().is("]")) {
                throw new NoLiteral();
            }
            skipLineEnds();
        }
        depth--;
        return list;
    }

    private Map<String, Object> map() {
        enter();
        Map<String, Object> map = new LinkedHashMap<>();
        skipLineEnds();
        while (!take("}")) {
            Token key = take();
            if (key.kind() != Kind.NAME && key.kind() != Kind.TEXT && key.kind() != Kind.NUMBER) {
                throw new NoLiteral();
            }
            if (!take("=") && !take(":")) {
                throw new NoLiteral();
            }
            map.put(key.kind() == Kind.NUMBER ? number(key).toPlainString() : key.text(), value());
            if (!take(",") && next().kind() != Kind.LINE_END && !next().is("}")) {
                throw new NoLiteral();
            }
            skipLineEnds();
        }
        depth--;
        return map;
    }

    private void enter() {
        if (++depth > DEEPEST) {
            throw new NoLiteral();
        }
    }

    private void skipLineEnds() {
        while (at < tokens.size() && tokens.get(at).kind() == Kind.LINE_END) {
            at++;
        }
    }

    private boolean take(String sign) {
        boolean there = next().is(sign);
        at += there ? 1 : 0;
        return there;
    }

    private Token take() {
        Token token = next();
        at++;
        return token;
    }

    private Token next() {
        if (at >= tokens.size()) {
            throw new NoLiteral();
        }
        return tokens.get(at);
    }
}
