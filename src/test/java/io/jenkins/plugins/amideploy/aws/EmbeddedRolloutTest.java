package io.jenkins.plugins.amideploy.aws;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.amideploy.engine.diagnosis.Cause;
import io.jenkins.plugins.amideploy.engine.release.BalancerReader.Listener;
import io.jenkins.plugins.amideploy.engine.release.Drift;
import io.jenkins.plugins.amideploy.engine.release.Shape;
import io.jenkins.plugins.amideploy.engine.rollout.GroupSnapshot;
import io.jenkins.plugins.amideploy.engine.rollout.HealthMemory;
import io.jenkins.plugins.amideploy.engine.rollout.HealthPolicy;
import io.jenkins.plugins.amideploy.engine.rollout.Proof;
import io.jenkins.plugins.amideploy.engine.rollout.RolloutPoll;
import io.jenkins.plugins.amideploy.engine.rollout.RolloutRequest;
import io.jenkins.plugins.amideploy.engine.rollout.RolloutState;
import io.jenkins.plugins.amideploy.engine.rollout.RolloutStep;
import io.jenkins.plugins.amideploy.engine.rollout.RolloutStep.Action;
import io.jenkins.plugins.amideploy.engine.rollout.Wanted;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.autoscaling.AutoScalingClient;

/** Whole rollouts against an AWS endpoint on this machine, with machines that boot and a balancer that forwards. */
@Tag("embedded")
@EnabledIfEnvironmentVariable(
        named = "AWS_ENDPOINT_URL",
        matches = "http://127\\..*",
        disabledReason = "no embedded AWS: local/aws up")
class EmbeddedRolloutTest {
    private static final Duration LIMIT = Duration.ofMinutes(6);
    private static final HealthPolicy POLICY = HealthPolicy.defaults()
            .withStability(Duration.ofSeconds(6))
            .withDeadline(LIMIT)
            .withLook(Duration.ofSeconds(2));

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void rollout_healthyVersion_replacesEveryInstanceWithoutADroppedRequest(int size) {
        // Longer than machines take to boot where much else runs beside.
        try (EmbeddedStack stack = new EmbeddedStack(size, 150)) {
            RolloutStep first = roll(stack.wanted("1"));
            assertThat(first.action())
                    .as(String.valueOf(first.state().failure()))
                    .isEqualTo(Action.DONE);
            try (RequestLoop requests = new RequestLoop(stack.address)) {
                RolloutStep end = roll(stack.publish("2", 200));
                assertThat(end.action())
                        .as(String.valueOf(end.state().failure()))
                        .isEqualTo(Action.DONE);
                requests.goOnFor(Duration.ofSeconds(8));
                assertThat(requests.failures()).isEmpty();
                assertThat(requests.answers()).containsExactly("version 1", "version 2");
                assertThat(requests.last()).isEqualTo("version 2");
            }
        }
    }

    @Test
    void rollout_versionThatIsNeverHealthy_failsWithItsCauseAndOldOneServesThroughout() {
        try (EmbeddedStack stack = new EmbeddedStack(1)) {
            assertThat(roll(stack.wanted("1")).action()).isEqualTo(Action.DONE);
            try (RequestLoop requests = new RequestLoop(stack.address)) {
                RolloutStep end = roll(stack.publish("2", 503));
                assertThat(end.action()).isEqualTo(Action.FAILED);
                assertThat(end.state().failure().cause()).isEqualTo(Cause.NEVER_HEALTHY);
                assertThat(end.state().failure().summary())
                        .contains("new version never became healthy: target i-")
                        .contains("unhealthy: Target.ResponseCodeMismatch [503]");
                assertThat(end.state().failure().aftermath())
                        .contains("rolled back")
                        .contains("1/1 InService on version 1");
                assertThat(requests.failures()).isEmpty();
                assertThat(requests.answers()).containsExactly("version 1");
            }
        }
    }

    /**
     * The successor of each instance that is taken out is healthy for as long as the first one was. The warm-up is what AWS takes where the stack says nothing:
     * long enough for the old instances to serve until the failure shows.
     */
    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void rollout_versionWhoseHealthCheckFailsAfter25Seconds_failsAndIsRolledBackWithoutADroppedRequest(int size) {
        try (EmbeddedStack stack = new EmbeddedStack(size)) {
            assertThat(roll(stack.wanted("1")).action()).isEqualTo(Action.DONE);
            try (RequestLoop requests = new RequestLoop(stack.address)) {
                RolloutStep end = roll(stack.publishFailingAfter("2", Duration.ofSeconds(25)), 60);
                assertThat(end.action()).isEqualTo(Action.FAILED);
                assertThat(end.state().failure().cause()).isEqualTo(Cause.DOES_NOT_STAY_HEALTHY);
                assertThat(end.state().failure().aftermath())
                        .contains("rolled back")
                        .endsWith("InService on version 1");
                requests.goOnFor(Duration.ofSeconds(8));
                assertThat(requests.failures()).isEmpty();
                assertThat(requests.last()).isEqualTo("version 1");
            }
        }
    }

    @Test
    void rollout_imageThatDoesNotExist_failsBeforeAnythingIsStarted() {
        try (EmbeddedStack stack = new EmbeddedStack(1)) {
            assertThat(roll(stack.wanted("1")).action()).isEqualTo(Action.DONE);
            RolloutStep end = roll(stack.publishWithoutImage());
            assertThat(end.action()).isEqualTo(Action.FAILED);
            assertThat(end.state().failure().cause()).isEqualTo(Cause.IMAGE_MISSING);
            assertThat(end.state().memory().refreshId())
                    .as("nothing was started")
                    .isNull();
        }
    }

    @Test
    void rollout_unchangedSinceItsProof_isDoneAtOneLook_andWhatSomebodyChangesIsDrift() {
        try (EmbeddedStack stack = new EmbeddedStack(1);
                AwsClients clients = clients();
                AutoScalingClient autoScaling = AutoScalingClient.create()) {
            HealthMemory proven = roll(stack.wanted("1")).state().memory();
            assertThat(proven.proven()).singleElement().asString().startsWith("i-");
            GroupSnapshot group = clients.groupReader().read(stack.name);
            Shape recorded = Shape.of(group, listeners(clients, group, Optional.empty()));
            assertThat(recorded.listeners()).containsExactly(Map.entry("HTTP 80", List.of(stack.targetGroup)));

            Instant at = Instant.now();
            RolloutState trusting =
                    RolloutState.begin(Instant.now(), Optional.of(new Proof(Set.copyOf(proven.proven()), at)));
            RolloutRequest request = RolloutRequest.of(stack.wanted("1"), POLICY);
            RolloutStep look = new RolloutPoll(clients.groupReader(), clients.groupWriter(), request)
                    .poll(trusting, Instant.now());
            assertThat(look.action()).isEqualTo(Action.DONE);

            autoScaling.updateAutoScalingGroup(
                    change -> change.autoScalingGroupName(stack.name).maxSize(4));
            autoScaling.detachLoadBalancerTargetGroups(
                    change -> change.autoScalingGroupName(stack.name).targetGroupARNs(stack.targetGroup));
            GroupSnapshot changed = clients.groupReader().read(stack.name);
            assertThat(Drift.between(recorded, Shape.of(changed, listeners(clients, changed, Optional.of(recorded)))))
                    .containsExactly(
                            "max_size: 4 now, 1 in the record",
                            "attached target groups: none now, " + stack.targetGroup + " in the record");
        }
    }

    private static List<Listener> listeners(AwsClients clients, GroupSnapshot group, Optional<Shape> recorded) {
        return clients.balancerReader().listeners(Shape.targetGroups(group, recorded));
    }

    private static AwsClients clients() {
        return new AwsClients(AwsSettings.fromEnvironment(System.getenv("AWS_REGION"), System.getenv()));
    }

    /** Looks every two seconds; every state goes through what a front door would persist. */
    private static RolloutStep roll(Wanted wanted) {
        return roll(wanted, 0);
    }

    private static RolloutStep roll(Wanted wanted, int warmup) {
        try (AwsClients clients = clients()) {
            RolloutRequest request = new RolloutRequest(
                    wanted, POLICY, warmup, List.of(), true, RolloutRequest.DEFAULT_ROLLBACK_DEADLINE);
            RolloutPoll poll = new RolloutPoll(clients.groupReader(), clients.groupWriter(), request);
            RolloutState state = RolloutState.begin(Instant.now());
            Instant limit = Instant.now().plus(LIMIT.multipliedBy(2));
            while (Instant.now().isBefore(limit)) {
                RolloutStep step = poll.poll(RolloutState.fromMap(state.asMap()), Instant.now());
                step.lines().forEach(line -> System.out.println(Instant.now() + " " + line));
                if (step.isOver()) {
                    return step;
                }
                state = step.state();
                LockSupport.parkNanos(Duration.ofSeconds(2).toNanos());
            }
            throw new AssertionError("not over after " + LIMIT.multipliedBy(2) + ": " + state);
        }
    }
}
