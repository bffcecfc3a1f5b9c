package io.jenkins.plugins.amideploy.engine.rollout;

import static io.jenkins.plugins.amideploy.engine.rollout.World.NEW;
import static io.jenkins.plugins.amideploy.engine.rollout.World.OLD;
import static io.jenkins.plugins.amideploy.engine.rollout.World.START;
import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.amideploy.engine.diagnosis.Cause;
import io.jenkins.plugins.amideploy.engine.diagnosis.Diagnosis;
import io.jenkins.plugins.amideploy.engine.rollout.Verdict.Kind;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HealthEvaluatorTest {
    private static final HealthMemory BEGIN = HealthMemory.begin(START);

    @Test
    void evaluate_allOfWantedVersionHealthyForTheWindow_isHealthy() {
        World world = World.done();
        Verdict first = world.judge(BEGIN);
        assertThat(first.kind()).isEqualTo(Kind.WAIT);
        assertThat(first.progress())
                .isEqualTo("1/1 InService and healthy in every target group, all version 2; must stay so for 20 s");
        assertThat(world.later(19).judge(first.memory()).kind()).isEqualTo(Kind.WAIT);
        Verdict last = world.later(1).judge(first.memory());
        assertThat(last.kind()).isEqualTo(Kind.HEALTHY);
        assertThat(last.progress())
                .isEqualTo("1/1 InService and healthy in every target group, all version 2, for 20 s");
    }

    @Test
    void evaluate_healthBreaksInsideTheWindow_windowBeginsAnew() {
        World world = World.done();
        Verdict first = world.judge(BEGIN);
        Verdict broken = world.later(10).unhealthy("i-0b").judge(first.memory());
        assertThat(broken.memory().healthySince()).isNull();
        Verdict again = world.later(10).target("i-0b", "healthy", "", "").judge(broken.memory());
        assertThat(again.kind()).isEqualTo(Kind.WAIT);
        assertThat(world.later(20).judge(again.memory()).kind()).isEqualTo(Kind.HEALTHY);
    }

    @Test
    void evaluate_oldInstanceStillServes_waits() {
        World world = World.done().instance("i-0a", "InService", OLD).target("i-0a", "healthy", "", "");
        Verdict verdict = world.judgeStable();
        assertThat(verdict.kind()).isEqualTo(Kind.WAIT);
        assertThat(verdict.reasons()).contains("i-0a runs version 1, wanted 2");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"Terminating", "Terminating:Wait", "Terminating:Proceed", "Terminated", "Detaching", "Detached"})
    void evaluate_oldInstanceIsLeaving_doesNotWaitForItAndSaysSo(String lifecycle) {
        World world = World.done()
                .instance("i-0a", lifecycle, OLD)
                .target("i-0a", "draining", "Target.DeregistrationInProgress", "");
        Verdict verdict = world.judgeStable();
        assertThat(verdict.kind()).isEqualTo(Kind.HEALTHY);
        assertThat(verdict.notes())
                .containsExactly("i-0a is " + lifecycle + " and takes no new requests; it is not waited for");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Pending",
                "Pending:Wait",
                "Standby",
                "EnteringStandby",
                "Quarantined",
                "Warmed:Running",
                "Terminating:Retained",
                "ReplacingRootVolume",
                "inservice",
                ""
            })
    void evaluate_lifecycleIsNotInService_isNotReady(String lifecycle) {
        assertThat(World.done().instance("i-0b", lifecycle, NEW).judgeStable().kind())
                .isEqualTo(Kind.WAIT);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "initial",
                "unhealthy",
                "unhealthy.draining",
                "unused",
                "draining",
                "unavailable",
                "levitating",
                ""
            })
    void evaluate_targetIsNotHealthy_isNotReady(String state) {
        Verdict verdict = World.done().target("i-0b", state, "Elb.Some", "").judgeStable();
        assertThat(verdict.kind()).isEqualTo(Kind.WAIT);
        assertThat(verdict.reasons()).containsExactly("i-0b " + state + ": Elb.Some in target group web-prod");
    }

    @Test
    void evaluate_healthyInOneTargetGroupOfTwo_isNotReady() {
        World world = World.done().target(World.SECOND_TARGET_GROUP, "i-0c", "healthy", "", "");
        assertThat(world.judgeStable().reasons()).containsExactly("i-0b is not registered in target group web-second");
        world.target(World.SECOND_TARGET_GROUP, "i-0b", "healthy", "", "");
        assertThat(world.judgeStable().kind()).isEqualTo(Kind.HEALTHY);
    }

    @Test
    void evaluate_groupSaysUnhealthy_isNotReady() {
        assertThat(World.done()
                        .instance("i-0b", "InService", "Unhealthy", NEW)
                        .judgeStable()
                        .reasons())
                .containsExactly("i-0b is Unhealthy");
    }

    @Test
    void evaluate_fewerThanDesired_isNotReady() {
        World world = World.done();
        world.desired = 3;
        assertThat(world.judgeStable().reasons()).containsExactly("1 of 3 instances are there");
    }

    @Test
    void evaluate_groupWouldStillLaunchTheOldVersion_isNotReady() {
        World world = World.done();
        world.groupTemplate = OLD;
        assertThat(world.judgeStable().reasons()).containsExactly("the group would still launch version 1, wanted 2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Pending", "InProgress", "Baking", "SomethingNew"})
    void evaluate_refreshIsNotOver_waits(String status) {
        Verdict verdict = World.done().refresh("r-1", status, NEW).judgeStable();
        assertThat(verdict.kind()).isEqualTo(Kind.WAIT);
    }

    @ParameterizedTest
    @CsvSource({
        "Failed, REFRESH_FAILED, 'ASG web-prod: instance refresh r-1 failed: no luck'",
        "Cancelled, REFRESH_CANCELLED, 'ASG web-prod: instance refresh r-1 was cancelled: no luck'",
        "Cancelling, REFRESH_CANCELLED, 'ASG web-prod: instance refresh r-1 was cancelled: no luck'",
        "RollbackInProgress, ROLLED_BACK, 'ASG web-prod: instance refresh r-1 is being rolled back: no luck'",
        "RollbackSuccessful, ROLLED_BACK, 'ASG web-prod: instance refresh r-1 was rolled back: no luck'",
        "RollbackFailed, ROLLED_BACK, 'ASG web-prod: instance refresh r-1 failed and could not be rolled back: no luck'"
    })
    void evaluate_refreshEndsOtherThanSuccessful_failsWithItsReason(String status, Cause cause, String summary) {
        Verdict verdict = World.done().refresh("r-1", status, NEW, "no luck").judge(BEGIN);
        assertThat(verdict.kind()).isEqualTo(Kind.FAILED);
        assertThat(verdict.diagnosis().orElseThrow().cause()).isEqualTo(cause);
        assertThat(verdict.diagnosis().orElseThrow().summary()).isEqualTo(summary);
    }

    @Test
    void evaluate_watchedRefreshIsNotListedYet_waits() {
        World world = World.done();
        world.refreshes.clear();
        assertThat(world.judge(BEGIN.watching("r-9")).reasons()).contains("instance refresh r-9 is not listed yet");
    }

    @Test
    void evaluate_oldFailedRefreshOfAnotherVersion_doesNotMatter() {
        World world = World.done();
        world.refreshes.clear();
        assertThat(world.refresh("r-0", "Failed", OLD).judgeStable().kind()).isEqualTo(Kind.HEALTHY);
    }

    @Test
    void evaluate_oldFailedRefreshOfTheVersionWhereNoneWasNeeded_doesNotMatter() {
        World world = World.done().refresh("r-1", "Failed", NEW);
        Verdict first = world.judge(BEGIN.withoutRefresh());
        assertThat(world.later(20).judge(first.memory()).kind()).isEqualTo(Kind.HEALTHY);
    }

    @Test
    void evaluate_refreshSuccessfulButAnInstanceWasLeftOut_failsOnceSettled() {
        World world = World.done().instance("i-0a", "Standby", OLD);
        assertThat(world.judge(BEGIN).kind()).isEqualTo(Kind.WAIT);
        Diagnosis diagnosis = world.later(60).judge(BEGIN).diagnosis().orElseThrow();
        assertThat(diagnosis.cause()).isEqualTo(Cause.WRONG_VERSION);
        assertThat(diagnosis.summary())
                .isEqualTo("ASG web-prod: the refresh is Successful, but i-0a (Standby) runs version 1, wanted 2");
    }

    @Test
    void evaluate_groupIsMissing_bearsItAMinuteThenFails() {
        World world = new World();
        world.exists = false;
        assertThat(world.judge(BEGIN).kind()).isEqualTo(Kind.WAIT);
        Diagnosis diagnosis = world.later(60).judge(BEGIN).diagnosis().orElseThrow();
        assertThat(diagnosis.cause()).isEqualTo(Cause.GROUP_MISSING);
        assertThat(diagnosis.summary()).contains("does not exist in this account and region");
    }

    @Test
    void evaluate_groupVanishes_bearsItAMinuteThenFails() {
        World world = World.done();
        HealthMemory memory = world.judge(BEGIN).memory();
        world.later(200).exists = false;
        Verdict first = world.judge(memory);
        assertThat(first.kind()).isEqualTo(Kind.WAIT);
        Verdict last = world.later(60).judge(HealthMemory.fromMap(first.memory().asMap()));
        assertThat(last.diagnosis().orElseThrow().summary()).contains("was deleted meanwhile");
    }

    @Test
    void evaluate_groupIsBackAtTheNextLook_bearsItsNextAbsenceAsLong() {
        World world = World.done();
        world.exists = false;
        Verdict absent = world.judge(world.judge(BEGIN).memory());
        world.exists = true;
        Verdict back = world.later(50).judge(absent.memory());
        assertThat(back.memory().missingSince()).isNull();
        world.exists = false;
        assertThat(world.later(50).judge(back.memory()).kind()).isEqualTo(Kind.WAIT);
    }

    @Test
    void evaluate_nothingDesired_fails() {
        World world = World.done();
        world.desired = 0;
        assertThat(world.judge(BEGIN).diagnosis().orElseThrow().cause()).isEqualTo(Cause.NO_CAPACITY);
    }

    @Test
    void evaluate_wantedTargetGroupIsNotAttached_failsOnceSettled() {
        World world = World.done();
        world.targets.clear();
        assertThat(world.judge(BEGIN).kind()).isEqualTo(Kind.WAIT);
        assertThat(world.later(60).judge(BEGIN).diagnosis().orElseThrow().cause())
                .isEqualTo(Cause.TARGET_GROUP_MISSING);
    }

    @Test
    void evaluate_refreshLaunchesNothing_failsWithTheLikelyReason() {
        World world = World.serving().refresh("r-1", "InProgress", NEW);
        assertThat(world.later(89).judge(BEGIN).kind()).isEqualTo(Kind.WAIT);
        Diagnosis diagnosis = world.later(1).judge(BEGIN).diagnosis().orElseThrow();
        assertThat(diagnosis.cause()).isEqualTo(Cause.REFRESH_CANNOT_LAUNCH);
        assertThat(diagnosis.summary())
                .contains("has launched nothing for 1 min 30 s: the group has 1 instances and a maximum size of 1");
        world.suspended = Set.of("Launch");
        assertThat(world.judge(BEGIN).diagnosis().orElseThrow().lines())
                .endsWith(
                        "  do: resume it, then deploy again:",
                        "      aws autoscaling resume-processes --auto-scaling-group-name web-prod --scaling-processes Launch");
    }

    /** AWS waits for instances that warm up from the deployment before, or for one that drains. */
    @Test
    void evaluate_refreshWaitsForSomethingThatAwsNamesOrThatHappens_isGivenFiveMinutes() {
        World pending = World.serving().refresh("r-1", "Pending", NEW);
        World warming = World.serving().refresh("r-1", "InProgress", NEW, "Waiting for instances to warm up");
        World draining = World.serving().refresh("r-1", "InProgress", NEW);
        draining.activity("Terminating EC2 instance: i-0a", "", "InProgress", "");
        for (World world : List.of(pending, warming, draining)) {
            assertThat(world.later(299).judge(BEGIN).kind()).isEqualTo(Kind.WAIT);
            assertThat(world.later(1).judge(BEGIN).diagnosis().orElseThrow().cause())
                    .isEqualTo(Cause.REFRESH_CANNOT_LAUNCH);
        }
    }

    @Test
    void evaluate_deadline_failsWithWhatIsMissing() {
        World world = World.done().target("i-0b", "initial", "Elb.RegistrationInProgress", "");
        assertThat(world.later(30 * 60 - 1).judge(BEGIN).kind()).isEqualTo(Kind.WAIT);
        Diagnosis diagnosis = world.later(1).judge(BEGIN).diagnosis().orElseThrow();
        assertThat(diagnosis.cause()).isEqualTo(Cause.DEADLINE);
        assertThat(diagnosis.summary())
                .isEqualTo(
                        "ASG web-prod: not proven healthy within 30 min: i-0b initial: Elb.RegistrationInProgress in target group web-prod");
    }

    @Test
    void evaluate_progress_saysWhatItWaitsForAndStaysEqualWhileNothingChanges() {
        World world = World.serving()
                .refresh("r-1", "InProgress", NEW)
                .instance("i-0b", "InService", NEW)
                .target("i-0b", "initial", "Elb.RegistrationInProgress", "Target registration is in progress");
        Verdict verdict = world.judge(BEGIN);
        assertThat(verdict.progress())
                .isEqualTo(
                        "2/1 InService, new version 2: i-0b initial: Elb.RegistrationInProgress; refresh InProgress 0%");
        assertThat(world.later(7).judge(verdict.memory()).progress()).isEqualTo(verdict.progress());
    }
}
