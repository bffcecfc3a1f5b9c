package io.jenkins.plugins.amideploy.engine.tool;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PackerOutputTest {
    private final PackerOutput output = new PackerOutput("bake", Lookout.none(), InstantSource.system());

    @ParameterizedTest
    @ValueSource(strings = {"packer-1.16/build.txt", "packer-1.6/build.txt"})
    void build_tellsWhatIsDone(String recording) {
        assertThat(Fixtures.play(recording, output))
                .containsSubsequence(
                        "bake: base image is ami-03cf127a",
                        "bake: creating a temporary key pair",
                        "bake: creating a temporary security group",
                        "bake: creating instance",
                        "bake: configuring: base : Enforce SELinux",
                        "bake: stopping instance",
                        "bake: waiting for the image's snapshots",
                        "bake: removing the temporary instance");
        assertThat(output.problems()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "packer-1.16/build.txt, packer_6b042887-b1f4-2d94-bf06-48a29573af1f, packer_6b042887-d877-097e-4e49-e8d11c1970c4",
        "packer-1.6/build.txt, packer_6b0428ea-9ad9-2d0c-ec81-856026621a73, packer_6b0428ea-540d-5624-f045-7c440b453f89",
    })
    void build_namesWhatItMakesForItsOwnTime(String recording, String keyPair, String group) {
        List<Temporary> made = new ArrayList<>();
        Fixtures.play(recording, new PackerOutput("bake", Lookout.none(), InstantSource.system(), made::add));

        assertThat(made)
                .containsExactly(
                        new Temporary(Temporary.Kind.KEY_PAIR, keyPair),
                        new Temporary(Temporary.Kind.SECURITY_GROUP, group));
    }

    @Test
    void buildThatFails_hasItsErrorOnce() {
        Fixtures.play("packer-1.16/name-taken.txt", output);

        assertThat(output.problems())
                .extracting(Problem::line)
                .containsExactly("Error: AMI Name: 'web-demo-20261123114800-abcdef1' is used by an existing AMI:"
                        + " ami-d96d77ec797d2dba3");
    }

    @ParameterizedTest
    @ValueSource(strings = {"packer-1.16/cancelled.txt", "packer-1.6/cancelled.txt"})
    void cancelledBuild_saysThatItCleansUpAndHasNoProblem(String recording) {
        assertThat(Fixtures.play(recording, output))
                .containsSubsequence(
                        "bake: stopping: Packer removes what it had begun",
                        "bake: removing the temporary instance",
                        "bake: removing the temporary key pair");
        assertThat(output.problems()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    TASK [app : Write the unit] ***                                               | bake: configuring: app : Write the unit
                    TASK [app : Validating arguments against arg spec 'main' - The application] *** |
                    """)
    void bookkeepingOfRoles_isNoProgress(String said, String told) {
        assertThat(output.accept("1795434632,,ui,message,    amazon-ebs.layer: " + said)
                        .map(Progress::toString))
                .isEqualTo(Optional.ofNullable(told));
    }

    @Test
    void validateThatFails_keepsItsCommasAndLines() {
        Fixtures.play("packer-1.16/bad-variable.txt", output);

        assertThat(output.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.summary()).isEqualTo("Error: Undefined -var variable");
            assertThat(problem.detail()).contains("\"nosuch\", place this block");
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "hello", "1,2", "1795434632,,newtype,x", "1795434632,,ui", "1795434632,,ui,say", ",,,,,"})
    void otherLines_areIgnored(String line) {
        assertThat(output.accept(line)).isEmpty();
        assertThat(output.problems()).isEmpty();
    }
}
