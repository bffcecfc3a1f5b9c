package io.jenkins.plugins.amideploy.cli;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How the commands that replace instances do it. */
final class RolloutOptions {
    @Mixin
    WaitOptions wait = new WaitOptions();

    @Option(
            names = "--alarm",
            paramLabel = "NAME",
            description =
                    "CloudWatch alarm that ends the rollout when it turns red, beside those of the stack; may be given"
                            + " several times.")
    List<String> alarms = new ArrayList<>();

    @Option(
            names = "--ignore-alarms",
            description = "Roll out whatever the alarms say, also those of the stack: for the way out of an outage.")
    boolean ignoreAlarms;

    /** Of a command that starts nothing. */
    static RolloutOptions waiting(WaitOptions wait) {
        RolloutOptions options = new RolloutOptions();
        options.wait = wait;
        return options;
    }
}
