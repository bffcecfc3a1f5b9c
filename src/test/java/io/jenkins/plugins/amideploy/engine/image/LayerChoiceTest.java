package io.jenkins.plugins.amideploy.engine.image;

import static io.jenkins.plugins.amideploy.engine.image.FakeImages.application;
import static io.jenkins.plugins.amideploy.engine.image.FakeImages.base;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LayerChoiceTest {
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
    private static final String BASE = "b".repeat(64);
    private static final String APP = "a".repeat(64);

    /** Ages in days: of base layers, and of the base layers in application layers; "-" for no such image. */
    @ParameterizedTest(name = "bases {0}, applications {1}, limit {2}, fresh {3}: {4}")
    @CsvSource({
        "-,   -,   7, false, both",
        "1,   -,   7, false, on base1",
        "1 3, -,   7, false, on base1",
        "3 1, -,   7, false, on base1",
        "7,   -,   7, false, both",
        "6,   -,   7, false, on base6",
        "-,   1,   7, false, reuse app1",
        "1,   1,   7, false, reuse app1",
        "1,   1 2, 7, false, reuse app1",
        "-,   7,   7, false, both",
        "2,   7,   7, false, on base2",
        "8,   7,   7, false, both",
        "0,   0,   0, false, both",
        "1,   1,   7, true,  both",
        "30,  30,  31, false, reuse app30"
    })
    void layersAndAges_decideWhatIsBaked(String bases, String applications, int limit, boolean fresh, String expected) {
        List<Image> found = new ArrayList<>();
        ages(bases).forEach(age -> found.add(base("base" + age, BASE, daysAgo(age))));
        ages(applications).forEach(age -> found.add(application("app" + age, APP, daysAgo(age), daysAgo(age))));

        assertThat(told(choose(found, fresh, limit))).isEqualTo(expected);
    }

    @Test
    void imagesOfOtherContentOrLayer_areNotTaken() {
        List<Image> found = List.of(
                base("other", "c".repeat(64), NOW),
                base("wrong layer", APP, NOW),
                application("other content", "c".repeat(64), NOW, NOW),
                application("as base", BASE, NOW, NOW));

        assertThat(told(choose(found, false, 7))).isEqualTo("both");
    }

    @Test
    void applicationThatDoesNotTellTheAgeOfItsBase_isNotReused() {
        Image silent = FakeImages.image("silent", Layer.APPLICATION, APP, NOW, Map.of());

        assertThat(told(choose(List.of(silent), false, 7))).isEqualTo("both");
    }

    @Test
    void applicationBakedAgainOnAnOldBase_isOldAsItsBaseIs() {
        Image again = application("again", APP, NOW, daysAgo(8));

        assertThat(told(choose(List.of(again), false, 7))).isEqualTo("both");
    }

    @Test
    void newBase_saysWhy() {
        assertThat(why(List.of(), false)).isEqualTo("there is none of fingerprint bbbbbbbbbbbb…");
        assertThat(why(List.of(base("ami-1", BASE, daysAgo(9))), false))
                .isEqualTo("ami-1 is of 2026-11-14, and base_max_age_days is 7");
        assertThat(why(List.of(base("ami-1", BASE, NOW)), true)).isEqualTo("it was asked for afresh");
    }

    private static LayerChoice choose(List<Image> found, boolean fresh, int limit) {
        return LayerChoice.of(found, BASE, APP, fresh, Duration.ofDays(limit), NOW);
    }

    private static String why(List<Image> found, boolean fresh) {
        return ((LayerChoice.Both) choose(found, fresh, 7)).why();
    }

    private static List<Integer> ages(String text) {
        return text.equals("-")
                ? List.of()
                : List.of(text.split(" ")).stream().map(Integer::valueOf).toList();
    }

    private static Instant daysAgo(int days) {
        return NOW.minus(Duration.ofDays(days));
    }

    private static String told(LayerChoice choice) {
        if (choice instanceof LayerChoice.Reuse reuse) {
            return "reuse " + reuse.application().amiId();
        }
        return choice instanceof LayerChoice.OnBase on ? "on " + on.base().amiId() : "both";
    }
}
