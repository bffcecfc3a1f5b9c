package io.jenkins.plugins.amideploy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.amideploy.engine.tool.ToolResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A state that an apply could not write: kept, in the way of the next plan, written by {@code push-state}. Tools and AWS are fakes. */
@Timeout(30)
class PushStateCommandTest {
    private static final String STATE =
            """
            {"version":4,"serial":%d,"lineage":"%s","outputs":{},"resources":[{},{}]}""";
    private static final String NOT_WRITTEN =
            "{\"type\":\"diagnostic\",\"diagnostic\":{\"severity\":\"error\",\"summary\":\"Failed to persist state to backend\","
                    + "\"detail\":\"Error saving state: no such host\"}}";

    @TempDir
    private Path directory;

    private RecordedWorld recorded;
    private Path left;
    private Path kept;

    @BeforeEach
    void setUp() throws IOException {
        recorded = new RecordedWorld(directory);
        recorded.edition("ami-1");
        left = directory.resolve("terraform/errored.tfstate");
        kept = directory.resolve(".work/web/demo/errored.tfstate");
    }

    private void keep(String lineage, int serial) throws IOException {
        Files.createDirectories(kept.getParent());
        Files.writeString(kept, STATE.formatted(serial, lineage));
    }

    private void failingApply() throws IOException {
        Files.writeString(left, STATE.formatted(7, "mine"));
        recorded.world.results.put("terraform apply", ToolResult.exited("apply", 1));
        recorded.world.output.put("terraform apply", List.of(NOT_WRITTEN));
    }

    @Test
    void deploy_whoseStateCannotBeWritten_keepsItAndIsWrittenByWhatIsPrinted() throws IOException {
        failingApply();

        assertThat(recorded.deploy()).isEqualTo(1);

        assertThat(recorded.said())
                .contains(
                        "STATE_NOT_WRITTEN: terraform apply could not write its state",
                        "it is kept in .work/web/demo/errored.tfstate",
                        "ami-deploy push-state -e demo");
        assertThat(left).doesNotExist();
        assertThat(kept).exists();

        assertThat(recorded.run("push-state")).isZero();
        assertThat(recorded.world.out.toString()).contains("wrote the state of demo: serial 7, 2 resources");
        assertThat(recorded.world.argumentsOf("terraform push")).contains(kept.toString());
        assertThat(kept).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource({"deploy", "plan", "apply", "destroy"})
    void command_whileAStateWaitsToBeWritten_makesNoPlan(String command) throws IOException {
        keep("mine", 7);
        String[] more = command.equals("plan") || command.equals("apply")
                ? new String[] {"--image-id", "ami-1"}
                : new String[0];

        assertThat(recorded.run(command, more)).isEqualTo(2);

        assertThat(recorded.said())
                .contains("STATE_NOT_WRITTEN", "do: write it first:", "ami-deploy push-state -e demo");
        assertThat(recorded.world.phases()).doesNotContain("terraform plan");
    }

    @ParameterizedTest
    @CsvSource({
        "mine, 8, has serial 7, and the state of demo has 8 already",
        "mine, 7, has serial 7, and the state of demo has 7 already",
        "other, 1, is of another lineage (mine) than the state of demo (other)"
    })
    void push_ofAStateThatIsNotTheNext_isRefused(String lineage, int serial, String why) throws IOException {
        keep("mine", 7);
        recorded.world.bucket.write("web/demo/terraform.tfstate", STATE.formatted(serial, lineage));

        assertThat(recorded.run("push-state")).isEqualTo(2);

        assertThat(recorded.said())
                .contains(why, "mv .work/web/demo/errored.tfstate .work/web/demo/errored.tfstate.old");
        assertThat(recorded.world.phases()).doesNotContain("terraform push");
        assertThat(kept).exists();
    }

    @Test
    void push_ofTheNextState_isWritten() throws IOException {
        keep("mine", 7);
        recorded.world.bucket.write("web/demo/terraform.tfstate", STATE.formatted(6, "mine"));

        assertThat(recorded.run("push-state", "--json")).isZero();
        assertThat(recorded.world.document()).containsEntry("serial", 7).containsEntry("resources", 2);
    }

    @Test
    void push_ofAFileThatIsNamed_isWrittenAndStays() throws IOException {
        Path file = directory.resolve("archived.tfstate");
        Files.writeString(file, STATE.formatted(7, "mine"));

        assertThat(recorded.run("push-state", "--file", file.toString())).isZero();
        assertThat(file).exists();
    }

    @Test
    void push_nothingWaits_saysSo() {
        assertThat(recorded.run("push-state")).isEqualTo(2);
        assertThat(recorded.said()).contains("no state of demo waits to be written");
    }

    @Test
    void push_ofAnotherStacksState_isRefused() throws IOException {
        Files.createDirectories(kept.getParent());
        Files.writeString(kept, "{\"serial\":1,\"lineage\":\"l\",\"outputs\":{\"asg_name\":{\"value\":\"web-prod\"}}}");

        assertThat(recorded.run("push-state")).isEqualTo(2);
        assertThat(recorded.said()).contains("is the state of web-prod, not of web-demo");
    }

    @Test
    void push_ofALocalState_isWritten() throws IOException {
        keep("mine", 7);
        Files.writeString(kept.resolveSibling("terraform.tfstate"), STATE.formatted(6, "mine"));

        assertThat(recorded.run("push-state", "--local-state")).isZero();
        assertThat(kept).doesNotExist();
    }
}
