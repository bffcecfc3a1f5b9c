package io.jenkins.plugins.amideploy.engine.release;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.amideploy.engine.release.End.Result;
import io.jenkins.plugins.amideploy.engine.state.MemoryStore;
import io.jenkins.plugins.amideploy.engine.tool.Json;
import io.jenkins.plugins.amideploy.engine.tool.TinyJson;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever stands in the bucket, reading it gives a record or an {@link IllegalArgumentException}, never another surprise. */
class RecordProperties {
    private static final Release WHOLE = Records.ended(
            Records.rollback(3, 1), Result.FAILED, Records.image("ami-1").withPhase("bake", Duration.ofSeconds(9)));

    private static final List<String> NAMES = List.of(
            "format",
            "number",
            "app",
            "environment",
            "kind",
            "source",
            "started_at",
            "build",
            "build_url",
            "run_commit",
            "result",
            "ended_at",
            "failure",
            "evidence",
            "cause",
            "image_id",
            "phases",
            "settings",
            "instance_ids",
            "shape",
            "base_baked_at",
            "host",
            "boot",
            "process",
            "release",
            "since",
            "seen_at",
            "free_since",
            "releases",
            "end");

    @Provide
    Arbitrary<Object> values() {
        Arbitrary<Object> leaf = Arbitraries.oneOf(
                Arbitraries.of(
                        "", "healthy", "failed", "rollback", "web", "demo", "2026-11-26T10:00:00Z", "not a time"),
                Arbitraries.of(0L, 1L, 2L, -1L, Long.MAX_VALUE, 1.5),
                Arbitraries.of(true, false),
                Arbitraries.just(null));
        return Arbitraries.recursive(
                () -> leaf,
                inner -> Arbitraries.oneOf(
                        leaf,
                        inner.list().ofMaxSize(3).map(list -> (Object) list),
                        Arbitraries.maps(Arbitraries.of(NAMES), inner)
                                .ofMaxSize(4)
                                .map(map -> (Object) map)),
                0,
                2);
    }

    /** A record of which some members are other values, or are gone. */
    @Provide
    Arbitrary<Map<String, Object>> records() {
        Map<String, Object> whole = new LinkedHashMap<>(WHOLE.tree());
        whole.putAll(WHOLE.end().orElseThrow().tree());
        whole.putAll(new Run(Records.process("cli-1"), 3, Records.START, Records.START).tree());
        return Arbitraries.maps(Arbitraries.of(NAMES), values()).ofMaxSize(3).map(changes -> {
            Map<String, Object> changed = new LinkedHashMap<>(whole);
            changes.forEach((name, value) -> {
                if (value == null) {
                    changed.remove(name);
                } else {
                    changed.put(name, value);
                }
            });
            return changed;
        });
    }

    @Property
    void anyTree_isReadOrRefused(@ForAll("values") Object tree) {
        readAll(Json.of(tree));
    }

    @Property
    void recordWithSomethingOdd_isReadOrRefused(@ForAll("records") Map<String, Object> tree) {
        readAll(Json.of(tree));
    }

    private static void readAll(Json json) {
        refused(() -> Begin.of(json), begin -> assertThat(begin.tree()).isNotEmpty());
        refused(() -> End.of(json), end -> use(end.facts()));
        refused(() -> Run.of(json), run -> assertThat(run.owner().text()).isNotEmpty());
        use(Facts.of(json));
    }

    private static void use(Facts facts) {
        assertThat(facts.withPhase("bake", Duration.ofSeconds(1)).phases()).containsKey("bake");
        for (Facts.Name name : Facts.Name.values()) {
            assertThat(facts.text(name)).isNotNull();
            assertThat(facts.time(name)).isNotNull();
            assertThat(facts.texts(name)).isNotNull();
            assertThat(facts.strings(name)).isNotNull();
        }
        Shape.of(facts)
                .ifPresent(shape -> assertThat(Drift.between(shape, shape)).isEmpty());
        Release release = new Release(
                Records.begin(1), Optional.of(new End(Result.HEALTHY, Records.START, facts, Optional.empty())));
        assertThat(Records.history(release).kept(5).size()).isEqualTo(release.isProven() ? 1 : 0);
    }

    @Property
    void anyIndex_isReadOrCountsAsNone(@ForAll("values") Object index) {
        MemoryStore store = new MemoryStore();
        TinyJson json = new TinyJson();
        ReleaseStore releases = new ReleaseStore(store, Records.DEMO, json, json);
        releases.end(
                releases.begin(Records.begin(0)).begin(),
                Records.healthy(1, "ami-1").end().orElseThrow());
        store.write("web/demo/releases/index.json", json.write(index));
        assertThat(releases.history()).extracting(Release::imageId).containsExactly("ami-1");
    }

    @Property
    void anyClaim_isReadOrRefused(@ForAll("records") Map<String, Object> tree) {
        MemoryStore store = new MemoryStore();
        TinyJson json = new TinyJson();
        store.write("web/demo/run.json", json.write(tree));
        EnvironmentClaims claims = new EnvironmentClaims(store, Records.DEMO, json, json, () -> Records.START);
        refused(claims::current, run -> assertThat(run).isNotNull());
    }

    /** SNS takes fewer than 100 characters of printable ASCII. */
    @Property
    void subjectOfAnyFailure_isWhatSnsTakes(@ForAll String summary) {
        End end = new End(Result.FAILED, Records.START, Facts.none(), Optional.of(End.Failure.of(summary)));
        Announcement told = Announcement.of(new Release(Records.begin(13), Optional.of(end)), Records.JSON);
        assertThat(told.subject()).matches("[!-~][ -~]{0,98}");
    }

    private static <T> void refused(Supplier<T> reading, Consumer<T> using) {
        T read;
        try {
            read = reading.get();
        } catch (IllegalArgumentException refused) {
            assertThat(refused.getMessage()).isNotBlank().doesNotContain("\n");
            return;
        }
        using.accept(read);
    }
}
