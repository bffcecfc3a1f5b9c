package io.jenkins.plugins.amideploy.cli.screen;

import java.nio.charset.Charset;
import org.jline.utils.AttributedString;
import org.jline.utils.AttributedStringBuilder;
import org.jline.utils.AttributedStyle;

/**
 * Colours and marks of the live view.
 *
 * @param hasColours false where the caller does not want them (https://no-color.org)
 * @param hasMarks false where the terminal knows ASCII only
 */
record Look(boolean hasColours, boolean hasMarks) {
    private static final String MARKS = "✓●✗○–…";

    static Look of(boolean hasColours, Charset charset) {
        return new Look(hasColours, charset.canEncode() && charset.newEncoder().canEncode(MARKS));
    }

    AttributedStyle bold() {
        return hasColours ? AttributedStyle.DEFAULT.bold() : AttributedStyle.DEFAULT;
    }

    AttributedStyle faint() {
        return hasColours ? AttributedStyle.DEFAULT.faint() : AttributedStyle.DEFAULT;
    }

    AttributedStyle good() {
        return colour(AttributedStyle.GREEN);
    }

    AttributedStyle waiting() {
        return colour(AttributedStyle.YELLOW);
    }

    AttributedStyle bad() {
        return colour(AttributedStyle.RED);
    }

    private AttributedStyle colour(int colour) {
        return hasColours ? AttributedStyle.DEFAULT.foreground(colour) : AttributedStyle.DEFAULT;
    }

    AttributedStyle style(Phase.State state) {
        return switch (state) {
            case DONE -> good();
            case RUNNING -> waiting();
            case FAILED -> bad();
            case AHEAD, LEFT_OUT -> faint();
        };
    }

    /** Tells states apart also without colours. */
    String mark(Phase.State state) {
        return switch (state) {
            case DONE -> hasMarks ? "✓" : "+";
            case RUNNING -> hasMarks ? "●" : ">";
            case FAILED -> hasMarks ? "✗" : "x";
            case AHEAD -> hasMarks ? "○" : ".";
            case LEFT_OUT -> hasMarks ? "–" : "-";
        };
    }

    /** A text in letters that the terminal has; nothing in it can move the cursor. */
    String spelled(String said) {
        String text = said.replaceAll("\\p{Cntrl}+", " ");
        return hasMarks ? text : text.replace("…", "...").replace("–", "-").replace("→", "->");
    }

    /** A line in at most so many columns. */
    AttributedString cut(AttributedString line, int width) {
        if (line.columnLength() <= width) {
            return line;
        }
        String end = spelled("…");
        return width <= end.length()
                ? line.columnSubSequence(0, width)
                : new AttributedStringBuilder()
                        .append(line.columnSubSequence(0, width - end.length()))
                        .append(end)
                        .toAttributedString();
    }
}
