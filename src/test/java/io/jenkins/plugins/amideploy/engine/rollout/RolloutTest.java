package io.jenkins.plugins.amideploy.engine.rollout;

import static io.jenkins.plugins.amideploy.engine.rollout.World.NEW;
import static io.jenkins.plugins.amideploy.engine.rollout.World.OLD;
import static io.jenkins.plugins.amideploy.engine.rollout.World.POLICY;
import static io.jenkins.plugins.amideploy.engine.rollout.World.START;
import static io.jenkins.plugins.amideploy.engine.rollout.World.WANTED;
import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.amideploy.engine.AwsFailure;
import io.jenkins.plugins.amideploy.engine.diagnosis.Cause;
import io.jenkins.plugins.amideploy.engine.rollout.RolloutState.Phase;
import io.jenkins.plugins.amideploy.engine.rollout.RolloutStep.Action;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RolloutTest {
    private final FakeWriter writer = new FakeWriter();
    private World world = World.serving();
    private AwsFailure unreadable;
    private RolloutState state = RolloutState.begin(START);
    private RolloutRequest request = RolloutRequest.of(WANTED, POLICY);

    /** One look, with the state gone through what a front door persists. */
    private RolloutStep look() {
        GroupReader reader = new GroupReader() {
            @Override
            public GroupSnapshot read(String groupName) {
                if (unreadable != null) {
                    throw unreadable;
                }
                return world.snapshot();
            }
        };
        RolloutStep step =
                new RolloutPoll(reader, writer, request).poll(RolloutState.fromMap(state.asMap()), world.now);
        state = step.state();
        return step;
    }

    @Test
    void rollout_fromOldToNew_startsRefreshAndEndsDone() {
        RolloutStep step = look();
        assertThat(step.action()).isEqualTo(Action.WAIT);
        assertThat(step.lines())
                .containsExactly(
                        "starting an instance refresh of ASG web-prod to lt-1 version 2",
                        "instance refresh r-1 started");
        assertThat(writer.request).isEqualTo(RolloutRequest.of(WANTED, POLICY).refresh());
        assertThat(writer.request.minHealthyPercentage()).isEqualTo(100);
        assertThat(writer.request.maxHealthyPercentage()).isEqualTo(200);
        assertThat(writer.request.autoRollback()).isTrue();
        assertThat(writer.request.skipMatching()).isTrue();
        world.later(5).refresh("r-1", "InProgress", NEW);
        assertThat(look().lines())
                .containsExactly("1/1 InService, new version 2: no instance yet; refresh InProgress 0%");
        world.later(5);
        assertThat(look().lines()).as("nothing changed").isEmpty();
        world = World.done();
        world.later(60);
        assertThat(look().action()).isEqualTo(Action.WAIT);
        world.later(20);
        step = look();
        assertThat(step.action()).isEqualTo(Action.DONE);
        assertThat(step.lines())
                .containsExactly("healthy: 1/1 InService and healthy in every target group, all version 2, for 20 s");
        assertThat(writer.calls).containsExactly("start");
    }

    @Test
    void rollout_firstDeploy_needsNoRefresh() {
        world = World.done();
        world.refreshes.clear();
        assertThat(look().lines().get(0)).isEqualTo("ASG web-prod is on lt-1 version 2 already: no refresh needed");
        world.later(20);
        assertThat(look().action()).isEqualTo(Action.DONE);
        assertThat(writer.calls).isEmpty();
    }

    @Test
    void rollout_firstDeployBeforeTheFirstInstance_waitsForIt() {
        world = new World();
        world.groupTemplate = NEW;
        assertThat(look().lines())
                .contains("0/1 InService, new version 2: no instance yet; waiting: 0 of 1 instances are there");
        assertThat(writer.calls).isEmpty();
    }

    @Test
    void rollout_instancesAreNewButTheGroupIsNot_refreshesSoThatSelfHealStaysOnTheVersion() {
        world = World.done();
        world.groupTemplate = OLD;
        look();
        assertThat(writer.calls).containsExactly("start");
    }

    @Test
    void rollout_refreshToTheSameVersionRuns_adoptsIt() {
        world.later(30).refresh("r-7", "InProgress", NEW);
        RolloutStep step = look();
        assertThat(step.lines().get(0)).isEqualTo("adopting the running instance refresh r-7 to lt-1 version 2");
        assertThat(state.memory().refreshId()).isEqualTo("r-7");
        assertThat(writer.calls).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"InProgress, 1", "RollbackInProgress, 2", "Cancelling, 2", "SomethingNew, 1"})
    void rollout_anotherRefreshRuns_refuses(String status, String version) {
        world.refresh("r-7", status, new TemplateVersion("lt-1", version));
        RolloutStep step = look();
        assertThat(step.action()).isEqualTo(Action.FAILED);
        assertThat(state.failure().cause()).isEqualTo(Cause.OTHER_REFRESH_RUNNING);
        assertThat(step.lines()).hasSize(1);
        assertThat(step.lines().get(0)).contains("another instance refresh is running (r-7 to lt-1 version " + version);
        assertThat(writer.calls).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "BUSY, ResourceContention",
        "BUSY, ScalingActivityInProgress",
        "THROTTLED, Throttling",
        "REFUSED, InstanceRefreshInProgress"
    })
    void rollout_startIsRefusedForNow_triesAgain(AwsFailure.Kind kind, String code) {
        writer.refusing(kind, code);
        assertThat(look().action()).isEqualTo(Action.WAIT);
        assertThat(state.phase()).isEqualTo(Phase.BEGIN);
        world.later(5);
        look();
        assertThat(state.phase()).isEqualTo(Phase.PROVE);
        assertThat(writer.calls).containsExactly("start", "start");
    }

    @Test
    void rollout_startIsRefusedForGood_fails() {
        writer.refusing(AwsFailure.Kind.REFUSED, "ValidationError");
        assertThat(look().action()).isEqualTo(Action.FAILED);
        assertThat(state.failure().cause()).isEqualTo(Cause.REFRESH_REFUSED);
    }

    @Test
    void rollout_neverHealthy_rollsBackAndReportsBoth() {
        look();
        failHealth();
        RolloutStep step = look();
        assertThat(step.lines()).contains("rolling back instance refresh r-1", "AWS accepted the rollback");
        assertThat(writer.calls).containsExactly("start", "rollback");
        world.later(5).refresh("r-1", "RollbackInProgress", NEW);
        assertThat(look().action()).isEqualTo(Action.WAIT);
        world = World.serving();
        world.later(600).refresh("r-1", "RollbackSuccessful", NEW);
        step = look();
        assertThat(step.action()).isEqualTo(Action.FAILED);
        assertThat(state.failure().cause()).isEqualTo(Cause.NEVER_HEALTHY);
        assertThat(state.failure().summary())
                .isEqualTo("new version never became healthy: target i-0b unhealthy: Target.ResponseCodeMismatch [503]"
                        + " (unhealthy for 4 min)");
        assertThat(state.failure().aftermath()).isEqualTo("rolled back (lt-1 version 1): 1/1 InService on version 1");
    }

    private void failHealth() {
        world.refresh("r-1", "InProgress", NEW)
                .instance("i-0b", "InService", NEW)
                .unhealthy("i-0b");
        look();
        world.later(240);
    }

    @Test
    void rollout_rollbackIsIrreversible_saysSo() {
        look();
        failHealth();
        writer.refusing(AwsFailure.Kind.REFUSED, "IrreversibleInstanceRefresh");
        assertThat(look().action()).isEqualTo(Action.FAILED);
        assertThat(state.failure().line())
                .contains("AWS cannot roll this refresh back")
                .contains("deploy the previous version");
    }

    @Test
    void rollout_rollbackIsRefusedForNow_triesAgain() {
        look();
        failHealth();
        writer.refusing(AwsFailure.Kind.BUSY, "ResourceContention");
        assertThat(look().action()).isEqualTo(Action.WAIT);
        world.later(5);
        look();
        assertThat(writer.calls).containsExactly("start", "rollback", "rollback");
    }

    @Test
    void rollout_rollbackIsAccepted_isNotAskedForAgainWhileAwsReacts() {
        look();
        failHealth();
        look();
        world.later(5);
        look();
        assertThat(writer.calls).containsExactly("start", "rollback");
        world.later(60);
        look();
        assertThat(writer.calls).containsExactly("start", "rollback", "rollback");
    }

    @Test
    void rollout_rollbackTakesTooLong_endsAtItsOwnDeadline() {
        look();
        failHealth();
        look();
        world.later(Duration.ofMinutes(20).toSeconds()).refresh("r-1", "RollbackInProgress", NEW);
        assertThat(look().action()).isEqualTo(Action.FAILED);
        assertThat(state.failure().line())
                .contains("the rollback is not over after 20 min (refresh RollbackInProgress 0%)");
    }

    @ParameterizedTest
    @CsvSource({"RollbackFailed, the rollback failed", "Cancelled, not rolled back"})
    void rollout_rollbackEndsBadly_saysHow(String status, String text) {
        look();
        failHealth();
        look();
        world.refresh("r-1", status, NEW, "because");
        assertThat(look().action()).isEqualTo(Action.FAILED);
        assertThat(state.failure().line()).contains(text).contains("deploy the previous version (lt-1 version 1)");
    }

    @Test
    void rollout_awsRollsBackByItself_isWatchedToItsEnd() {
        look();
        world.refresh("r-1", "RollbackInProgress", NEW, "it did not get on");
        assertThat(look().action()).isEqualTo(Action.WAIT);
        world.refresh("r-1", "RollbackSuccessful", NEW, "it did not get on");
        assertThat(look().action()).isEqualTo(Action.FAILED);
        assertThat(state.failure().line())
                .startsWith("ASG web-prod: instance refresh r-1 is being rolled back: it did not get on;"
                        + " rolled back (lt-1 version 1): 1/1 InService on version 1");
        assertThat(writer.calls).containsExactly("start");
    }

    @Test
    void rollout_failsOnFirstDeploy_hasNothingToRollBackTo() {
        world = new World();
        world.groupTemplate = NEW;
        look();
        world.failedLaunch("The key pair 'k' does not exist");
        assertThat(look().action()).isEqualTo(Action.FAILED);
        assertThat(state.failure().line()).contains("nothing to roll back to");
    }

    @Test
    void rollout_withoutRollback_leavesTheRefresh() {
        request = new RolloutRequest(WANTED, POLICY, null, java.util.List.of(), false, Duration.ofMinutes(20));
        look();
        failHealth();
        assertThat(look().action()).isEqualTo(Action.FAILED);
        assertThat(state.failure().line()).contains("not rolled back, as asked");
        assertThat(writer.calls).containsExactly("start");
    }

    @ParameterizedTest
    @ValueSource(strings = {"THROTTLED", "NO_ANSWER", "SERVER_ERROR"})
    void rollout_looksThatFailForNow_neverFailIt(AwsFailure.Kind kind) {
        look();
        unreadable = FakeWriter.failure(kind, "Throttling");
        for (int i = 0; i < 50; i++) {
            world.later(5);
            assertThat(look().action()).isEqualTo(Action.WAIT);
        }
        unreadable = null;
        world = World.done();
        world.later(300);
        look();
        world.later(20);
        assertThat(look().action()).isEqualTo(Action.DONE);
    }

    @Test
    void rollout_looksThatFailForGood_endIt() {
        look();
        unreadable = FakeWriter.failure(AwsFailure.Kind.ACCESS_DENIED, "AccessDenied");
        assertThat(look().action()).isEqualTo(Action.FAILED);
        assertThat(state.failure().cause()).isEqualTo(Cause.ACCESS_DENIED);
    }

    @Test
    void abort_whileRefreshing_rollsBack() {
        look();
        world.refresh("r-1", "InProgress", NEW);
        state = new RolloutPoll(name -> world.snapshot(), writer, request).abort(state, world.now);
        look();
        assertThat(writer.calls).containsExactly("start", "rollback");
        world.refresh("r-1", "RollbackSuccessful", NEW);
        assertThat(look().action()).isEqualTo(Action.FAILED);
        assertThat(state.failure().cause()).isEqualTo(Cause.ABORTED);
    }

    /** There is nothing to look at for it, so it does not wait until AWS answers. */
    @Test
    void abort_beforeAnythingWasStartedWhileLooksFail_isFinalAtOnce() {
        unreadable = FakeWriter.failure(AwsFailure.Kind.NO_ANSWER, "");
        assertThat(look().action()).isEqualTo(Action.WAIT);
        state = new Rollout(request).abort(state, world.now);
        assertThat(look().action()).isEqualTo(Action.FAILED);
        assertThat(state.failure().cause()).isEqualTo(Cause.ABORTED);
    }

    @Test
    void abort_beforeAnythingWasStarted_isFinal() {
        state = new Rollout(request).abort(state, world.now);
        assertThat(look().action()).isEqualTo(Action.FAILED);
        assertThat(writer.calls).isEmpty();
    }
}
