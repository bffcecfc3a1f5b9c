package io.jenkins.plugins.amideploy.engine.rollout;

import static io.jenkins.plugins.amideploy.engine.rollout.World.NEW;
import static io.jenkins.plugins.amideploy.engine.rollout.World.OLD;
import static io.jenkins.plugins.amideploy.engine.rollout.World.POLICY;
import static io.jenkins.plugins.amideploy.engine.rollout.World.START;
import static io.jenkins.plugins.amideploy.engine.rollout.World.TARGET_GROUP;
import static io.jenkins.plugins.amideploy.engine.rollout.World.WANTED;
import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.amideploy.engine.AwsFailure;
import io.jenkins.plugins.amideploy.engine.diagnosis.BalancerPath;
import io.jenkins.plugins.amideploy.engine.diagnosis.BalancerPath.Balancer;
import io.jenkins.plugins.amideploy.engine.diagnosis.BalancerPath.TargetGroup;
import io.jenkins.plugins.amideploy.engine.diagnosis.Cause;
import io.jenkins.plugins.amideploy.engine.diagnosis.EvidenceReader;
import io.jenkins.plugins.amideploy.engine.diagnosis.EvidenceReader.Alarm;
import io.jenkins.plugins.amideploy.engine.diagnosis.EvidenceReader.GroupSetup;
import io.jenkins.plugins.amideploy.engine.diagnosis.EvidenceReader.Hook;
import io.jenkins.plugins.amideploy.engine.diagnosis.LaunchSource;
import io.jenkins.plugins.amideploy.engine.rollout.RolloutStep.Action;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is looked at before a refresh and while a version is proven, and that a certain cause ends the wait. */
class RolloutEvidenceTest {
    private static final BalancerPath NO_LISTENER = new BalancerPath(
            List.of(new Balancer("arn:lb", "web-prod", List.of(), List.of(), List.of())),
            List.of(new TargetGroup(TARGET_GROUP, "web-prod", 80, 80)),
            List.of(),
            List.of());

    private final FakeWriter writer = new FakeWriter();
    private final FakeEvidence evidence = new FakeEvidence();
    private World world = World.serving();
    private RolloutState state = RolloutState.begin(START);
    private RolloutRequest request = request(StandbyInstances.WAIT, ScaleInProtectedInstances.WAIT, false);

    private static RolloutRequest request(
            StandbyInstances standby, ScaleInProtectedInstances held, boolean ignoreAlarms) {
        return new RolloutRequest(
                WANTED,
                POLICY,
                null,
                List.of("web-5xx", "web-latency"),
                true,
                Duration.ofMinutes(20),
                standby,
                held,
                ignoreAlarms,
                List.of());
    }

    private RolloutStep look() {
        GroupReader reader = new GroupReader() {
            @Override
            public GroupSnapshot read(String groupName) {
                return world.snapshot();
            }

            @Override
            public EvidenceReader evidence() {
                return evidence;
            }
        };
        RolloutStep step =
                new RolloutPoll(reader, writer, request).poll(RolloutState.fromMap(state.asMap()), world.now);
        state = step.state();
        return step;
    }

    /** The refresh runs, and the version's instance is there. */
    private void proving() {
        look();
        assertThat(writer.calls).containsExactly("start");
        evidence.reads.clear();
        world.later(10).refresh("r-1", "InProgress", NEW).launched("i-0b").instance("i-0b", "InService", NEW);
    }

    private void assertRefused(Cause cause) {
        assertThat(look().action()).isEqualTo(Action.FAILED);
        assertThat(state.failure().cause()).isEqualTo(cause);
        assertThat(state.failure().aftermath()).endsWith("nothing was started");
        assertThat(writer.calls).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Launch", "Terminate", "AddToLoadBalancer", "HealthCheck", "InstanceRefresh"})
    void begin_processIsSuspendedThatARefreshNeeds_isRefused(String process) {
        world.suspended = Set.of(process, "AlarmNotification");
        assertRefused(Cause.PROCESS_SUSPENDED);
        assertThat(state.failure().summary()).startsWith("ASG web-prod: process " + process + " is suspended");
        assertThat(state.failure().command())
                .isEqualTo("aws autoscaling resume-processes --auto-scaling-group-name web-prod --scaling-processes "
                        + process);
    }

    @ParameterizedTest
    @ValueSource(strings = {"AlarmNotification", "ReplaceUnhealthy"})
    void begin_processIsSuspendedThatARefreshDoesWithout_isNoted(String process) {
        world.suspended = Set.of(process);
        assertThat(look().lines())
                .anyMatch(line -> line.startsWith("process " + process + " of ASG web-prod is suspended"));
        assertThat(writer.calls).containsExactly("start");
    }

    @Test
    void begin_targetGroupIsNotAttached_startsNothingUntilItIsListed() {
        world.targets.clear();
        assertThat(look().action()).isEqualTo(Action.WAIT);
        world.later(POLICY.settling().toSeconds());
        assertRefused(Cause.TARGET_GROUP_MISSING);
    }

    @Test
    void begin_oldInstanceIsProtected_isRefusedUnlessTheCallerChose() {
        world.protect("i-0a");
        assertRefused(Cause.INSTANCE_PROTECTED);
        assertThat(state.failure().lines())
                .anyMatch(line -> line.contains("--no-protected-from-scale-in --instance-ids i-0a"));

        state = RolloutState.begin(START);
        request = request(StandbyInstances.WAIT, ScaleInProtectedInstances.REFRESH, false);
        assertThat(look().action()).isEqualTo(Action.WAIT);
        assertThat(writer.request.scaleInProtectedInstances()).isEqualTo(ScaleInProtectedInstances.REFRESH);
    }

    @Test
    void begin_oldInstanceIsInStandby_isRefusedUnlessTheCallerChose() {
        world.instance("i-0c", "Standby", OLD);
        assertRefused(Cause.INSTANCE_STANDBY);
        assertThat(state.failure().lines()).anyMatch(line -> line.contains("aws autoscaling exit-standby"));

        state = RolloutState.begin(START);
        request = request(StandbyInstances.TERMINATE, ScaleInProtectedInstances.WAIT, false);
        assertThat(look().action()).isEqualTo(Action.WAIT);
        assertThat(writer.request.standbyInstances()).isEqualTo(StandbyInstances.TERMINATE);
    }

    @Test
    void rollout_heldInstancesAreIgnored_isProvenByTheOthers() {
        request = request(StandbyInstances.IGNORE, ScaleInProtectedInstances.IGNORE, false);
        world.desired = 2;
        world.instance("i-0p", "InService", OLD)
                .target("i-0p", "healthy", "", "")
                .protect("i-0p");
        world.instance("i-0s", "Standby", OLD);
        look();
        assertThat(writer.calls).containsExactly("start");
        world.instances.remove("i-0a");
        world.groupTemplate = NEW;
        world.later(60)
                .instance("i-0b", "InService", NEW)
                .target("i-0b", "healthy", "", "")
                .refresh("r-1", "Successful", NEW);
        for (int looks = 0; looks < 60 && !state.phase().isOver(); looks++) {
            look();
            world.later(5);
        }
        assertThat(state.phase()).isEqualTo(RolloutState.Phase.DONE);
    }

    @Test
    void begin_everyInstanceIsIgnored_isRefused() {
        request = request(StandbyInstances.WAIT, ScaleInProtectedInstances.IGNORE, false);
        world.protect("i-0a");
        assertThat(look().action()).isEqualTo(Action.FAILED);
        assertThat(state.failure().cause()).isEqualTo(Cause.INSTANCE_PROTECTED);
        assertThat(writer.calls).isEmpty();
    }

    @Test
    void begin_alarmIsRed_isNamedAndLeftOut() {
        evidence.alarms = List.of(
                new Alarm("web-5xx", "ALARM", "Threshold Crossed: 12 > 10"), new Alarm("web-latency", "OK", ""));
        assertThat(look().lines())
                .contains("warning: alarm web-5xx is red already, so that it does not count in this rollout: Threshold"
                        + " Crossed: 12 > 10");
        assertThat(writer.request.alarmNames()).containsExactly("web-latency");
    }

    @Test
    void begin_alarmsAreIgnored_noneIsReadOrSent() {
        request = request(StandbyInstances.WAIT, ScaleInProtectedInstances.WAIT, true);
        look();
        assertThat(evidence.reads).doesNotContain("alarms");
        assertThat(writer.request.alarmNames()).isEmpty();
    }

    @Test
    void rollout_alarmTurnsRed_isNamed() {
        proving();
        world.refresh("r-1", "RollbackInProgress", NEW, "The CloudWatch alarm web-5xx is in the ALARM state.");
        evidence.alarms = List.of(new Alarm("web-5xx", "ALARM", "Threshold Crossed: 12 > 10"));
        look();
        assertThat(state.failure().evidence()).contains("alarm web-5xx: Threshold Crossed: 12 > 10");
        assertThat(state.failure().cause()).isEqualTo(Cause.ALARM_RED);
        assertThat(state.failure().summary())
                .isEqualTo("ASG web-prod: The CloudWatch alarm web-5xx is in the ALARM state");
    }

    @Test
    void begin_mixedInstances_isRefused() {
        evidence.setup = new GroupSetup(true, List.of());
        assertRefused(Cause.MIXED_INSTANCES);
    }

    @Test
    void begin_hooks_areSaid() {
        evidence.setup = new GroupSetup(false, List.of(new Hook("warm-cache", true, 300, "ABANDON")));
        assertThat(look().lines())
                .contains(
                        "lifecycle hook warm-cache holds each instance that is launched for up to 300 s, then ABANDON");
    }

    @ParameterizedTest
    @CsvSource({
        "false, ami-1, available, x86_64, TEMPLATE_VERSION_MISSING",
        "true, ami-1, '', '', IMAGE_MISSING",
        "true, ami-1, failed, x86_64, IMAGE_MISSING",
        "true, ami-1, available, arm64, UNSUPPORTED_CONFIGURATION"
    })
    void begin_versionCannotBeLaunched_isRefused(
            boolean exists, String image, String imageState, String architecture, Cause cause) {
        evidence.source =
                new LaunchSource(true, exists, image, imageState, architecture, "t3.small", List.of("x86_64"));
        assertRefused(cause);
    }

    @Test
    void begin_wayIsClosedAndNobodyServes_isRefused() {
        world.target("i-0a", "unused", "Target.NotInUse", "");
        evidence.path = NO_LISTENER;
        assertRefused(Cause.LISTENER_MISSING);
        assertThat(state.failure().aftermath()).contains("not the new version's fault");
    }

    @Test
    void begin_nothingMayBeRead_startsAndSaysSo() {
        evidence.refusal = FakeWriter.failure(AwsFailure.Kind.ACCESS_DENIED, "AccessDenied");
        assertThat(look().lines()).contains("not looked at beforehand: alarms: autoscaling:Some: AccessDenied");
        assertThat(writer.calls).containsExactly("start");
    }

    @Test
    void prove_nothingIsWrong_readsNoEvidence() {
        proving();
        world.target("i-0b", "initial", "Elb.RegistrationInProgress", "");
        look();
        assertThat(evidence.reads).isEmpty();
    }

    @Test
    void prove_troubleLasts_readsAtOnceAndThenEveryHalfMinute() {
        proving();
        world.unhealthy("i-0b");
        look();
        assertThat(evidence.reads).containsExactly("path i-0b", "console i-0b");
        world.later(25);
        look();
        assertThat(evidence.reads).hasSize(2);
        world.later(5);
        look();
        assertThat(evidence.reads).hasSize(4);
    }

    @Test
    void prove_listenerIsGone_saysTheCauseThenRollsBackAndWaitsForNothing() {
        proving();
        world.target("i-0a", "unused", "Target.NotInUse", "").target("i-0b", "unused", "Target.NotInUse", "");
        evidence.path = NO_LISTENER;
        RolloutStep step = look();
        assertThat(step.lines())
                .containsSubsequence(
                        "no listener of load balancer web-prod leads to target group web-prod, so no request and no health"
                                + " check gets in",
                        "rolling back instance refresh r-1",
                        "AWS accepted the rollback");
        world.later(5).refresh("r-1", "RollbackInProgress", NEW);
        assertThat(look().action()).isEqualTo(Action.FAILED);
        assertThat(state.failure().cause()).isEqualTo(Cause.LISTENER_MISSING);
        assertThat(state.failure().aftermath())
                .isEqualTo(
                        "the version before is unreachable too: not the new version's fault; the rollback goes on in AWS"
                                + " (RollbackInProgress): 2/1 InService on version 1 and 2");
    }

    @Test
    void prove_processIsSuspendedMeanwhile_endsAndTheWayBackIsNotWaitedForLong() {
        proving();
        world.suspended = Set.of("AddToLoadBalancer");
        look();
        assertThat(state.failure().cause()).isEqualTo(Cause.PROCESS_SUSPENDED);
        world.later(5).refresh("r-1", "RollbackInProgress", NEW);
        assertThat(look().action()).isEqualTo(Action.WAIT);
        world.later(45);
        assertThat(look().action()).isEqualTo(Action.FAILED);
        assertThat(state.failure().aftermath()).startsWith("what stopped the rollout stops the way back, too");
    }

    @Test
    void prove_onlyAHeldInstanceIsLeft_ends() {
        proving();
        world.target("i-0b", "initial", "Elb.InitialHealthChecking", "").protect("i-0a");
        assertThat(look().action()).isEqualTo(Action.WAIT);
        world.target("i-0b", "healthy", "", "");
        look();
        assertThat(state.failure().cause()).isEqualTo(Cause.INSTANCE_PROTECTED);
    }

    @Test
    void prove_hookHoldsAnInstanceAtItsLaunch_endsWhenItTakesTooLong() {
        proving();
        evidence.setup = new GroupSetup(false, List.of(new Hook("warm-cache", true, 3600, "ABANDON")));
        world.instance("i-0b", "Pending:Wait", NEW);
        assertThat(look().action()).isEqualTo(Action.WAIT);
        world.later(100);
        look();
        assertThat(state.failure().cause()).isEqualTo(Cause.HOOK_WAITS);
        assertThat(state.failure().summary())
                .isEqualTo(
                        "ASG web-prod: lifecycle hook warm-cache has held i-0b for 1 min 40 s, and nobody completes it");
        assertThat(state.failure().command()).contains("--lifecycle-hook-name warm-cache --instance-id i-0b");
    }

    @Test
    void prove_applicationEndsAgainAndAgain_endsWithItsLastWords() {
        proving();
        world.unhealthy("i-0b");
        evidence.console =
                "webapp: ended: exit-code 1\r\nwebapp: said: KeyError: 'DATABASE_URL'\r\nwebapp: done\r\n".repeat(3);
        RolloutStep step = look();
        assertThat(step.lines())
                .contains("the application ends as soon as it is started (exit-code 1): KeyError: 'DATABASE_URL'");
        assertThat(state.failure().cause()).isEqualTo(Cause.APPLICATION_ENDS);
        assertThat(state.phase()).isEqualTo(RolloutState.Phase.ROLL_BACK);
    }

    @Test
    void prove_applicationEndedOnce_hasTimeToStartAgain() {
        proving();
        world.unhealthy("i-0b");
        evidence.console = "webapp: ended: exit-code 1\nwebapp: done\n";
        assertThat(look().action()).isEqualTo(Action.WAIT);
        world.later(30);
        look();
        assertThat(state.failure().cause()).isEqualTo(Cause.APPLICATION_ENDS);
    }

    @Test
    void prove_patienceIsOver_theCauseBehindItIsNamed() {
        proving();
        world.unhealthy("i-0b");
        look();
        evidence.console = "settings: API_KEY: secret web/prod/key: AccessDeniedException\n";
        state = state.with(state.memory().withEvidenceAt(world.now.plusSeconds(240)));
        world.later(240);
        look();
        assertThat(state.failure().cause()).isEqualTo(Cause.SETTING_MISSING);
        assertThat(state.failure().evidence()).anyMatch(line -> line.startsWith("new version never became healthy"));
        assertThat(state.failure().cure()).startsWith("mend the setting or secret that it names");
    }
}
