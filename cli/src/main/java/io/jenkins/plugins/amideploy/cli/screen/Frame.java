package io.jenkins.plugins.amideploy.cli.screen;

import io.jenkins.plugins.amideploy.cli.screen.Phase.State;
import io.jenkins.plugins.amideploy.engine.rollout.GroupView;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jline.utils.AttributedString;
import org.jline.utils.AttributedStringBuilder;
import org.jline.utils.AttributedStyle;

/** The live view at one moment, line by line, as large as the terminal allows. Pure; {@link LiveScreen} draws it. */
final class Frame {
    /** Lines of what the running part says; what is longer is cut. */
    private static final int SAYING_LINES = 3;

    /** Columns before a detail: it stands below its phase's name. */
    private static final int INDENT = 4;

    /** Columns of the name that is followed by times; longer names push theirs. */
    private static final int NAME = 8;

    /** Columns that a text needs to be worth its line: a word. */
    private static final int LEAST_TEXT = 8;

    /** A group, and when it was looked at. */
    record Seen(GroupView view, Instant at) {}

    private final Look look;
    private final int width;
    private final int height;
    private final Instant now;

    /**
     * @param width columns that may be filled
     * @param height lines that may be filled
     */
    Frame(Look look, int width, int height, Instant now) {
        this.look = look;
        this.width = Math.max(1, width);
        this.height = Math.max(1, height);
        this.now = now;
    }

    /** @param group empty where no group is looked at */
    List<AttributedString> lines(String title, Instant startedAt, List<Phase> phases, Optional<Seen> group) {
        AttributedString head = new AttributedStringBuilder()
                .styled(look.bold(), title)
                .styled(look.faint(), "  " + Elapsed.text(Duration.between(startedAt, now)))
                .toAttributedString();
        List<AttributedString> over = new ArrayList<>();
        List<AttributedString> current = new ArrayList<>();
        for (Phase phase : phases) {
            (current.isEmpty() && isOver(phase) ? over : current).addAll(phase(phase));
            if (phase.is(State.RUNNING) || phase.is(State.FAILED)) {
                int room = height - 1 - over.size() - current.size() - (phases.size() - phases.indexOf(phase) - 1);
                group.ifPresent(seen ->
                        current.addAll(new GroupLines(look).of(seen.view(), seen.at(), now, Math.max(room, 2))));
            }
        }
        return fitted(head, over, current);
    }

    private static boolean isOver(Phase phase) {
        return phase.is(State.DONE) || phase.is(State.LEFT_OUT);
    }

    /** What is over goes first where there is too little room, then what stands last. */
    private List<AttributedString> fitted(
            AttributedString head, List<AttributedString> over, List<AttributedString> current) {
        List<AttributedString> lines = new ArrayList<>(over);
        lines.addAll(current);
        int tooMany = Math.max(0, lines.size() + 1 - height);
        List<AttributedString> kept = lines.subList(Math.min(tooMany, over.size()), lines.size());
        List<AttributedString> all = new ArrayList<>(List.of(head));
        all.addAll(kept);
        return all.stream().limit(height).map(line -> look.cut(line, width)).toList();
    }

    private List<AttributedString> phase(Phase phase) {
        AttributedStringBuilder begin = new AttributedStringBuilder()
                .append("  ")
                .styled(look.style(phase.state()), look.mark(phase.state()))
                .append(" ")
                .styled(
                        phase.is(State.AHEAD) ? look.faint() : AttributedStyle.DEFAULT,
                        String.format("%-" + NAME + "s", phase.name()));
        if (phase.is(State.AHEAD)) {
            return List.of(begin.toAttributedString());
        }
        String time = phase.is(State.LEFT_OUT) ? "     " : Elapsed.text(phase.elapsed(now));
        begin.append(" ").styled(look.faint(), time).append("  ");
        List<String> said = saying(phase, width - begin.columnLength());
        List<AttributedString> lines =
                new ArrayList<>(List.of(begin.append(said.get(0)).toAttributedString()));
        said.stream().skip(1).forEach(more -> lines.add(new AttributedString(" ".repeat(INDENT) + more)));
        return lines;
    }

    /** Whole while it runs, in a narrow window below the time; of what is over a line is enough. */
    private List<String> saying(Phase phase, int room) {
        String text = look.spelled(phase.text());
        if (!phase.is(State.RUNNING)) {
            return List.of(text);
        }
        int below = Math.max(width - INDENT, LEAST_TEXT);
        if (room >= LEAST_TEXT) {
            return Wrapped.text(text, room, below, SAYING_LINES);
        }
        List<String> lines = new ArrayList<>(List.of(""));
        lines.addAll(Wrapped.text(text, below, below, SAYING_LINES));
        return lines;
    }
}
