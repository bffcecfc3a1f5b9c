package io.jenkins.plugins.amideploy.engine.tool;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.amideploy.engine.diagnosis.Cause;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SshWaitTest {
    private static final Instant BEGIN = Instant.parse("2026-11-27T02:00:00Z");

    private Reach.Answer answer = Reach.Answer.SILENCE;
    private Instant now = BEGIN;
    private final SshWait wait = new SshWait((host, port) -> answer, () -> now);

    private void begin() {
        wait.accept("Authorizing access to port 22 from [203.0.113.0/24] in the temporary security groups...");
        wait.accept("Using ssh communicator to connect: 198.51.100.7");
        wait.accept("Waiting for SSH to become available...");
    }

    @Test
    void afterAMinute_theRangeIsSaidOnce() {
        begin();
        now = BEGIN.plusSeconds(59);
        assertThat(wait.remark()).isEmpty();
        now = BEGIN.plusSeconds(60);
        assertThat(wait.remark())
                .contains("still no SSH to the instance; its security group admits 203.0.113.0/24 only"
                        + " (another range: PKR_VAR_builder_cidr)");
        assertThat(wait.remark()).isEmpty();
    }

    @Test
    void silentMachine_isGivenUpAfterThreeMinutes() {
        begin();
        now = BEGIN.plusSeconds(179);
        assertThat(wait.hopeless()).isEmpty();
        now = BEGIN.plusSeconds(180);
        assertThat(wait.hopeless()).hasValueSatisfying(why -> {
            assertThat(why.cause()).isEqualTo(Cause.SSH_REFUSED);
            assertThat(why.summary()).contains("198.51.100.7");
            assertThat(why.evidence()).first().asString().contains("203.0.113.0/24");
            assertThat(why.command()).contains("PKR_VAR_builder_cidr");
        });
    }

    @ParameterizedTest
    @EnumSource(
            value = Reach.Answer.class,
            names = {"ANSWERS", "NO_MACHINE"})
    void slowMachine_isWaitedFor(Reach.Answer slow) {
        answer = slow;
        begin();
        now = BEGIN.plusSeconds(600);
        assertThat(wait.hopeless()).isEmpty();

        answer = Reach.Answer.SILENCE;
        now = BEGIN.plusSeconds(610);
        assertThat(wait.hopeless()).as("not asked again yet").isEmpty();
        now = BEGIN.plusSeconds(620);
        assertThat(wait.hopeless()).isPresent();
    }

    @Test
    void machineThatLetPackerIn_isNotLookedAt() {
        begin();
        wait.accept("Connected to SSH!");
        now = BEGIN.plusSeconds(900);
        assertThat(wait.remark()).isEmpty();
        assertThat(wait.hopeless()).isEmpty();
    }
}
