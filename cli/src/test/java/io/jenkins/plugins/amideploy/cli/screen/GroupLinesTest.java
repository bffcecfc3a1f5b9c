package io.jenkins.plugins.amideploy.cli.screen;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.amideploy.engine.rollout.GroupView;
import io.jenkins.plugins.amideploy.engine.rollout.GroupView.InstanceView;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jline.utils.AttributedString;
import org.junit.jupiter.api.Test;

class GroupLinesTest {
    private static final Instant NOW = Instant.parse("2026-11-27T02:00:00Z");
    private static final InstanceView OLD =
            new InstanceView("i-0123456789abcdef0", false, "2", "InService", "Healthy", "healthy");
    private static final InstanceView FRESH =
            new InstanceView("i-0123456789abcdef1", true, "3", "InService", "Healthy", "unhealthy: Target.Timeout");

    private static GroupView group(List<InstanceView> instances, Optional<Duration> windowLeft) {
        return new GroupView("web-demo", 2, "3", "InProgress", 50, instances, List.of(), windowLeft);
    }

    private static List<String> lines(GroupView view, int room) {
        return new GroupLines(new Look(true, true))
                .of(view, NOW, NOW.plusSeconds(3), room).stream()
                        .map(AttributedString::toString)
                        .toList();
    }

    @Test
    void instances_haveTheirVersionAndTheirStates() {
        assertThat(lines(group(List.of(OLD, FRESH), Optional.empty()), 9))
                .containsExactly(
                        "    0 of 2 new ones serve, refresh InProgress 50%",
                        "    old i-0123456789abcdef0 v2   InService    healthy",
                        "    new i-0123456789abcdef1 v3   InService    unhealthy: Target.Timeout");
    }

    @Test
    void window_runsDownBetweenTwoLooks() {
        assertThat(lines(group(List.of(), Optional.of(Duration.ofSeconds(20))), 9))
                .containsExactly("    0 of 2 new ones serve, refresh InProgress 50%, must stay so for 00:17");
    }

    @Test
    void moreInstancesThanLines_areCounted() {
        List<InstanceView> many = IntStream.range(0, 30).mapToObj(each -> OLD).toList();
        assertThat(lines(group(many, Optional.empty()), 5)).hasSize(5).endsWith("    and 27 more");
    }
}
