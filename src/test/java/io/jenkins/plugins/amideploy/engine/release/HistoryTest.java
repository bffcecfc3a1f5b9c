package io.jenkins.plugins.amideploy.engine.release;

import static io.jenkins.plugins.amideploy.engine.release.Records.begin;
import static io.jenkins.plugins.amideploy.engine.release.Records.ended;
import static io.jenkins.plugins.amideploy.engine.release.Records.healthy;
import static io.jenkins.plugins.amideploy.engine.release.Records.history;
import static io.jenkins.plugins.amideploy.engine.release.Records.image;
import static io.jenkins.plugins.amideploy.engine.release.Records.minute;
import static io.jenkins.plugins.amideploy.engine.release.Records.open;
import static io.jenkins.plugins.amideploy.engine.release.Records.process;
import static io.jenkins.plugins.amideploy.engine.release.Records.rollback;
import static io.jenkins.plugins.amideploy.engine.release.Records.rolledBack;
import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.amideploy.engine.Outcome;
import io.jenkins.plugins.amideploy.engine.release.Begin.Kind;
import io.jenkins.plugins.amideploy.engine.release.Begin.Source;
import io.jenkins.plugins.amideploy.engine.release.End.Result;
import io.jenkins.plugins.amideploy.engine.release.EnvironmentClaims.Life;
import io.jenkins.plugins.amideploy.engine.release.Facts.Name;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class HistoryTest {
    private static final Map<String, String> SETTINGS = Map.of("instance_type", "t3.small");

    private static int target(OptionalInt to, Release... releases) {
        return ((Outcome.Success<Release>) history(releases).rollbackTarget(to))
                .value()
                .number();
    }

    private static String refusal(Outcome<Release> outcome) {
        Outcome.Failure<Release> failure = (Outcome.Failure<Release>) outcome;
        assertThat(failure.kind()).isEqualTo(Outcome.Kind.BAD_INPUT);
        return failure.message();
    }

    private static Release failed(int number) {
        return ended(begin(number), Result.FAILED, image("ami-bad"));
    }

    private static Release unchanged(int number, String image) {
        return ended(begin(number), Result.UNCHANGED, image(image));
    }

    private static Release resized(int number, String image) {
        return ended(
                begin(number), Result.HEALTHY, image(image).with(Name.SETTINGS, Map.of("instance_type", "m5.large")));
    }

    @Test
    void current_isTheNewestThatWasProvenHealthy() {
        History history = history(healthy(1, "A"), healthy(2, "B"), unchanged(3, "B"), failed(4), open(5));
        assertThat(history.current()).map(Release::number).contains(2);
        assertThat(history(failed(1), open(2)).current()).isEmpty();
    }

    /** Of a release that recorded no image nothing can be started. */
    @Test
    void current_withoutAnImage_isNone() {
        assertThat(history(ended(begin(1), Result.HEALTHY, Facts.none())).current())
                .isEmpty();
    }

    static Stream<Arguments> targets() {
        return Stream.of(
                Arguments.of("the one before", 1, List.of(healthy(1, "A"), healthy(2, "B"))),
                Arguments.of("not the failed one", 1, List.of(healthy(1, "A"), failed(2), healthy(3, "B"), failed(4))),
                Arguments.of("another image", 1, List.of(healthy(1, "A"), healthy(2, "B"), healthy(3, "B"))),
                Arguments.of("or other settings", 2, List.of(healthy(1, "A"), resized(2, "B"), healthy(3, "B"))),
                Arguments.of(
                        "a second rollback goes further back",
                        1,
                        List.of(healthy(1, "A"), healthy(2, "B"), healthy(3, "C"), rolledBack(4, 2, "B"))),
                Arguments.of(
                        "also after a deployment that changed nothing for machines",
                        1,
                        List.of(
                                healthy(1, "A"),
                                healthy(2, "B"),
                                healthy(3, "C"),
                                rolledBack(4, 2, "B"),
                                healthy(5, "B"))),
                Arguments.of(
                        "a deployment after a rollback goes back to what that went to",
                        4,
                        List.of(
                                healthy(1, "A"),
                                healthy(2, "B"),
                                healthy(3, "C"),
                                rolledBack(4, 2, "B"),
                                healthy(5, "D"))),
                Arguments.of(
                        "a rollback to a rollback counts as to where that went",
                        1,
                        List.of(
                                healthy(1, "A"),
                                healthy(2, "B"),
                                healthy(3, "C"),
                                rolledBack(4, 2, "B"),
                                healthy(5, "D"),
                                rolledBack(6, 4, "B"))),
                Arguments.of(
                        "what a rollback went to is not known any more",
                        5,
                        List.of(healthy(5, "C"), rolledBack(9, 4, "B"))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("targets")
    void rollbackTarget_isTheLastProvenBeforeThePresentOne(String name, int number, List<Release> releases) {
        assertThat(target(OptionalInt.empty(), releases.toArray(Release[]::new)))
                .as(name)
                .isEqualTo(number);
    }

    @Test
    void rollbackTarget_commitAndVersionAlone_areNoOtherRelease() {
        Facts renamed = image("B").with(Name.APP_VERSION, "2").with(Name.COMMIT, "docs");
        assertThat(target(
                        OptionalInt.empty(),
                        healthy(1, "A"),
                        healthy(2, "B"),
                        ended(begin(3), Result.HEALTHY, renamed)))
                .isEqualTo(1);
    }

    @Test
    void rollbackTarget_nothingBefore_saysSo() {
        assertThat(refusal(history(failed(1)).rollbackTarget(OptionalInt.empty())))
                .isEqualTo("demo has no release that was proven healthy: there is nothing to go back to");
        assertThat(refusal(history(healthy(1, "A"), healthy(2, "B"), rolledBack(3, 1, "A"))
                        .rollbackTarget(OptionalInt.empty())))
                .isEqualTo("demo has no release before 1 that was proven healthy and differs from it:"
                        + " name one with --to, or deploy another image");
    }

    @Test
    void rollbackTarget_asked_isThatOne() {
        assertThat(target(OptionalInt.of(2), healthy(1, "A"), healthy(2, "B"), healthy(3, "C")))
                .isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({
        "9, 'demo has no release 9: see ami-deploy releases -e demo'",
        "2, 'demo release 2 is failed and was never proven healthy: choose another, see ami-deploy releases -e demo'",
        "3, 'demo release 3 is unchanged and was never proven healthy: choose another, see ami-deploy releases -e demo'",
        "4, 'demo release 4 is without an end and was never proven healthy: choose another, see ami-deploy releases -e demo'"
    })
    void rollbackTarget_askedForWhatWasNotProven_saysWhy(int to, String message) {
        History history = history(healthy(1, "A"), failed(2), unchanged(3, "A"), open(4));
        assertThat(refusal(history.rollbackTarget(OptionalInt.of(to)))).isEqualTo(message);
    }

    /** Records that name each other are somebody's hand; they must not be followed for ever. */
    @Test
    void rollbackTarget_sourceIsItselfOrLater_isNotFollowed() {
        assertThat(target(OptionalInt.empty(), healthy(1, "A"), rolledBack(2, 3, "B"), rolledBack(3, 3, "B")))
                .isEqualTo(1);
    }

    @Test
    void promotable_isTheCurrentOne() {
        assertThat(history(healthy(1, "A"), failed(2)).promotable()).isEqualTo(Outcome.success(healthy(1, "A")));
        assertThat(refusal(history(failed(1)).promotable()))
                .isEqualTo("demo has no release that was proven healthy: deploy it there first");
    }

    static Stream<Arguments> deployments() {
        Release[] back = {healthy(1, "A"), healthy(2, "B"), rolledBack(3, 1, "A")};
        Release[] twice = {
            healthy(1, "A"), healthy(2, "B"), healthy(3, "C"), rolledBack(4, 2, "B"), rolledBack(5, 1, "A")
        };
        return Stream.of(
                Arguments.of("just this image", back, "B", 3),
                Arguments.of("another image rolls forward", back, "C", 0),
                Arguments.of("what runs is no rollback of itself", back, "A", 0),
                Arguments.of("the first of two in a row", twice, "C", 5),
                Arguments.of("the second of two in a row", twice, "B", 5),
                Arguments.of("nothing was rolled back", new Release[] {healthy(1, "A"), healthy(2, "B")}, "A", 0),
                Arguments.of(
                        "a deployment that only changed sizes stays",
                        new Release[] {healthy(1, "A"), healthy(2, "B"), rolledBack(3, 1, "A"), healthy(4, "A")},
                        "B",
                        4),
                Arguments.of(
                        "rolled forward since",
                        new Release[] {healthy(1, "A"), healthy(2, "B"), rolledBack(3, 1, "A"), healthy(4, "C")},
                        "B",
                        0),
                Arguments.of(
                        "a failed or unchanged one since is none",
                        new Release[] {
                            healthy(1, "A"), healthy(2, "B"), rolledBack(3, 1, "A"), failed(4), unchanged(5, "A")
                        },
                        "B",
                        3),
                Arguments.of("nothing at all", new Release[0], "B", 0));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("deployments")
    void rolledBackFrom_isTheReleaseToStayOn(String name, Release[] releases, String image, int number) {
        assertThat(history(releases)
                        .rolledBackFrom(image, SETTINGS)
                        .map(Release::number)
                        .orElse(0))
                .as(name)
                .isEqualTo(number);
    }

    @Test
    void rolledBackFrom_otherSettings_rollForward() {
        History history = history(healthy(1, "A"), healthy(2, "B"), rolledBack(3, 1, "A"));
        assertThat(history.rolledBackFrom("B", Map.of("instance_type", "m5.large")))
                .isEmpty();
    }

    /** A rollback of a failed deployment goes from the last image that was proven, not from the failed one. */
    @Test
    void rolledBackFrom_aFailedRollback_changesNothing() {
        Release failed = ended(rollback(3, 1), Result.FAILED, image("A"));
        assertThat(history(healthy(1, "A"), healthy(2, "B"), failed).rolledBackFrom("B", SETTINGS))
                .isEmpty();
    }

    @Test
    void rolledBackFrom_promotionsSource_isNotTakenForAnOwnRelease() {
        Begin promotion = new Begin(
                3, Records.DEMO, Kind.PROMOTION, Optional.of(new Source("test", 1)), minute(3), "cli-3", "", "");
        History history = history(healthy(1, "A"), healthy(2, "B"), ended(promotion, Result.HEALTHY, image("C")));
        assertThat(history.rolledBackFrom("B", SETTINGS)).isEmpty();
        assertThat(((Outcome.Success<Release>) history.rollbackTarget(OptionalInt.empty()))
                        .value()
                        .number())
                .isEqualTo(2);
    }

    @Test
    void kept_areTheNewestDifferentImagesOfProvenReleases() {
        History history = history(
                healthy(1, "A"), healthy(2, "B"), failed(3), healthy(4, "C"), rolledBack(5, 2, "B"), unchanged(6, "D"));
        assertThat(history.kept(2)).containsExactly(Map.entry("B", "demo release 5"), Map.entry("C", "demo release 4"));
        assertThat(history.kept(History.DEFAULT_KEPT)).containsOnlyKeys("B", "C", "A");
        assertThat(history.kept(0)).isEmpty();
    }

    @Test
    void word_ofAReleaseWithoutEnd_isAsItsRunIs() {
        Run run = new Run(process("cli-x"), 2, minute(2), minute(2));
        assertThat(History.word(open(2), Optional.of(run), Life.LIVES)).isEqualTo("running");
        assertThat(History.word(open(2), Optional.of(run), Life.UNKNOWN)).isEqualTo("running");
        assertThat(History.word(open(2), Optional.of(run), Life.DEAD)).isEqualTo("crashed");
        assertThat(History.word(open(1), Optional.of(run), Life.LIVES)).isEqualTo("crashed");
        assertThat(History.word(open(2), Optional.empty(), Life.UNKNOWN)).isEqualTo("crashed");
        assertThat(History.word(healthy(2, "A"), Optional.of(run), Life.LIVES)).isEqualTo("healthy");
    }
}
