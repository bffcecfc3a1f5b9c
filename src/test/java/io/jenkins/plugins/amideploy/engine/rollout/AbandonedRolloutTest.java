package io.jenkins.plugins.amideploy.engine.rollout;

import static io.jenkins.plugins.amideploy.engine.rollout.World.NEW;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A refresh that a run of ours started and did not see to its end; World's begin at {@link World#START}. */
class AbandonedRolloutTest {
    private static final TemplateVersion LEFT = new TemplateVersion("lt-1", "7");

    private final FakeWriter writer = new FakeWriter();
    private final World world = World.serving();
    private RolloutState state = RolloutState.begin(START);
    private StartedRollout abandoned = left(LEFT, 0, 60);

    private static StartedRollout left(TemplateVersion version, long from, long until) {
        return new StartedRollout("cli-ann", version, START.plusSeconds(from), START.plusSeconds(until));
    }

    private RolloutStep look() {
        RolloutRequest request = new RolloutRequest(
                WANTED,
                POLICY,
                null,
                List.of(),
                true,
                Duration.ofMinutes(20),
                StandbyInstances.WAIT,
                ScaleInProtectedInstances.WAIT,
                false,
                List.of(abandoned));
        RolloutStep step = new RolloutPoll(group -> world.snapshot(), writer, request)
                .poll(RolloutState.fromMap(state.asMap()), world.now);
        state = step.state();
        return step;
    }

    @Test
    void rollout_toAnotherVersion_cancelsItAndStartsItsOwnWhenItIsOver() {
        world.refresh("r-7", "InProgress", LEFT);
        RolloutStep step = look();
        assertThat(step.action()).isEqualTo(Action.WAIT);
        assertThat(step.lines())
                .containsExactly(
                        "cancelling instance refresh r-7 to lt-1 version 7, which cli-ann left: lt-1 version 2 takes its place");
        world.later(5).refresh("r-7", "Cancelling", LEFT);
        assertThat(look().lines())
                .containsExactly("waiting for the end of instance refresh r-7 to lt-1 version 7, which cli-ann left:"
                        + " Cancelling 0%");
        world.later(5);
        assertThat(look().lines()).as("nothing new").isEmpty();
        world.later(5).refresh("r-7", "Cancelled", LEFT);
        assertThat(look().lines()).endsWith("instance refresh r-1 started");
        assertThat(writer.calls).containsExactly("cancel", "start");
        assertThat(writer.request.template()).isEqualTo(NEW);
    }

    @Test
    void rollout_toTheSameVersion_adoptsItAndSaysWhose() {
        abandoned = left(NEW, 0, 60);
        world.refresh("r-7", "InProgress", NEW);
        assertThat(look().lines().get(0))
                .isEqualTo("adopting the running instance refresh r-7 to lt-1 version 2, which cli-ann left");
        assertThat(writer.calls).isEmpty();
    }

    /** A version that failed after its refresh was Successful; a refresh of its own brings the version before, and the run died over it. */
    @ParameterizedTest(name = "{index} {0} to version {1}, group on version {2}: {3}")
    @CsvSource({
        "InProgress, 6, 7, cancel",
        "Cancelling, 6, 7, wait",
        "InProgress, 6, 5, refuse",
        "InProgress, 8, 7, refuse",
        "InProgress, $Latest, 7, refuse"
    })
    void rollout_wayBackOfARunOfOurs_isReplacedWhileTheGroupIsOnItsVersion(
            String status, String version, String group, String outcome) {
        world.groupTemplate = new TemplateVersion("lt-1", group);
        world.refresh("r-8", status, new TemplateVersion("lt-1", version));
        RolloutStep step = look();
        assertThat(writer.calls).isEqualTo(outcome.equals("cancel") ? List.of("cancel") : List.of());
        assertThat(step.action()).isEqualTo(outcome.equals("refuse") ? Action.FAILED : Action.WAIT);
        if (!outcome.equals("refuse")) {
            assertThat(step.lines().get(0)).contains("instance refresh r-8 to lt-1 version 6, which cli-ann left");
        }
    }

    /** The refresh in the table begins at START, or has not begun. */
    @ParameterizedTest(name = "{index} {0} to version {1}, begun {2}, run from {3} to {4}: {5}")
    @CsvSource({
        "InProgress,         7, true,  0,    60,   cancel",
        "Pending,            7, false, 0,    60,   cancel",
        "Baking,             7, true,  0,    60,   cancel",
        "SomethingNew,       7, true,  0,    60,   cancel",
        "InProgress,         7, true,  299,  400,  cancel",
        "RollbackInProgress, 7, true,  0,    60,   wait",
        "Cancelling,         7, true,  0,    60,   wait",
        "RollbackInProgress, 2, true,  0,    60,   refuse",
        "InProgress,         8, true,  0,    60,   refuse",
        "InProgress,          , true,  0,    60,   refuse",
        "InProgress,         7, true,  301,  400,  refuse",
        "InProgress,         7, true,  -900, -301, refuse",
    })
    void rollout_whatRuns_isReplacedOnlyWhereARunOfOursBeganIt(
            String status, String version, boolean begun, long from, long until, String outcome) {
        TemplateVersion to = version == null ? null : new TemplateVersion("lt-1", version);
        world.refreshes.add(new RefreshState("r-7", status, 0, "", to, begun ? START : null, null));
        abandoned = left(LEFT, from, until);
        RolloutStep step = look();
        assertThat(writer.calls).isEqualTo(outcome.equals("cancel") ? List.of("cancel") : List.of());
        assertThat(step.action()).isEqualTo(outcome.equals("refuse") ? Action.FAILED : Action.WAIT);
    }

    @Test
    void rollout_itNeverEnds_isRefusedAtTheDeadline() {
        world.refresh("r-7", "Cancelling", LEFT);
        look();
        world.later(POLICY.deadline().toSeconds());
        assertThat(look().action()).isEqualTo(Action.FAILED);
        assertThat(state.failure().cause()).isEqualTo(Cause.OTHER_REFRESH_RUNNING);
    }

    /** It may have ended meanwhile, which the next look shows; what AWS forbids ends the rollout. */
    @ParameterizedTest
    @CsvSource({
        "REFUSED, ActiveInstanceRefreshNotFound, WAIT",
        "THROTTLED, Throttling, WAIT",
        "ACCESS_DENIED, AccessDenied, FAILED"
    })
    void rollout_cancellingIsRefused(AwsFailure.Kind kind, String code, Action action) {
        world.refresh("r-7", "InProgress", LEFT);
        writer.refusing(kind, code);
        assertThat(look().action()).isEqualTo(action);
    }
}
