package io.jenkins.plugins.amideploy.engine.rollout;

import static io.jenkins.plugins.amideploy.engine.rollout.World.NEW;
import static io.jenkins.plugins.amideploy.engine.rollout.World.OLD;
import static io.jenkins.plugins.amideploy.engine.rollout.World.POLICY;
import static io.jenkins.plugins.amideploy.engine.rollout.World.SECOND_TARGET_GROUP;
import static io.jenkins.plugins.amideploy.engine.rollout.World.START;
import static io.jenkins.plugins.amideploy.engine.rollout.World.WANTED;
import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.amideploy.engine.AwsFailure;
import io.jenkins.plugins.amideploy.engine.rollout.GroupView.InstanceView;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a live view is given to draw. */
class GroupViewTest {
    private static final HealthMemory BEGIN = HealthMemory.begin(START);

    @Test
    void view_inTheMiddleOfARefresh_hasOldAndNewInstancesWithTheirStates() {
        World world = World.serving()
                .refresh("r-1", "InProgress", NEW)
                .instance("i-0b", "InService", NEW)
                .target("i-0b", "initial", "Elb.RegistrationInProgress", "")
                .instance("i-0c", "Pending", null);
        GroupView view = world.judge(BEGIN).view().orElseThrow();
        assertThat(view.groupName()).isEqualTo(World.GROUP);
        assertThat(view.desired()).isEqualTo(1);
        assertThat(view.version()).isEqualTo("2");
        assertThat(view.refreshStatus()).isEqualTo("InProgress");
        assertThat(view.instances())
                .containsExactly(
                        new InstanceView("i-0a", false, "1", "InService", "Healthy", "healthy"),
                        new InstanceView("i-0c", false, "?", "Pending", "Healthy", "not registered"),
                        new InstanceView(
                                "i-0b", true, "2", "InService", "Healthy", "initial: Elb.RegistrationInProgress"));
        assertThat(view.instances()).extracting(InstanceView::serves).containsExactly(true, false, false);
        assertThat(view.waitingFor())
                .contains("instance refresh r-1 is InProgress 0%", "i-0a runs version 1, wanted 2");
        assertThat(view.windowLeft()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "healthy,healthy,healthy",
        "healthy,unhealthy,unhealthy",
        "initial,unhealthy,unhealthy",
        "healthy,unheard,unheard",
        "draining,unused,unused",
        "unused,unhealthy.draining,unhealthy.draining"
    })
    void view_ofSeveralTargets_hasTheWorst(String one, String other, String seen) {
        World world = World.done().target("i-0b", one, "", "").target(SECOND_TARGET_GROUP, "i-0b", other, "", "");
        assertThat(world.judge(BEGIN).view().orElseThrow().instances())
                .extracting(InstanceView::target)
                .containsExactly(seen);
    }

    @Test
    void view_oneOfTwoTargetGroupsMissesTheInstance_saysSo() {
        World world = World.done();
        world.targets.put(SECOND_TARGET_GROUP, new ArrayList<>());
        assertThat(world.judge(BEGIN).view().orElseThrow().instances())
                .extracting(InstanceView::target)
                .containsExactly("not registered");
    }

    @Test
    void view_whileTheWindowRuns_saysHowLongItStillDoes() {
        World world = World.done();
        Verdict first = world.judge(BEGIN);
        assertThat(first.view().orElseThrow().windowLeft()).contains(POLICY.stability());
        Verdict second = world.later(5).judge(first.memory());
        assertThat(second.view().orElseThrow().windowLeft())
                .contains(POLICY.stability().minusSeconds(5));
        assertThat(second.view().orElseThrow().waitingFor()).isEmpty();
    }

    @Test
    void view_ofNothingRead_isEmpty() {
        World gone = new World();
        gone.exists = false;
        assertThat(gone.judge(BEGIN).view()).isEmpty();
        HealthPoll failing = new HealthPoll(
                name -> {
                    throw FakeWriter.failure(AwsFailure.Kind.THROTTLED, "Throttling");
                },
                WANTED,
                POLICY);
        assertThat(failing.poll(BEGIN, START).view()).isEmpty();
    }

    @Test
    void view_ofARolloutsStep_isThere() {
        World world = World.serving();
        RolloutStep step = new RolloutPoll(
                        name -> world.snapshot(), new FakeWriter(), RolloutRequest.of(WANTED, POLICY))
                .poll(RolloutState.begin(START), START);
        assertThat(step.view().orElseThrow().instances())
                .containsExactly(new InstanceView("i-0a", false, OLD.version(), "InService", "Healthy", "healthy"));
    }
}
