package io.jenkins.plugins.amideploy.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The words of a file in HCL, as {@link VariablesFile} reads them: names, numbers, texts, signs and line ends, without comments. Each text has its
 * escapes resolved, as Terraform has it (hcl/hclsyntax/spec.md, "Lexical Elements" and "Template Expressions").
 */
final class HclTokens {
    /** What a word is; a text of more than plain characters is a TEMPLATE, and what no literal consists of is OTHER. */
    enum Kind {
        NAME,
        NUMBER,
        TEXT,
        TEMPLATE,
        SIGN,
        OTHER,
        LINE_END,
        END
    }

    /**
     * @param text of a TEXT its value, else its characters
     * @param begin where it is in the file
     * @param end behind its last character
     */
    record Token(Kind kind, String text, int line, int begin, int end) {
        boolean is(String sign) {
            return kind == Kind.SIGN && text.equals(sign);
        }
    }

    private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{Nl}_][\\p{L}\\p{Nl}\\p{Nd}\\p{Mn}\\p{Mc}_-]*");
    private static final Pattern NUMBER = Pattern.compile("\\d+(?:\\.\\d+)?(?:[eE][+-]?\\d+)?");
    private static final Pattern HEREDOC = Pattern.compile("<<(-?)(" + NAME.pattern() + ")\\r?\\n");
    private static final Pattern SPACE = Pattern.compile("[ \\t]+");
    private static final Pattern COMMENT = Pattern.compile("(?:#|//)[^\\n]*|/\\*(?s:.*?)\\*/");

    /** Texts in expressions in texts; each takes room on the stack. */
    private static final int DEEPEST = 50;

    private static final String SIGNS = "[]{}=:,-";

    private static final Pattern ESCAPE =
            Pattern.compile("\\\\(?:([nrt\"\\\\])|u(\\p{XDigit}{4})|U(\\p{XDigit}{8}))|\\\\(.)");
    private static final Pattern TEMPLATE = Pattern.compile("(?<!\\$)\\$\\{|(?<!%)%\\{");
    private static final Pattern NO_TEMPLATE = Pattern.compile("([$%])\\1\\{");

    private final String file;
    private final String text;
    private final List<Token> tokens = new ArrayList<>();
    private int at;
    private int line = 1;

    private HclTokens(String file, String text) {
        this.file = file;
        this.text = text;
    }

    /** @throws IllegalArgumentException with file and line when something is no word of HCL */
    static List<Token> of(String file, String text) {
        HclTokens reader = new HclTokens(file, text);
        while (reader.at < text.length()) {
            reader.next();
        }
        reader.add(Kind.END, "", text.length());
        return reader.tokens;
    }

    private void next() {
        if (skip(SPACE) || skip(COMMENT)) {
            return;
        }
        char c = text.charAt(at);
        Matcher heredoc = match(HEREDOC);
        if (c == '\n' || text.startsWith("\r\n", at)) {
            add(Kind.LINE_END, "", at + (c == '\n' ? 1 : 2));
        } else if (c == '"') {
            quoted();
        } else if (heredoc != null) {
            heredoc(!heredoc.group(1).isEmpty(), heredoc.group(2), heredoc.end());
        } else if (match(NAME) != null) {
            add(Kind.NAME, match(NAME).group(), match(NAME).end());
        } else if (match(NUMBER) != null) {
            add(Kind.NUMBER, match(NUMBER).group(), match(NUMBER).end());
        } else if (c == '\r') {
            throw error("a carriage return alone ends no line: save the file with the line ends of Unix or Windows");
        } else if (text.startsWith("/*", at)) {
            throw error("the comment that begins here is never closed: add */");
        } else {
            add(SIGNS.indexOf(c) >= 0 ? Kind.SIGN : Kind.OTHER, String.valueOf(c), at + 1);
        }
    }

    private void quoted() {
        int end = endOfQuoted(at + 1, 0);
        String inside = text.substring(at + 1, end - 1);
        if (TEMPLATE.matcher(inside).find()) {
            add(Kind.TEMPLATE, inside, end);
            return;
        }
        StringBuilder value = new StringBuilder();
        Matcher escape = ESCAPE.matcher(inside);
        while (escape.find()) {
            escape.appendReplacement(value, Matcher.quoteReplacement(unescaped(escape)));
        }
        add(Kind.TEXT, withoutTemplates(escape.appendTail(value).toString()), end);
    }

    private String unescaped(Matcher escape) {
        if (escape.group(4) != null) {
            throw error("\\" + escape.group(4) + " stands for nothing: write a backslash as \\\\");
        }
        if (escape.group(1) != null) {
            return switch (escape.group(1)) {
                case "n" -> "\n";
                case "r" -> "\r";
                case "t" -> "\t";
                default -> escape.group(1);
            };
        }
        String digits = escape.group(2) == null ? escape.group(3) : escape.group(2);
        int character = Integer.parseUnsignedInt(digits, 16);
        if (!Character.isValidCodePoint(character)) {
            throw error(escape.group() + " is no character");
        }
        return Character.toString(character);
    }

    /** Behind the closing quotation mark of a text; expressions in it may have texts of their own. */
    private int endOfQuoted(int from, int depth) {
        if (depth > DEEPEST) {
            throw error("texts in texts in more than " + DEEPEST + " floors: write it out");
        }
        int expressions = 0;
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"') {
                if (expressions == 0) {
                    return i + 1;
                }
                i = endOfQuoted(i + 1, depth + 1) - 1;
            } else if (c == '\\' && expressions == 0) {
                i++;
            } else if (c == '\n' && expressions == 0) {
                break;
            } else if (c == '{' && (expressions > 0 || isTemplate(i))) {
                expressions++;
            } else if (c == '}' && expressions > 0) {
                expressions--;
            }
        }
        throw error("the text that begins here does not end on its line: add the closing quotation mark, or write a"
                + " line break as \\n");
    }

    /** Whether it is this brace that opens an expression: behind a sign that is not doubled. */
    private boolean isTemplate(int brace) {
        char sign = text.charAt(brace - 1);
        return (sign == '$' || sign == '%') && text.charAt(brace - 2) != sign;
    }

    private void heredoc(boolean indented, String mark, int from) {
        Matcher close = Pattern.compile("(?m)^[ \\t]*" + Pattern.quote(mark) + "(?=[ \\t]*\\r?$)")
                .matcher(text);
        if (!close.find(from)) {
            throw error("the text that begins here (<<" + mark + ") is never closed: end it with a line " + mark);
        }
        String inside = text.substring(from, close.start());
        boolean template = TEMPLATE.matcher(inside).find();
        String value =
                withoutTemplates(indented ? inside.replaceAll("(?m)^[ \\t]{" + indent(inside) + "}", "") : inside);
        add(template ? Kind.TEMPLATE : Kind.TEXT, template ? inside : value, close.end());
    }

    /** What all lines but blank ones begin with. */
    private static int indent(String lines) {
        return lines.lines()
                .filter(each -> !each.isBlank())
                .mapToInt(each -> each.length() - each.stripLeading().length())
                .min()
                .orElse(0);
    }

    private static String withoutTemplates(String value) {
        return NO_TEMPLATE.matcher(value).replaceAll("$1{");
    }

    private Matcher match(Pattern pattern) {
        Matcher matcher = pattern.matcher(text).region(at, text.length());
        return matcher.lookingAt() ? matcher : null;
    }

    private boolean skip(Pattern pattern) {
        Matcher matcher = match(pattern);
        if (matcher == null) {
            return false;
        }
        move(matcher.end());
        return true;
    }

    private void add(Kind kind, String value, int end) {
        tokens.add(new Token(kind, value, line, at, end));
        move(end);
    }

    private void move(int to) {
        line += (int) text.substring(at, to).chars().filter(c -> c == '\n').count();
        at = to;
    }

    private IllegalArgumentException error(String message) {
        return new IllegalArgumentException(file + " line " + line + ": " + message);
    }
}
