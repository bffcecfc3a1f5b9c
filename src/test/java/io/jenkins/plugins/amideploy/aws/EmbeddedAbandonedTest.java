package io.jenkins.plugins.amideploy.aws;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.amideploy.engine.rollout.HealthPolicy;
import io.jenkins.plugins.amideploy.engine.rollout.RefreshState;
import io.jenkins.plugins.amideploy.engine.rollout.RolloutPoll;
import io.jenkins.plugins.amideploy.engine.rollout.RolloutRequest;
import io.jenkins.plugins.amideploy.engine.rollout.RolloutState;
import io.jenkins.plugins.amideploy.engine.rollout.RolloutStep;
import io.jenkins.plugins.amideploy.engine.rollout.ScaleInProtectedInstances;
import io.jenkins.plugins.amideploy.engine.rollout.StandbyInstances;
import io.jenkins.plugins.amideploy.engine.rollout.StartedRollout;
import io.jenkins.plugins.amideploy.engine.rollout.Wanted;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/** What a run that is over left under way, against an AWS endpoint on this machine; records are enough. */
@Tag("embedded")
@EnabledIfEnvironmentVariable(
        named = "AWS_ENDPOINT_URL",
        matches = "http://127\\..*",
        disabledReason = "no embedded AWS: local/aws up")
class EmbeddedAbandonedTest {
    private static final HealthPolicy POLICY =
            HealthPolicy.defaults().withDeadline(Duration.ofMinutes(2)).withLook(Duration.ofSeconds(1));

    @Test
    void rollout_refreshOfARunThatIsOver_makesRoomForAnotherVersion() {
        try (EmbeddedStack stack = new EmbeddedStack(1);
                AwsClients clients =
                        new AwsClients(AwsSettings.fromEnvironment(System.getenv("AWS_REGION"), System.getenv()))) {
            Instant from = Instant.now();
            Wanted before = stack.publish("2", 200);
            String left = clients.groupWriter()
                    .startRefresh(request(before, List.of()).refresh());
            Wanted wanted = stack.publish("3", 200);
            StartedRollout abandoned = new StartedRollout("cli-ann", before.template(), from, Instant.now());
            RolloutPoll poll =
                    new RolloutPoll(clients.groupReader(), clients.groupWriter(), request(wanted, List.of(abandoned)));
            RolloutState state = RolloutState.begin(Instant.now());
            List<String> lines = new ArrayList<>();
            while (state.memory().refreshId() == null) {
                RolloutStep step = poll.poll(state, Instant.now());
                lines.addAll(step.lines());
                assertThat(step.isOver()).as(String.join("\n", lines)).isFalse();
                state = step.state();
                LockSupport.parkNanos(Duration.ofMillis(200).toNanos());
            }
            assertThat(lines.get(0)).startsWith("cancelling instance refresh " + left);
            assertThat(clients.groupReader().read(stack.name).refresh(left))
                    .map(RefreshState::status)
                    .contains("Cancelled");
            assertThat(clients.groupReader().read(stack.name).runningRefresh())
                    .map(RefreshState::wanted)
                    .contains(wanted.template());
        }
    }

    private static RolloutRequest request(Wanted wanted, List<StartedRollout> abandoned) {
        return new RolloutRequest(
                wanted,
                POLICY,
                60,
                List.of(),
                true,
                RolloutRequest.DEFAULT_ROLLBACK_DEADLINE,
                StandbyInstances.WAIT,
                ScaleInProtectedInstances.WAIT,
                false,
                abandoned);
    }
}
