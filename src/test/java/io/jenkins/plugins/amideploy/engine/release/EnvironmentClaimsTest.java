package io.jenkins.plugins.amideploy.engine.release;

import static io.jenkins.plugins.amideploy.engine.release.Records.DEMO;
import static io.jenkins.plugins.amideploy.engine.release.Records.process;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.amideploy.engine.AwsFailure;
import io.jenkins.plugins.amideploy.engine.release.EnvironmentClaims.Life;
import io.jenkins.plugins.amideploy.engine.release.EnvironmentClaims.Probe;
import io.jenkins.plugins.amideploy.engine.release.EnvironmentClaims.Taken;
import io.jenkins.plugins.amideploy.engine.release.Run.Owner;
import io.jenkins.plugins.amideploy.engine.rollout.StartedRollout;
import io.jenkins.plugins.amideploy.engine.rollout.TemplateVersion;
import io.jenkins.plugins.amideploy.engine.state.MemoryStore;
import io.jenkins.plugins.amideploy.engine.tool.TinyJson;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EnvironmentClaimsTest {
    private static final String KEY = "web/demo/run.json";
    private static final Owner ANN = process("cli-ann");
    private static final Owner BOB = process("cli-bob");
    private static final Probe UNKNOWN = owner -> Life.UNKNOWN;
    private static final Probe LIVES = owner -> Life.LIVES;
    private static final Probe DEAD = owner -> Life.DEAD;

    private final MemoryStore bucket = new MemoryStore();
    private Instant now = Records.START;
    private final EnvironmentClaims claims = claims();

    private EnvironmentClaims claims() {
        TinyJson json = new TinyJson();
        return new EnvironmentClaims(bucket, DEMO, json, json, () -> now);
    }

    private static Run held(Taken taken) {
        assertThat(taken.refusal()).isEmpty();
        return taken.held().orElseThrow().run();
    }

    private static String refused(Taken taken) {
        assertThat(taken.held()).isEmpty();
        return taken.refusal().orElseThrow().line();
    }

    @Test
    void take_isThereForOthersToSee_untilItIsGivenBack() {
        assertThat(held(claims.take(ANN, UNKNOWN, false))).isEqualTo(new Run(ANN, 0, now, now));
        assertThat(claims.current()).contains(new Run(ANN, 0, now, now));
        claims.release(ANN);
        assertThat(claims.current()).isEmpty();
        assertThat(held(claims.take(BOB, LIVES, false)).owner()).isEqualTo(BOB);
    }

    @Test
    void take_againByTheSame_keepsSinceWhen() {
        claims.take(ANN, UNKNOWN, false);
        now = now.plusSeconds(600);
        assertThat(held(claims.take(ANN, UNKNOWN, false)).since()).isEqualTo(Records.START);
    }

    @Test
    void take_twoAtOnce_oneGetsItAndTheOtherIsToldWhoHasIt() {
        bucket.beforeWrite = () -> claims().take(BOB, LIVES, false);
        assertThat(refused(claims.take(ANN, LIVES, false)))
                .isEqualTo("cli-bob (process 4711 on host) works on demo since 2026-11-26T10:00:00Z;"
                        + " wait for its end, or stop it");
    }

    @Test
    void take_twoAtOnceFromADeadRun_oneGetsIt() {
        claims.take(process("cli-old"), UNKNOWN, false);
        bucket.beforeWrite = () -> bucket.beforeWrite = () -> claims().take(BOB, DEAD, false);
        assertThat(refused(claims.take(ANN, DEAD, false)))
                .isEqualTo("demo was taken by another run just now; run again");
        assertThat(claims.current()).map(Run::owner).contains(BOB);
    }

    @Test
    void take_fromADeadRun_tellsFromWhom() {
        claims.take(ANN, UNKNOWN, false);
        claims.beat(ANN, 7);
        Taken taken = claims.take(BOB, DEAD, false);
        assertThat(held(taken)).isEqualTo(new Run(BOB, 0, now, now));
        assertThat(taken.held().orElseThrow().before()).contains(new Run(ANN, 7, now, now));
    }

    @Test
    void take_nobodyKnowsWhetherItLives_isRefusedUntilItWasSilentForLong() {
        claims.take(ANN, UNKNOWN, false);
        now = now.plusSeconds(120);
        claims.beat(ANN, 7);
        assertThat(refused(claims.take(BOB, UNKNOWN, false)))
                .isEqualTo("cli-ann (process 4711 on host) works on demo since 2026-11-26T10:00:00Z"
                        + " and last said so at 2026-11-26T10:02:00Z; whether it lives cannot be found out from here;"
                        + " wait until 2026-11-26T10:32:00Z, when it counts as dead; if you know that it is, take it over"
                        + " (--take-over, in a build TAKE_OVER), or free it:");
        now = now.plus(EnvironmentClaims.SILENCE).minusSeconds(1);
        refused(claims.take(BOB, UNKNOWN, false));
        now = now.plusSeconds(1);
        held(claims.take(BOB, UNKNOWN, false));
    }

    @ParameterizedTest
    @CsvSource({"LIVES, false", "UNKNOWN, true", "DEAD, true"})
    void take_byForce_fromAllButOneThatIsKnownToLive(Life life, boolean held) {
        claims.take(ANN, UNKNOWN, false);
        assertThat(claims.take(BOB, owner -> life, true).held().isPresent()).isEqualTo(held);
    }

    /** A build that waits for a person or whose controller is away says nothing for long and is alive. */
    @Test
    void take_silentButKnownToLive_isRefused() {
        claims.take(ANN, UNKNOWN, false);
        now = now.plus(Duration.ofDays(2));
        refused(claims.take(BOB, LIVES, false));
    }

    /** What a run rolled out is known to the next one, whichever way it ended and whoever came to nothing between. */
    @ParameterizedTest
    @ValueSource(strings = {"taken over", "given back", "taken over and given back by one that rolls nothing out"})
    void rollsOut_isToldToTheNextRun_untilThatRollsOutItself(String how) {
        claims.take(ANN, UNKNOWN, false);
        assertThat(claims.rollsOut(ANN, version("2"))).contains(List.of());
        now = now.plusSeconds(300);
        claims.beat(ANN, 7);
        if (how.startsWith("taken over and")) {
            claims.take(process("cli-cy"), DEAD, false);
            claims.release(process("cli-cy"));
        } else if (how.equals("given back")) {
            claims.release(ANN);
        }
        claims.take(BOB, DEAD, false);
        StartedRollout left =
                new StartedRollout("cli-ann", version("2"), Records.START, now.plus(EnvironmentClaims.BEAT));
        assertThat(claims.rollsOut(BOB, version("3"))).contains(List.of(left));
        assertThat(claims.rollsOut(BOB, version("3"))).as("after a restart").contains(List.of(left));
        claims.release(BOB);
        claims.take(ANN, LIVES, false);
        assertThat(claims.rollsOut(ANN, version("4")).orElseThrow())
                .extracting(StartedRollout::version)
                .as("what was before bob he dealt with")
                .containsExactly(version("3"));
    }

    @Test
    void rollsOut_takenOver_isLost() {
        claims.take(ANN, UNKNOWN, false);
        claims.take(BOB, DEAD, false);
        assertThat(claims.rollsOut(ANN, version("2"))).isEmpty();
        assertThat(claims.rollsOut(BOB, version("3"))).contains(List.of());
    }

    @Test
    void rollsOut_withoutABucket_nobodyTellsAnything() {
        bucket.exists = false;
        claims.take(ANN, UNKNOWN, false);
        assertThat(claims.rollsOut(ANN, version("2"))).contains(List.of());
    }

    private static TemplateVersion version(String number) {
        return new TemplateVersion("lt-1", number);
    }

    @Test
    void beat_saysWhenAndForWhichRelease() {
        claims.take(ANN, UNKNOWN, false);
        now = now.plusSeconds(60);
        assertThat(claims.beat(ANN, 7)).isTrue();
        assertThat(claims.current()).contains(new Run(ANN, 7, Records.START, now));
    }

    @Test
    void beat_takenOver_isLostForGood() {
        claims.take(ANN, UNKNOWN, false);
        claims.take(BOB, DEAD, false);
        assertThat(claims.beat(ANN, 7)).isFalse();
        claims.release(ANN);
        assertThat(claims.current())
                .as("what another took over stays")
                .map(Run::owner)
                .contains(BOB);
        claims.release(BOB);
        assertThat(claims.beat(ANN, 7)).as("free again, but not ann's any more").isFalse();
        assertThat(claims.current()).isEmpty();
    }

    @Test
    void beat_takenOverMeanwhile_isLost() {
        claims.take(ANN, UNKNOWN, false);
        bucket.beforeWrite = () -> claims().take(BOB, DEAD, false);
        assertThat(claims.beat(ANN, 7)).isFalse();
        assertThat(claims.current()).map(Run::owner).contains(BOB);
    }

    /** The SDK sends a request again whose answer was lost; the second time the version is another. */
    @Test
    void beat_itsOwnWriteIsFoundThere_isNotLost() {
        claims.take(ANN, UNKNOWN, false);
        bucket.beforeWrite = () -> claims().beat(ANN, 7);
        assertThat(claims.beat(ANN, 7)).isTrue();
    }

    @Test
    void withoutABucket_nobodyHoldsAnything_andOneThatIsMadeLaterHasTheClaim() {
        bucket.exists = false;
        held(claims.take(ANN, UNKNOWN, false));
        assertThat(claims.current()).isEmpty();
        assertThat(claims.beat(ANN, 0)).isTrue();
        claims.release(ANN);
        bucket.exists = true;
        assertThat(claims.beat(ANN, 0)).isTrue();
        assertThat(claims.current()).map(Run::owner).contains(ANN);
        assertThat(claims.beat(BOB, 0))
                .as("bob began without a bucket, too, and comes second")
                .isFalse();
    }

    @Test
    void anyCall_storeIsDown_passesTheFailureOn() {
        bucket.down = new AwsFailure(AwsFailure.Kind.NO_ANSWER, "s3:GetObject", "", "no luck", null);
        assertThatThrownBy(() -> claims.take(ANN, UNKNOWN, false)).isSameAs(bucket.down);
        assertThatThrownBy(() -> claims.beat(ANN, 1)).isSameAs(bucket.down);
        assertThatThrownBy(claims::current).isSameAs(bucket.down);
        assertThatThrownBy(() -> claims.release(ANN)).isSameAs(bucket.down);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{}", "{\"format\": 1}", "not JSON"})
    void take_malformedObject_namesItAndTheCure(String text) {
        bucket.write(KEY, text);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> claims.take(ANN, UNKNOWN, false))
                .withMessageStartingWith("web/demo/run.json in the state bucket does not say who works on demo (")
                .withMessageEndingWith("): delete the object");
    }

    @Test
    void take_ofALaterVersion_isRefusedByName() {
        bucket.write(KEY, "{\"format\": 2, \"free_since\": \"x\"}");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> claims.take(ANN, UNKNOWN, true))
                .withMessageStartingWith("web/demo/run.json in the state bucket: format 2 is newer");
    }
}
