package io.jenkins.plugins.amideploy.cli.screen;

import java.util.ArrayList;
import java.util.List;

/** Breaks a text between words. */
final class Wrapped {
    private Wrapped() {}

    /**
     * At least one line, which may be empty.
     *
     * @param first columns of the first line
     * @param others columns of the others
     * @param most lines; what does not fit stays at the end of the last, for the caller to cut
     */
    static List<String> text(String text, int first, int others, int most) {
        List<String> lines = new ArrayList<>();
        String rest = text.strip();
        int room = first;
        while (rest.length() > room && lines.size() + 1 < most) {
            int end = rest.lastIndexOf(' ', room);
            if (end <= 0) {
                end = room;
            }
            lines.add(rest.substring(0, end));
            rest = rest.substring(end).strip();
            room = others;
        }
        lines.add(rest);
        return lines;
    }
}
