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
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/** What a run that is over left under way, against an AWS endpoint on this machine; records are enough. */
@Tag("embedded")
@EnabledIfEnvironmentVariable(
        named = "AWS_ENDPOINT_URL",
        matches = "http://127\\..*",
        disabledReason = "no embedded AWS: local/aws up")
@Timeout(300)
class EmbeddedAbandonedTest {
    private static final HealthPolicy POLICY =
            HealthPolicy.defaults().withDeadline(Duration.ofMinutes(2)).withLook(Duration.ofSeconds(1));

    @Test
    void rollout_refreshOfARunThatIsOver_makesRoomForAnotherVersion() {
        try (EmbeddedStack stack = new EmbeddedStack(1);
                AwsClients clients = clients()) {
            Instant from = Instant.now();
            Wanted before = stack.publish("2", 200);
            String left = clients.groupWriter()
                    .startRefresh(request(before, 60, List.of()).refresh());
            makesRoom(stack, clients, left, new StartedRollout("cli-ann", before.template(), from, Instant.now()));
        }
    }

    /** The version's own refresh was Successful, then it failed its proof. */
    @Test
    void rollout_wayBackOfARunThatIsOver_makesRoomForAnotherVersion() {
        try (EmbeddedStack stack = new EmbeddedStack(1);
                AwsClients clients = clients()) {
            Instant from = Instant.now();
            Wanted failed = stack.publish("2", 200);
            String there = clients.groupWriter()
                    .startRefresh(request(failed, 0, List.of()).refresh());
            while (!clients.groupReader()
                    .read(stack.name)
                    .refresh(there)
                    .orElseThrow()
                    .isSuccessful()) {
                LockSupport.parkNanos(Duration.ofMillis(200).toNanos());
            }
            String back = clients.groupWriter()
                    .startRefresh(request(stack.wanted("1"), 60, List.of()).refresh());
            makesRoom(stack, clients, back, new StartedRollout("cli-ann", failed.template(), from, Instant.now()));
        }
    }

    /** A rollout to yet another version cancels what was left and starts its own refresh. */
    private static void makesRoom(EmbeddedStack stack, AwsClients clients, String left, StartedRollout abandoned) {
        Wanted wanted = stack.publish("3", 200);
        RolloutPoll poll =
                new RolloutPoll(clients.groupReader(), clients.groupWriter(), request(wanted, 60, List.of(abandoned)));
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

    private static AwsClients clients() {
        return new AwsClients(AwsSettings.fromEnvironment(System.getenv("AWS_REGION"), System.getenv()));
    }

    private static RolloutRequest request(Wanted wanted, int warmup, List<StartedRollout> abandoned) {
        return new RolloutRequest(
                wanted,
                POLICY,
                warmup,
                List.of(),
                true,
                RolloutRequest.DEFAULT_ROLLBACK_DEADLINE,
                StandbyInstances.WAIT,
                ScaleInProtectedInstances.WAIT,
                false,
                abandoned);
    }
}
