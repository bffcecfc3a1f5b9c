package io.jenkins.plugins.amideploy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Clock;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class InterruptsTest {
    private final StringWriter err = new StringWriter();
    private final Interrupts interrupts =
            new Interrupts(new Console(new PrintWriter(err), new PrintWriter(err, true), Clock.systemUTC()));
    private final AtomicInteger stops = new AtomicInteger();

    @Test
    void secondSignal_onlySaysThatItIsStopping() {
        interrupts.onStop("terraform", stops::incrementAndGet);

        interrupts.interrupt();
        interrupts.interrupt();
        interrupts.interrupt();

        assertThat(stops).hasValue(1);
        assertThat(err.toString())
                .contains("stopping: waiting for terraform", "already stopping, waiting for terraform");
    }

    @Test
    void signalBeforeAToolIsKnown_stopsItAsSoonAsItIs() {
        interrupts.interrupt();

        interrupts.onStop("packer", stops::incrementAndGet);

        assertThat(stops).hasValue(1);
        assertThat(interrupts.requested()).isTrue();
    }

    @Test
    void signalBetweenTools_stopsNothingThatHasEnded() {
        interrupts.onStop("packer", stops::incrementAndGet);
        interrupts.clear();

        interrupts.interrupt();

        assertThat(stops).hasValue(0);
    }
}
