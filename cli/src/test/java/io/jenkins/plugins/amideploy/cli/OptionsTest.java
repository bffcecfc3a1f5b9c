package io.jenkins.plugins.amideploy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Options and files that every command reads. Tools and AWS are fakes. */
@Timeout(30)
class OptionsTest {
    @TempDir
    private Path directory;

    private FakeWorld world;

    @BeforeEach
    void setUp() throws IOException {
        world = new FakeWorld(directory);
        world.output.put("terraform plan", FakeWorld.CHANGES);
        world.outputs(FakeWorld.OUTPUTS);
    }

    @Test
    void unknownEnvironment_namesTheFile() {
        assertThat(world.run("plan", "-e", "nowhere")).isEqualTo(2);
        assertThat(world.errors()).singleElement().asString().contains("environments/nowhere.pkrvars.hcl");
    }

    @Test
    void fileOfAnotherEnvironment_isRefused() throws IOException {
        world.variables("app = \"web\"\nenvironment = \"prod\"\nregion = \"eu-central-1\"\n");

        assertThat(world.run("plan", "-e", "demo")).isEqualTo(2);
        assertThat(world.errors()).singleElement().asString().contains("\"prod\"", "\"demo\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--timeout=soon", "--nonsense"})
    void wrongOption_isOneLine(String option) {
        assertThat(world.run("await", "-e", "demo", option)).isEqualTo(2);
        assertThat(world.errors()).hasSize(1);
    }

    @Test
    void noEnvironment_isSaid() {
        assertThat(world.run("plan")).isEqualTo(2);
        assertThat(world.errors()).singleElement().asString().contains("--environment");
    }
}
