package io.jenkins.plugins.amideploy.engine.release;

import static io.jenkins.plugins.amideploy.engine.release.Records.DEMO;
import static io.jenkins.plugins.amideploy.engine.release.Records.START;
import static io.jenkins.plugins.amideploy.engine.release.Records.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.amideploy.engine.release.Begin.Kind;
import io.jenkins.plugins.amideploy.engine.release.Begin.Source;
import io.jenkins.plugins.amideploy.engine.release.End.Failure;
import io.jenkins.plugins.amideploy.engine.release.End.Result;
import io.jenkins.plugins.amideploy.engine.release.Facts.Name;
import io.jenkins.plugins.amideploy.engine.tool.Json;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class RecordTest {
    private static final Begin PROMOTION = new Begin(
            12,
            DEMO,
            Kind.PROMOTION,
            Optional.of(new Source("test", 7)),
            START,
            "jenkins-web-7",
            "https://ci.example/job/web/7/",
            "c0ffee");

    private static final Facts FACTS = Facts.none()
            .with(Name.IMAGE_ID, "ami-1")
            .with(Name.LAUNCH_TEMPLATE_VERSION, "7")
            .with(Name.INSTANCE_IDS, List.of("i-0a", "i-0b"))
            .with(Name.SETTINGS, Map.of("instance_type", "t3.small"))
            .withPhase("bake", Duration.ofSeconds(65))
            .withPhase("plan", Duration.ofMillis(4999));

    @Test
    void begin_survivesItsRecord() {
        assertThat(Begin.of(json(PROMOTION.tree()))).isEqualTo(PROMOTION);
        assertThat(Begin.of(json(Records.begin(1).tree()))).isEqualTo(Records.begin(1));
    }

    @ParameterizedTest
    @EnumSource(Result.class)
    void end_survivesItsRecord(Result result) {
        boolean failed = result == Result.FAILED || result == Result.ABORTED;
        End end = new End(
                result,
                START,
                FACTS,
                failed
                        ? Optional.of(new Failure(
                                "NEVER_HEALTHY", "no \"luck\"", List.of("one", "two"), "back", "mend it", "do it"))
                        : Optional.empty());
        assertThat(End.of(json(end.tree()))).isEqualTo(end);
    }

    @Test
    void run_survivesItsRecord() {
        Run run = new Run(Records.process("cli-1"), 12, START, START.plusSeconds(60));
        assertThat(Run.of(json(run.tree()))).isEqualTo(run);
    }

    @Test
    void facts_surviveAnyJson_andOthersAreLeftOut() {
        Map<String, Object> tree = new LinkedHashMap<>(FACTS.tree());
        tree.put("invented_later", "x");
        assertThat(Facts.of(json(tree))).isEqualTo(FACTS);
    }

    @Test
    void facts_ofAPhaseThatRanTwice_addUp() {
        assertThat(FACTS.withPhase("plan", Duration.ofSeconds(3)).phases())
                .containsExactly(Map.entry("bake", 65L), Map.entry("plan", 7L));
        assertThat(Facts.of(json(FACTS.tree()))
                        .withPhase("rollout", Duration.ofMinutes(2))
                        .phases())
                .containsExactly(Map.entry("bake", 65L), Map.entry("plan", 4L), Map.entry("rollout", 120L));
    }

    @Test
    void facts_laterOnes_winOverEarlierAndEmptyOnesAreNone() {
        Facts later = FACTS.with(Facts.none().with(Name.IMAGE_ID, "ami-2"));
        assertThat(later.text(Name.IMAGE_ID)).isEqualTo("ami-2");
        assertThat(later.text(Name.LAUNCH_TEMPLATE_VERSION)).isEqualTo("7");
        assertThat(later.with(Name.IMAGE_ID, "").with(Name.IMAGE_ID, (String) null))
                .isEqualTo(later);
    }

    /** Records are read by people and may be written by them. */
    @Test
    void facts_ofAnotherType_readAsUnknown() {
        Facts odd = Facts.of(Json.of(Map.of(
                "image_id",
                7L,
                "base_baked_at",
                "yesterday",
                "instance_ids",
                "i-0a",
                "settings",
                Map.of("max_size", 3L, "flag", true),
                "phases",
                Map.of("bake", "long"))));
        assertThat(odd.text(Name.IMAGE_ID)).isEmpty();
        assertThat(odd.time(Name.BASE_BAKED_AT)).isEmpty();
        assertThat(odd.texts(Name.INSTANCE_IDS)).isEmpty();
        assertThat(odd.strings(Name.SETTINGS)).containsOnly(Map.entry("max_size", "3"), Map.entry("flag", "true"));
        assertThat(odd.phases()).containsExactly(Map.entry("bake", 0L));
        assertThat(Facts.of(Json.of(null))).isEqualTo(Facts.none());
    }

    @Test
    void format_laterThanOurs_isRefusedByName() {
        Map<String, Object> begin = PROMOTION.tree();
        begin.put("format", 2);
        assertThatThrownBy(() -> Begin.of(json(begin)))
                .isInstanceOf(NewerFormat.class)
                .hasMessage(
                        "format 2 is newer than this version reads (1): use the version that wrote it, or a newer one");
        Map<String, Object> end = new End(Result.HEALTHY, START, FACTS, Optional.empty()).tree();
        end.put("format", 2);
        assertThatThrownBy(() -> End.of(json(end))).isInstanceOf(NewerFormat.class);
    }

    @ParameterizedTest
    @CsvSource({
        "format, '', no format",
        "number, 0, number is 0",
        "number, 4294967297, number is 4294967297",
        "kind, undo, 'kind is \"undo\"'",
        "kind, '', 'kind is \"\"'",
        "kind, deployment, 'a promotion or rollback has a source, a deployment has none'",
        "started_at, yesterday, 'started_at: Text ''yesterday'' could not be parsed at index 0'"
    })
    void begin_malformed_saysWhat(String name, String value, String message) {
        Map<String, Object> tree = PROMOTION.tree();
        tree.put(name, value.matches("\\d+") ? (Object) Long.valueOf(value) : value);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Begin.of(json(tree)))
                .withMessage(message);
    }

    @ParameterizedTest
    @CsvSource({
        "result, splendid, 'result is \"splendid\"'",
        "result, failed, a release has a failure exactly when it failed or was aborted",
        "ended_at, '', 'ended_at: Text '''' could not be parsed at index 0'"
    })
    void end_malformed_saysWhat(String name, String value, String message) {
        Map<String, Object> tree = new End(Result.HEALTHY, START, FACTS, Optional.empty()).tree();
        tree.put(name, value);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> End.of(json(tree)))
                .withMessage(message);
    }

    @Test
    void owner_isNamedSoThatItCanBeFound() {
        assertThat(Records.process("cli-ann").text()).isEqualTo("cli-ann (process 4711 on host)");
        assertThat(new Run.Owner("jenkins-7", "https://ci.example/7/", "", "", 0, "").text())
                .isEqualTo("jenkins-7 (https://ci.example/7/)");
    }
}
