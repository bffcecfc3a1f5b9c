package io.jenkins.plugins.amideploy.cli.screen;

import io.jenkins.plugins.amideploy.engine.rollout.GroupView;
import io.jenkins.plugins.amideploy.engine.rollout.GroupView.InstanceView;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jline.utils.AttributedString;
import org.jline.utils.AttributedStringBuilder;
import org.jline.utils.AttributedStyle;

/** A group that is being replaced: how far its refresh is, then its instances, one line each, old ones first. */
final class GroupLines {
    private static final String INDENT = "    ";

    /** States of an instance in its group that are on the way in. */
    private static final String PENDING = "Pending";

    private final Look look;

    GroupLines(Look look) {
        this.look = look;
    }

    /**
     * Its lines.
     *
     * @param seenAt when it was looked at
     * @param room lines that there are, two at least; instances that do not fit are counted
     */
    List<AttributedString> of(GroupView view, Instant seenAt, Instant now, int room) {
        List<AttributedString> lines = new ArrayList<>(List.of(line(look.faint(), head(view, seenAt, now))));
        int most = room - 1;
        int shown = view.instances().size() <= most ? most : most - 1;
        view.instances().stream().limit(shown).map(this::instance).forEach(lines::add);
        int more = view.instances().size() - shown;
        if (more > 0) {
            lines.add(line(look.faint(), "and " + more + " more"));
        }
        return lines;
    }

    private static String head(GroupView view, Instant seenAt, Instant now) {
        long fresh = view.instances().stream()
                .filter(instance -> instance.isNew() && instance.serves())
                .count();
        List<String> parts = new ArrayList<>(List.of(fresh + " of " + view.desired() + " new ones serve"));
        if (!view.refreshStatus().isEmpty()) {
            parts.add("refresh " + view.refreshStatus() + " " + view.refreshPercentage() + "%");
        }
        view.windowLeft()
                .map(left -> left.minus(Duration.between(seenAt, now)))
                .ifPresent(left -> parts.add(
                        left.isNegative() || left.isZero()
                                ? "one more look"
                                : "must stay so for " + Elapsed.text(left)));
        return String.join(", ", parts);
    }

    private AttributedString line(AttributedStyle style, String text) {
        return new AttributedStringBuilder()
                .append(INDENT)
                .styled(style, look.spelled(text))
                .toAttributedString();
    }

    private AttributedString instance(InstanceView seen) {
        String target = seen.target().isEmpty() ? seen.health() : seen.target();
        return new AttributedStringBuilder()
                .append(INDENT)
                .styled(seen.isNew() ? look.bold() : look.faint(), seen.isNew() ? "new" : "old")
                .append(String.format(" %-19s v%-3s ", seen.id(), seen.version()))
                .styled(style(seen), look.spelled(String.format("%-12s %s", seen.lifecycle(), target)))
                .toAttributedString();
    }

    private AttributedStyle style(InstanceView seen) {
        if (seen.serves()) {
            return look.good();
        }
        boolean isBad = !seen.lifecycle().startsWith(PENDING)
                && (seen.health().equals("Unhealthy") || seen.target().startsWith("unhealthy"));
        return seen.lifecycle().startsWith("Terminat") ? look.faint() : isBad ? look.bad() : look.waiting();
    }
}
