package io.jenkins.plugins.amideploy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.amideploy.aws.LocalWorld;
import io.jenkins.plugins.amideploy.engine.BadInput;
import io.jenkins.plugins.amideploy.engine.BadInput.Seen;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/**
 * Everything in {@code tests/strangers/inputs.yml} that the command line is given: refused in a line with cause and cure, and AWS is asked for nothing
 * that changes anything, by its own log of calls.
 */
@Tag("embedded")
@EnabledIfEnvironmentVariable(
        named = "AWS_ENDPOINT_URL",
        matches = "http://127\\..*",
        disabledReason = "no embedded AWS: local/aws up")
class BadInputTest {
    private static final Path REPOSITORY = Path.of("..").toAbsolutePath().normalize();

    @TempDir
    private Path directory;

    @TestFactory
    Stream<DynamicTest> badInput_isRefusedInALine_andNothingChanges() throws Exception {
        List<BadInput> inputs = BadInput.all(REPOSITORY, new YamlParser()).stream()
                .filter(input -> input.step().isEmpty())
                .toList();
        List<Seen> seen = new ArrayList<>();
        try (LocalWorld world = LocalWorld.up(REPOSITORY);
                BadInputGround ground = new BadInputGround(REPOSITORY, directory, world.environment())) {
            List<BadInputGround.Ended> ends = new ArrayList<>();
            for (BadInput input : inputs) {
                ends.add(ground.give(input, key(ends.size())));
            }
            Map<String, List<String>> changes = world.changes();
            for (int each = 0; each < inputs.size(); each++) {
                seen.add(ends.get(each).judged(inputs.get(each), changes.getOrDefault(key(each), List.of())));
            }
        }
        BadInput.keep(REPOSITORY, "cli", seen);
        return seen.stream()
                .map(each -> DynamicTest.dynamicTest(
                        each.input().of() + ": " + each.input().what(), () -> assertThat(each.faults())
                                .as(String.join("\n", each.lines()))
                                .isEmpty()));
    }

    /** Each input has an access key of its own, by which the log of calls tells whose a call was. */
    private static String key(int number) {
        return "stranger-" + number;
    }
}
