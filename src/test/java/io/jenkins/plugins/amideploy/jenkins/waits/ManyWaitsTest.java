package io.jenkins.plugins.amideploy.jenkins.waits;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.amideploy.jenkins.EmbeddedAws;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.jvnet.hudson.test.junit.jupiter.RealJenkinsExtension;

/** A small {@code bench/waits}: 60 waits for 12 groups of several builds, of which the budget allows a look every dozen seconds. */
class ManyWaitsTest {
    /** Of ours, of any number of waits. */
    private static final int THREADS = 16;

    @RegisterExtension
    static final EmbeddedAws AWS = EmbeddedAws.withRecords();

    @RegisterExtension
    final RealJenkinsExtension controller = new RealJenkinsExtension();

    @Test
    void awaitAsgHealthy_manyWaitsForManyGroups_shareThreadsLooksAndTheBudget() throws Throwable {
        WaitsLoad.Measured seen = new WaitsLoad(60, 12, 20, 4, 2).measure(AWS, controller);
        assertThat(seen.ours()).as("threads").isLessThanOrEqualTo(THREADS);
        assertThat(seen.callsPerSecond()).as("calls a second").isLessThanOrEqualTo(4.5);
        assertThat(seen.interval()).contains("12 groups of account ", " share 4 calls a second");
        assertThat(seen.ended()).as("builds that ended").isZero();
    }
}
