package io.jenkins.plugins.amideploy.jenkins.waits;

import io.jenkins.plugins.amideploy.jenkins.EmbeddedAws;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.jvnet.hudson.test.junit.jupiter.RealJenkinsExtension;

/** {@code bench/waits}, which runs it by name and shows what it prints; no test, since nothing fails when a figure changes. */
class WaitsBench {
    @RegisterExtension
    static final EmbeddedAws AWS = EmbeddedAws.withRecords();

    @RegisterExtension
    final RealJenkinsExtension controller =
            new RealJenkinsExtension().javaOptions("-Xmx1g").withTimeout(3600);

    @Test
    void waits() throws Throwable {
        WaitsLoad load = new WaitsLoad(number("waits", 1000), number("groups", 200), 100, number("budget", 10), 3);
        WaitsLoad.Measured seen = load.measure(AWS, controller);
        System.out.printf(
                "bench: | %d waits, %d groups, %d calls/s | %d (%d) | %d / %d ms | %.1f | %d MB | %d %% |%n",
                load.waits(),
                load.groups(),
                load.callsPerSecond(),
                seen.ours(),
                seen.threads(),
                seen.lateP50(),
                seen.lateP99(),
                seen.callsPerSecond(),
                seen.heapMegabytes(),
                seen.processorPercent());
        System.out.println("bench: " + seen.interval());
        System.out.println("bench: builds that ended: " + seen.ended());
    }

    private static int number(String name, int usual) {
        return Integer.getInteger("bench." + name, usual);
    }
}
