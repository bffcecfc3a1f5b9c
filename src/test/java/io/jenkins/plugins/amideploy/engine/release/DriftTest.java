package io.jenkins.plugins.amideploy.engine.release;

import static io.jenkins.plugins.amideploy.engine.release.Groups.HTTP;
import static io.jenkins.plugins.amideploy.engine.release.Groups.TARGETS;
import static io.jenkins.plugins.amideploy.engine.release.Groups.VERSION;
import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.amideploy.engine.release.BalancerReader.Listener;
import io.jenkins.plugins.amideploy.engine.release.Facts.Name;
import io.jenkins.plugins.amideploy.engine.rollout.TemplateVersion;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class DriftTest {
    private static final Shape RECORDED = Shape.of(new Groups().snapshot(), List.of(HTTP));

    @Test
    void between_nothingChanged_isEmpty() {
        assertThat(Drift.between(RECORDED, Shape.of(new Groups().snapshot(), List.of(HTTP))))
                .isEmpty();
    }

    static Stream<Arguments> changes() {
        return Stream.of(
                change(group -> group.min = 0, "min_size: 0 now, 1 in the record"),
                change(group -> group.max = 5, "max_size: 5 now, 2 in the record"),
                change(group -> group.desired = 2, "desired_capacity: 2 now, 1 in the record"),
                change(
                        group -> group.template = new TemplateVersion("lt-1", "8"),
                        "launch template: lt-1 version 8 now, lt-1 version 7 in the record"),
                change(group -> group.template = null, "launch template: none now, lt-1 version 7 in the record"),
                change(
                        group -> group.suspended = Set.of("Terminate", "Launch"),
                        "suspended processes: Launch, Terminate now, none in the record"),
                change(
                        group -> group.targets.clear(),
                        "attached target groups: none now, " + TARGETS + " in the record"),
                change(
                        group -> group.targets.add(Groups.targets("arn:other", "healthy")),
                        "attached target groups: arn:other, " + TARGETS + " now, " + TARGETS + " in the record"));
    }

    private static Arguments change(Consumer<Groups> change, String line) {
        return Arguments.of(change, line);
    }

    @ParameterizedTest
    @MethodSource("changes")
    void between_oneChangeOfTheGroup_isOneLine(Consumer<Groups> change, String line) {
        Groups group = new Groups();
        change.accept(group);
        assertThat(Drift.between(RECORDED, Shape.of(group.snapshot(), List.of(HTTP))))
                .containsExactly(line);
    }

    @Test
    void between_listeners_areComparedByProtocolAndPort() {
        List<Listener> now =
                List.of(new Listener("HTTP", 80, List.of()), new Listener("HTTPS", 443, List.of("arn:b", "arn:a")));
        assertThat(Drift.between(RECORDED, Shape.of(new Groups().snapshot(), now)))
                .containsExactly(
                        "listener HTTP 80: forwards to no target group now, forwards to " + TARGETS + " in the record",
                        "listener HTTPS 443: forwards to arn:a, arn:b now, not there in the record");
        assertThat(Drift.between(RECORDED, Shape.of(new Groups().snapshot(), List.of())))
                .containsExactly("listener HTTP 80: not there now, forwards to " + TARGETS + " in the record");
    }

    @Test
    void shape_survivesTheRecord() {
        Facts recorded = Facts.of(
                Records.json(Facts.none().with(Name.SHAPE, RECORDED.tree()).tree()));
        assertThat(Shape.of(recorded)).contains(RECORDED);
        assertThat(Shape.of(Facts.none())).isEmpty();
        assertThat(Shape.of(Facts.none().with(Name.SHAPE, Map.of()))).isPresent();
    }

    @Test
    void targetGroups_thatWereTakenOff_areStillLookedAt() {
        Groups group = new Groups();
        group.targets.clear();
        assertThat(Shape.targetGroups(group.snapshot(), Optional.of(RECORDED))).containsExactly(TARGETS);
        assertThat(Shape.targetGroups(new Groups().snapshot(), Optional.empty()))
                .containsExactly(TARGETS);
        assertThat(RECORDED.templateVersion()).isEqualTo(VERSION.version());
    }
}
