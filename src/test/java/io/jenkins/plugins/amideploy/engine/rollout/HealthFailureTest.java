package io.jenkins.plugins.amideploy.engine.rollout;

import static io.jenkins.plugins.amideploy.engine.rollout.World.NEW;
import static io.jenkins.plugins.amideploy.engine.rollout.World.START;
import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.amideploy.engine.diagnosis.Cause;
import io.jenkins.plugins.amideploy.engine.diagnosis.Diagnosis;
import io.jenkins.plugins.amideploy.engine.rollout.Verdict.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What ends a wait early: launches that fail and instances that are replaced. */
class HealthFailureTest {
    private static final HealthMemory BEGIN = HealthMemory.begin(START);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "The AMI ID 'ami-0123' does not exist. Launching EC2 instance failed. | IMAGE_MISSING",
                "The image id '[ami-0123]' does not exist | IMAGE_MISSING",
                "The security group 'sg-1' does not exist. Launching EC2 instance failed. | CONFIGURATION_MISSING",
                "The key pair 'k' does not exist. Launching EC2 instance failed. | CONFIGURATION_MISSING",
                "One or more target groups not found. Validating load balancer configuration failed. | CONFIGURATION_MISSING",
                "The requested configuration is currently not supported. | UNSUPPORTED_CONFIGURATION",
                "The architecture 'arm64' of the specified instance type does not match the architecture 'x86_64' of the specified AMI. | UNSUPPORTED_CONFIGURATION",
                "You are not authorized to use launch template: lt-1 | LAUNCH_NOT_PERMITTED",
                "Client.InternalError: Client error on launch | LAUNCH_NOT_PERMITTED",
                "30 instance(s) are already running. Launching EC2 instance failed. | QUOTA_EXCEEDED",
                "You have requested more vCPU capacity than your current vCPU limit of 8 allows | QUOTA_EXCEEDED"
            })
    void evaluate_permanentLaunchError_failsAtOnce(String message, Cause cause) {
        Verdict verdict = World.serving()
                .refresh("r-1", "InProgress", NEW)
                .failedLaunch(message)
                .judge(BEGIN);
        assertThat(verdict.kind()).isEqualTo(Kind.FAILED);
        assertThat(verdict.diagnosis().orElseThrow().cause()).isEqualTo(cause);
        assertThat(verdict.diagnosis().orElseThrow().summary())
                .isEqualTo("ASG web-prod cannot launch: " + Sentence.first(message));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "We currently do not have sufficient t3.small capacity in the Availability Zone you requested (eu-west-1a). | NO_AWS_CAPACITY",
                "The AMI ami-0123 is pending, and cannot be run. | IMAGE_MISSING",
                "The moon is in the wrong house. | LAUNCH_FAILED"
            })
    void evaluate_passingLaunchError_failsAfterThreeInARow(String message, Cause cause) {
        World world = World.serving()
                .refresh("r-1", "InProgress", NEW)
                .failedLaunch(message)
                .failedLaunch(message);
        Verdict waiting = world.judge(BEGIN);
        assertThat(waiting.kind()).isEqualTo(Kind.WAIT);
        assertThat(waiting.progress()).contains("2 failed launches: " + message.replaceAll("[.]$", ""));
        Diagnosis diagnosis =
                world.failedLaunch(message).judge(BEGIN).diagnosis().orElseThrow();
        assertThat(diagnosis.cause()).isEqualTo(cause);
        assertThat(diagnosis.summary())
                .isEqualTo("ASG web-prod: 3 launches in a row failed, the last with: " + Sentence.first(message));
    }

    @Test
    void evaluate_successfulLaunchBetweenFailures_beginsTheRowAnew() {
        World world = World.serving()
                .refresh("r-1", "InProgress", NEW)
                .failedLaunch("no")
                .failedLaunch("no")
                .launched("i-0b")
                .failedLaunch("no");
        assertThat(world.judge(BEGIN).kind()).isEqualTo(Kind.WAIT);
    }

    @Test
    void evaluate_failedLaunchFromBeforeTheWait_doesNotCount() {
        World world =
                World.serving().failedLaunch("The key pair 'k' does not exist").later(1);
        world.refresh("r-1", "InProgress", NEW);
        assertThat(world.judge(HealthMemory.begin(world.now)).kind()).isEqualTo(Kind.WAIT);
    }

    @Test
    void evaluate_replacedForHealthTwice_neverBecameHealthyWithTheTargetsOwnWords() {
        World world = World.serving()
                .refresh("r-1", "InProgress", NEW)
                .launched("i-0b")
                .instance("i-0b", "InService", NEW);
        HealthMemory memory = world.silent("i-0b").judge(BEGIN).memory();
        Verdict once = world.later(60).replacedForHealth("i-0b").judge(memory);
        assertThat(once.kind()).isEqualTo(Kind.WAIT);
        assertThat(once.progress()).contains("i-0b was replaced for failing health checks (unhealthy: Target.Timeout)");
        world.launched("i-0c").instance("i-0c", "InService", NEW).silent("i-0c");
        memory = HealthMemory.fromMap(world.judge(once.memory()).memory().asMap());
        Diagnosis diagnosis = world.later(60)
                .replacedForHealth("i-0c")
                .judge(memory)
                .diagnosis()
                .orElseThrow();
        assertThat(diagnosis.cause()).isEqualTo(Cause.NEVER_HEALTHY);
        assertThat(diagnosis.summary())
                .isEqualTo("new version never became healthy: target i-0c unhealthy: Target.Timeout"
                        + " (2 instances were replaced for failing health checks)");
        assertThat(diagnosis.evidence()).contains("target i-0b unhealthy: Target.Timeout");
    }

    @Test
    void evaluate_wrongAnswerUntilItIsReplaced_isEnoughOnce() {
        World world = World.serving()
                .refresh("r-1", "InProgress", NEW)
                .launched("i-0b")
                .instance("i-0b", "InService", NEW);
        HealthMemory memory = world.unhealthy("i-0b").judge(BEGIN).memory();
        Diagnosis diagnosis = world.later(60)
                .replacedForHealth("i-0b")
                .judge(memory)
                .diagnosis()
                .orElseThrow();
        assertThat(diagnosis.cause()).isEqualTo(Cause.NEVER_HEALTHY);
        assertThat(diagnosis.summary()).contains("i-0b unhealthy: Target.ResponseCodeMismatch [503]");
    }

    @Test
    void evaluate_oldInstancesReplacedForHealth_doNotCount() {
        World world = World.serving()
                .refresh("r-1", "InProgress", NEW)
                .replacedForHealth("i-0a")
                .replacedForHealth("i-0f");
        assertThat(world.judge(BEGIN).kind()).isEqualTo(Kind.WAIT);
    }

    @Test
    void evaluate_healthyOnceAndReplacedTwice_doesNotStayHealthy() {
        World world = World.done().launched("i-0b").launched("i-0c");
        HealthMemory memory = world.judge(BEGIN).memory();
        world.replacedForHealth("i-0b").replacedForHealth("i-0c");
        assertThat(world.judge(memory).diagnosis().orElseThrow().cause()).isEqualTo(Cause.DOES_NOT_STAY_HEALTHY);
    }

    @Test
    void evaluate_healthyAndReplacedTwice_namesNoTroubleOfTheBoot() {
        World world = World.done().launched("i-0b").launched("i-0c").instance("i-0c", "InService", NEW);
        HealthMemory memory = world.unhealthy("i-0c").judge(BEGIN).memory();
        memory = world.target("i-0c", "healthy", "", "").judge(memory).memory();
        memory = world.target("i-0b", "unhealthy", "Target.Timeout", "")
                .judge(memory)
                .memory();
        world.replacedForHealth("i-0b").replacedForHealth("i-0c");
        Diagnosis diagnosis = world.judge(memory).diagnosis().orElseThrow();
        assertThat(diagnosis.summary())
                .isEqualTo("new version does not stay healthy: target i-0b unhealthy: Target.Timeout"
                        + " (2 instances were replaced for failing health checks)");
    }

    @Test
    void evaluate_unhealthyBeyondGraceAndPatience_fails() {
        World world = World.serving()
                .refresh("r-1", "InProgress", NEW)
                .instance("i-0b", "InService", NEW)
                .unhealthy("i-0b");
        HealthMemory memory = world.judge(BEGIN).memory();
        assertThat(world.later(239).judge(memory).kind()).isEqualTo(Kind.WAIT);
        assertThat(world.later(1).judge(memory).diagnosis().orElseThrow().summary())
                .isEqualTo("new version never became healthy: target i-0b unhealthy: Target.ResponseCodeMismatch [503]"
                        + " (unhealthy for 4 min)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Client.Whatever: new words", ""})
    void evaluate_unknownActivityWords_neverCrash(String text) {
        World world = World.serving().activity(text, text, text, text);
        assertThat(world.judge(BEGIN).kind()).isEqualTo(Kind.WAIT);
    }

    @Test
    void evaluate_cancelledLaunchWithoutAnError_doesNotCount() {
        World world = World.serving().refresh("r-1", "InProgress", NEW);
        for (int i = 0; i < 4; i++) {
            world.activity(
                    "Launching a new EC2 instance: i-0b", "", "Cancelled", "Instance was terminated by the user");
        }
        assertThat(world.judge(BEGIN).kind()).isEqualTo(Kind.WAIT);
    }
}
