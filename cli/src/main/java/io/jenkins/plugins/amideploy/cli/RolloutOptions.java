package io.jenkins.plugins.amideploy.cli;

import io.jenkins.plugins.amideploy.engine.rollout.ScaleInProtectedInstances;
import io.jenkins.plugins.amideploy.engine.rollout.StandbyInstances;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

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

    @Option(
            names = "--standby-instances",
            paramLabel = "WHAT",
            converter = StandbyConverter.class,
            description =
                    "What becomes of instances in Standby, in AWS's words: Terminate, Ignore, or Wait (default), with which"
                            + " nothing is started while there are any.")
    StandbyInstances standbyInstances = StandbyInstances.WAIT;

    @Option(
            names = "--scale-in-protected-instances",
            paramLabel = "WHAT",
            converter = ProtectedConverter.class,
            description =
                    "What becomes of instances that are protected from scale-in, in AWS's words: Refresh, Ignore, or Wait"
                            + " (default), with which nothing is started while there are any.")
    ScaleInProtectedInstances scaleInProtectedInstances = ScaleInProtectedInstances.WAIT;

    /** Words of the API of AWS. */
    private static final class StandbyConverter implements ITypeConverter<StandbyInstances> {
        @Override
        public StandbyInstances convert(String word) {
            return understood(() -> StandbyInstances.of(word));
        }
    }

    /** Words of the API of AWS. */
    private static final class ProtectedConverter implements ITypeConverter<ScaleInProtectedInstances> {
        @Override
        public ScaleInProtectedInstances convert(String word) {
            return understood(() -> ScaleInProtectedInstances.of(word));
        }
    }

    private static <T> T understood(Supplier<T> word) {
        try {
            return word.get();
        } catch (IllegalArgumentException unknown) {
            throw new TypeConversionException(unknown.getMessage());
        }
    }

    /** Of a command that starts nothing. */
    static RolloutOptions waiting(WaitOptions wait) {
        RolloutOptions options = new RolloutOptions();
        options.wait = wait;
        return options;
    }
}
