package io.jenkins.plugins.amideploy.cli;

import io.jenkins.plugins.amideploy.aws.AwsClients;
import io.jenkins.plugins.amideploy.aws.AwsSettings;
import io.jenkins.plugins.amideploy.cli.process.ProcessToolRunner;
import io.jenkins.plugins.amideploy.cli.process.ToolEnvironment;
import io.jenkins.plugins.amideploy.cli.process.ToolLog;
import io.jenkins.plugins.amideploy.engine.tool.ToolRunner;
import java.time.Clock;
import java.time.InstantSource;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * Everything outside this process that commands touch, so that a test can put something of its own in its place.
 *
 * @param environment the caller's variables
 * @param clock what time it is
 * @param console what the caller sees
 * @param interrupts how the caller stops a command
 * @param tools runs tools with an environment, logging to a log
 * @param cloud opens AWS in a region
 */
record Surroundings(
        Map<String, String> environment,
        InstantSource clock,
        Console console,
        Interrupts interrupts,
        BiFunction<ToolEnvironment, ToolLog, ToolRunner> tools,
        Function<String, Cloud> cloud) {

    /** This process on this machine. */
    static Surroundings real(Console console, Interrupts interrupts) {
        Map<String, String> environment = System.getenv();
        return new Surroundings(
                environment, Clock.systemUTC(), console, interrupts, ProcessToolRunner::new, cloud(environment));
    }

    /** Opens AWS as the variables say. */
    static Function<String, Cloud> cloud(Map<String, String> environment) {
        return region -> {
            try {
                return Cloud.of(new AwsClients(AwsSettings.fromEnvironment(region, environment)));
            } catch (IllegalArgumentException variable) {
                throw CommandFailure.badInput(variable.getMessage());
            }
        };
    }
}
