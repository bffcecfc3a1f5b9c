package io.jenkins.plugins.amideploy.engine.rollout;

import static io.jenkins.plugins.amideploy.engine.rollout.World.NEW;
import static io.jenkins.plugins.amideploy.engine.rollout.World.OLD;
import static io.jenkins.plugins.amideploy.engine.rollout.World.POLICY;
import static io.jenkins.plugins.amideploy.engine.rollout.World.START;
import static io.jenkins.plugins.amideploy.engine.rollout.World.WANTED;
import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.amideploy.engine.AwsFailure;
import io.jenkins.plugins.amideploy.engine.diagnosis.Cause;
import io.jenkins.plugins.amideploy.engine.rollout.RolloutStep.Action;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A version that fails its proof when its refresh is Successful already, which AWS does not roll back. */
class WayBackTest {
    private final World world = World.serving().checkedEvery(5);
    private final FakeWriter writer = new FakeWriter();
    private RolloutRequest request = RolloutRequest.of(WANTED, POLICY);
    private RolloutState state = RolloutState.begin(START);

    private RolloutStep look() {
        RolloutStep step = new RolloutPoll(name -> world.snapshot(), writer, request)
                .poll(RolloutState.fromMap(state.asMap()), world.now);
        state = step.state();
        return step;
    }

    /** Two instances of the version have served and fail, one after the other. */
    private RolloutStep failInTheWindow() {
        look();
        world.instances.clear();
        world.targets.get(World.TARGET_GROUP).clear();
        world.groupTemplate = NEW;
        world.later(30)
                .launched("i-0b")
                .instance("i-0b", "InService", NEW)
                .target("i-0b", "healthy", "", "")
                .refresh("r-1", "Successful", NEW);
        assertThat(look().action()).isEqualTo(Action.WAIT);
        world.later(10).unhealthy("i-0b");
        assertThat(look().action()).isEqualTo(Action.WAIT);
        world.later(10)
                .replacedForHealth("i-0b")
                .launched("i-0c")
                .instance("i-0c", "InService", NEW)
                .target("i-0c", "healthy", "", "");
        assertThat(look().action()).isEqualTo(Action.WAIT);
        world.later(10).unhealthy("i-0c");
        assertThat(look().action()).isEqualTo(Action.WAIT);
        world.later(12);
        return look();
    }

    @Test
    void rollout_failsAfterASuccessfulRefresh_goesBackByAnotherOne() {
        RolloutStep step = failInTheWindow();
        assertThat(step.action()).isEqualTo(Action.WAIT);
        assertThat(step.lines())
                .contains(
                        "going back to lt-1 version 1: instance refresh r-1 is Successful, so another one does it",
                        "instance refresh r-2 started");
        assertThat(writer.calls).containsExactly("start", "start");
        assertThat(writer.request.template()).isEqualTo(OLD);
        assertThat(writer.request.alarmNames()).isEmpty();
        assertThat(writer.request.autoRollback()).isFalse();
        world.later(5).refresh("r-2", "InProgress", OLD);
        assertThat(look().action()).isEqualTo(Action.WAIT);
        world.later(120);
        assertThat(look().action())
                .as("AWS is not asked to roll back the way back")
                .isEqualTo(Action.WAIT);
        assertThat(writer.calls).containsExactly("start", "start");
        world.instances.clear();
        world.groupTemplate = OLD;
        world.later(5).instance("i-0d", "InService", OLD).target("i-0d", "healthy", "", "");
        world.refresh("r-2", "Successful", OLD);
        assertThat(look().action()).isEqualTo(Action.FAILED);
        assertThat(state.failure().cause()).isEqualTo(Cause.DOES_NOT_STAY_HEALTHY);
        assertThat(state.failure().aftermath()).isEqualTo("rolled back (lt-1 version 1): 1/1 InService on version 1");
    }

    @Test
    void rollout_wayBackIsNotAcceptedForNow_triesAgain() {
        writer.refusals.clear();
        look();
        writer.refusing(AwsFailure.Kind.BUSY, "ScalingActivityInProgress");
        failInTheWindow();
        assertThat(state.phase()).isEqualTo(RolloutState.Phase.ROLL_BACK);
        world.later(5);
        look();
        assertThat(writer.calls).containsExactly("start", "start", "start");
        assertThat(state.memory().refreshId()).isEqualTo("r-2");
    }

    /** The answer to the call was lost. */
    @Test
    void rollout_wayBackRunsAlready_isWatched() {
        look();
        writer.refusing(AwsFailure.Kind.NO_ANSWER, "");
        failInTheWindow();
        world.later(5).refresh("r-7", "InProgress", OLD);
        assertThat(look().action()).isEqualTo(Action.WAIT);
        assertThat(writer.calls).containsExactly("start", "start");
    }

    @Test
    void rollout_wayBackFails_saysHow() {
        failInTheWindow();
        world.later(60).refresh("r-2", "Failed", OLD, "because");
        assertThat(look().action()).isEqualTo(Action.FAILED);
        assertThat(state.failure().aftermath())
                .startsWith("the way back failed (Failed: because)")
                .contains("deploy the previous version (lt-1 version 1)");
    }

    @Test
    void rollout_withoutRollback_leavesTheVersion() {
        request = new RolloutRequest(WANTED, POLICY, null, List.of(), false, Duration.ofMinutes(20));
        assertThat(failInTheWindow().action()).isEqualTo(Action.FAILED);
        assertThat(writer.calls).containsExactly("start");
    }
}
