package io.jenkins.plugins.amideploy.cli.screen;

import io.jenkins.plugins.amideploy.engine.rollout.GroupView;
import io.jenkins.plugins.amideploy.engine.rollout.GroupView.InstanceView;
import java.util.ArrayList;
import java.util.List;
import org.jline.utils.AttributedString;
import org.jline.utils.AttributedStringBuilder;

/** The instances of a group that are replaced, one line each, new ones first. */
final class GroupLines {
    private static final String INDENT = "      ";

    private final Look look;

    GroupLines(Look look) {
        this.look = look;
    }

    /** @param room lines that there are, two at least; instances that do not fit are counted */
    List<AttributedString> of(GroupView view, int room) {
        List<AttributedString> lines = new ArrayList<>();
        lines.add(line(look.faint(), head(view)));
        List<InstanceView> instances = sorted(view);
        int most = room - lines.size();
        boolean fits = instances.size() <= most;
        instances.stream()
                .limit(fits ? most : Math.max(0, most - 1))
                .map(this::instance)
                .forEach(lines::add);
        if (!fits) {
            lines.add(line(look.faint(), "and " + (instances.size() - Math.max(0, most - 1)) + " more"));
        }
        return lines;
    }

    private static List<InstanceView> sorted(GroupView view) {
        return view.instances();
    }

    private static String head(GroupView view) {
        return "";
    }

    private AttributedString line(org.jline.utils.AttributedStyle style, String text) {
        return new AttributedStringBuilder()
                .append(INDENT)
                .styled(style, look.spelled(text))
                .toAttributedString();
    }

    private AttributedString instance(InstanceView seen) {
        return line(look.faint(), seen.id());
    }
}
