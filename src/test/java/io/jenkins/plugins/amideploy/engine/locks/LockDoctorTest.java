package io.jenkins.plugins.amideploy.engine.locks;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.amideploy.engine.AppId;
import io.jenkins.plugins.amideploy.engine.diagnosis.Cause;
import io.jenkins.plugins.amideploy.engine.diagnosis.Diagnosis;
import io.jenkins.plugins.amideploy.engine.locks.LockDoctor.Found;
import io.jenkins.plugins.amideploy.engine.locks.LockDoctor.Probe;
import io.jenkins.plugins.amideploy.engine.release.EnvironmentClaims;
import io.jenkins.plugins.amideploy.engine.release.EnvironmentClaims.Life;
import io.jenkins.plugins.amideploy.engine.release.Run.Owner;
import io.jenkins.plugins.amideploy.engine.state.MemoryStore;
import io.jenkins.plugins.amideploy.engine.tool.TinyJson;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LockDoctorTest {
    private static final AppId DEMO = new AppId("web", "demo");
    private static final String LOCK = "web/demo/terraform.tfstate.tflock";
    private static final String ID = "0f5c1c0e-4f4c-4f5e-9a3e-6f1f2a3b4c5d";
    private static final Instant START = Instant.parse("2026-11-27T08:00:00Z");
    private static final Owner ANN = new Owner("cli-ann", "", "laptop", "m/b/p", 4711, "1");
    private static final Owner BOB = new Owner("cli-bob", "", "desk", "m/b/p", 4712, "1");

    private final MemoryStore bucket = new MemoryStore();
    private final TinyJson json = new TinyJson();
    private final TerraformRuns runs = new TerraformRuns(bucket, DEMO, json, json);
    private final EnvironmentClaims claims = new EnvironmentClaims(bucket, DEMO, json, json, () -> START);

    /** What a look at each run finds; one that is not named here cannot be found out about. */
    private final Map<String, Life> lives = new TreeMap<>();

    private final LockDoctor doctor = new LockDoctor(bucket, DEMO, runs, claims, new Probe() {
        @Override
        public Found terraform(TerraformRun run) {
            return new Found(of(run.owner()), "looked at");
        }

        @Override
        public Life of(Owner owner) {
            return lives.getOrDefault(owner.build(), Life.UNKNOWN);
        }
    });

    private static TerraformRun run(Owner owner, Instant begunAt) {
        return TerraformRun.ofProcess(owner.build() + "-run", owner, begunAt);
    }

    private void locked(String who, Instant created) {
        bucket.write(
                LOCK,
                """
                {"ID":"%s","Operation":"OperationTypeApply","Info":"","Who":"%s","Version":"1.11.4","Created":"%s","Path":"bucket/web/demo/terraform.tfstate"}"""
                        .formatted(ID, who, created.plusNanos(123_456_789)));
    }

    private boolean isLocked() {
        return bucket.objects.containsKey(LOCK);
    }

    private Diagnosis refused(String forcedId) {
        return doctor.unlock(forcedId).refusal().orElseThrow();
    }

    @Test
    void unlock_nothingHeld_saysThatAllIsFree() {
        Unlocking end = doctor.unlock("");

        assertThat(end.refusal()).isEmpty();
        assertThat(end.lines()).containsExactly("state lock is free", "environment demo is nobody's");
    }

    @Test
    void unlock_lockOfADeadRun_isRemovedWithTheWordOfTheRun() {
        runs.begin(run(ANN, START));
        locked("ann@laptop", START.plusSeconds(2));
        lives.put("cli-ann", Life.DEAD);

        Unlocking end = doctor.unlock("");

        assertThat(end.refusal()).isEmpty();
        assertThat(end.lines().get(0))
                .isEqualTo("removed: state lock held by ann@laptop since 2026-11-27T08:00:02Z for apply (lock " + ID
                        + "): cli-ann (process 4711 on laptop), looked at");
        assertThat(bucket.objects).isEmpty();
    }

    @Test
    void unlock_lockOfARunThatLives_staysWhateverIdIsGiven() {
        runs.begin(run(ANN, START));
        locked("ann@laptop", START.plusSeconds(2));
        lives.put("cli-ann", Life.LIVES);

        assertThat(refused(ID).cause()).isEqualTo(Cause.STATE_LOCKED);
        assertThat(refused("").command()).isEmpty();
        assertThat(isLocked()).isTrue();
    }

    @Test
    void unlock_lockOfARunThatCannotBeFoundOutAbout_asksForItsId() {
        runs.begin(run(ANN, START));
        locked("ann@laptop", START.plusSeconds(2));

        assertThat(refused("").command()).isEqualTo("ami-deploy unlock -e demo --force-id " + ID);
        assertThat(refused("another").summary()).endsWith("its id is not another");
        assertThat(isLocked()).isTrue();
        assertThat(doctor.unlock(ID).refusal()).isEmpty();
        assertThat(isLocked()).isFalse();
    }

    @Test
    void unlock_lockOfNoRunOfOurs_asksForItsId() {
        locked("ann@laptop", START);

        Diagnosis why = refused("");

        assertThat(why.summary()).contains("no run of ours says that it is its own");
        assertThat(why.command()).endsWith("--force-id " + ID);
    }

    /** Seconds between the start of a dead run's Terraform and the lock; a minute is for clocks that differ. */
    @ParameterizedTest
    @CsvSource({
        "ann@laptop, -61, false",
        "ann@laptop, -30, true",
        "ann@laptop, 1799, true",
        "ann@laptop, 1801, false",
        "ann@other, 2, false",
        "somebody, 2, true"
    })
    void unlock_isARuns_byTimeAndHost(String who, int seconds, boolean isItsOwn) {
        runs.begin(run(ANN, START));
        locked(who, START.plusSeconds(seconds));
        lives.put("cli-ann", Life.DEAD);

        assertThat(doctor.unlock("").refusal().isEmpty()).isEqualTo(isItsOwn);
        assertThat(isLocked()).isEqualTo(!isItsOwn);
    }

    @Test
    void unlock_twoRunsMayHoldTheLock_staysWhileOneOfThemLives() {
        Owner other = new Owner("cli-eve", "", "laptop", "m/b/p", 4713, "1");
        runs.begin(run(ANN, START));
        runs.begin(run(other, START));
        locked("ann@laptop", START.plusSeconds(2));
        lives.put("cli-ann", Life.DEAD);
        lives.put("cli-eve", Life.LIVES);

        assertThat(refused("").summary()).contains("cli-ann", "cli-eve");
        lives.put("cli-eve", Life.DEAD);
        assertThat(doctor.unlock("").refusal()).isEmpty();
    }

    @Test
    void unlock_deadRunWhoseEnvironmentAnotherHasTakenOver_isStillKnown() {
        claims.take(ANN, this::life, false);
        runs.begin(run(ANN, START));
        locked("ann@laptop", START.plusSeconds(2));
        lives.put("cli-ann", Life.DEAD);
        claims.take(BOB, this::life, false);
        claims.release(BOB);

        assertThat(doctor.unlock("").refusal()).isEmpty();
        assertThat(isLocked()).isFalse();
    }

    private Life life(Owner owner) {
        return lives.getOrDefault(owner.build(), Life.UNKNOWN);
    }

    @Test
    void unlock_lockThatBecameAnothers_stays() {
        runs.begin(run(ANN, START));
        locked("ann@laptop", START.plusSeconds(2));
        lives.put("cli-ann", Life.DEAD);
        bucket.beforeWrite = () -> locked("bob@desk", START.plusSeconds(9));

        Diagnosis why = refused("");

        assertThat(why.summary()).contains("became another's");
        assertThat(why.command()).isEqualTo("ami-deploy unlock -e demo");
        assertThat(isLocked()).isTrue();
    }

    @Test
    void unlock_environmentOfADeadRun_isGivenBack() {
        claims.take(ANN, this::life, false);
        lives.put("cli-ann", Life.DEAD);

        assertThat(doctor.unlock("").refusal()).isEmpty();
        assertThat(claims.current()).isEmpty();
    }

    @Test
    void unlock_environmentOfARunThatCannotBeFoundOutAbout_runsAsPrinted() {
        claims.take(ANN, this::life, false);

        Diagnosis why = refused("");

        assertThat(why.cause()).isEqualTo(Cause.ENVIRONMENT_HELD);
        assertThat(why.command()).isEqualTo("ami-deploy unlock -e demo --force-id cli-ann");
        assertThat(doctor.unlock("cli-ann").refusal()).isEmpty();
        assertThat(claims.current()).isEmpty();
    }

    @Test
    void unlock_environmentOfARunThatLives_stays() {
        claims.take(ANN, this::life, false);
        lives.put("cli-ann", Life.LIVES);

        assertThat(refused("cli-ann").cure()).startsWith("wait for its end");
        assertThat(claims.current()).isPresent();
    }

    @Test
    void unlock_forcedLockOfARun_freesItsEnvironmentToo() {
        claims.take(ANN, this::life, false);
        runs.begin(run(ANN, START));
        locked("ann@laptop", START.plusSeconds(2));

        assertThat(doctor.unlock(ID).refusal()).isEmpty();
        assertThat(claims.current()).isEmpty();
    }

    @Test
    void unlock_forcedLockOfAnotherRun_leavesTheEnvironmentAlone() {
        claims.take(BOB, this::life, false);
        runs.begin(run(ANN, START));
        locked("ann@laptop", START.plusSeconds(2));

        assertThat(refused(ID).cause()).isEqualTo(Cause.ENVIRONMENT_HELD);
        assertThat(isLocked()).isFalse();
    }

    @Test
    void unlock_idUnderWhichNothingIsHeld_isSaid() {
        assertThat(refused("gone").cause()).isEqualTo(Cause.BAD_INPUT);
    }

    @Test
    void end_ofATerraformThatGaveTheLockBack_leavesNothing() {
        TerraformRun run = run(ANN, START);
        runs.begin(run);

        runs.end(run, false);

        assertThat(bucket.objects).isEmpty();
    }

    @Test
    void end_ofATerraformThatLeftItsLock_leavesTheWordOfIt() {
        TerraformRun run = run(ANN, START);
        runs.begin(run);
        locked("ann@laptop", START.plusSeconds(2));

        runs.end(run, false);

        lives.put("cli-ann", Life.DEAD);
        assertThat(doctor.unlock("").refusal()).isEmpty();
        assertThat(isLocked()).isFalse();
    }

    /** Its plan waited for the lock that another run of this computer had just taken. */
    @Test
    void end_ofATerraformThatWasToldOfAnotherLock_leavesNothing() {
        TerraformRun run = run(ANN, START);
        runs.begin(run);
        locked("ann@laptop", START);

        runs.end(run, true);

        assertThat(bucket.objects).containsOnlyKeys(LOCK);
    }

    @Test
    void end_ofATerraformThatDidNotGetTheLock_leavesNothing() {
        TerraformRun run = run(ANN, START);
        runs.begin(run);
        locked("bob@desk", START.minus(Duration.ofHours(1)));

        runs.end(run, false);

        assertThat(bucket.objects).containsOnlyKeys(LOCK);
    }

    @Test
    void begin_withoutABucket_costsNothing() {
        bucket.exists = false;

        runs.begin(run(ANN, START));

        assertThat(bucket.objects).isEmpty();
    }
}
