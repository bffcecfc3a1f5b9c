package io.jenkins.plugins.amideploy.jenkins.tools;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.amideploy.jenkins.credentials.MutableClock;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class SteadyClockTest {
    @Test
    void instant_machineClockIsSet_goesOnEvenly() {
        MutableClock machine = new MutableClock();
        Instant before = machine.instant();
        SteadyClock clock = new SteadyClock(machine);

        machine.advance(Duration.ofHours(1));

        assertThat(clock.instant()).isBetween(before, before.plus(Duration.ofMinutes(30)));
    }
}
