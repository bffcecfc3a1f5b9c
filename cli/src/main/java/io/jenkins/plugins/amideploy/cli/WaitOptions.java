package io.jenkins.plugins.amideploy.cli;

import java.time.Duration;
import picocli.CommandLine.Option;

/** How long the commands that wait for the group may wait. */
final class WaitOptions {
    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            description = "How long the group may take until it is proven healthy: 90s, 30m, 1h. Default: 30m.")
    Duration timeout;
}
