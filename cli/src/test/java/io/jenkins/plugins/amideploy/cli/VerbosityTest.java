package io.jenkins.plugins.amideploy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.amideploy.engine.tool.Json;
import io.jenkins.plugins.amideploy.engine.tool.ToolResult;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code --quiet}, {@code --verbose} and {@code --json}: who is told how much. Tools and AWS are fakes. */
@Timeout(30)
class VerbosityTest {
    private static final String PLANNED = "plan:   + aws_lb.web";

    @TempDir
    private Path directory;

    private FakeWorld world;

    @BeforeEach
    void setUp() throws IOException {
        world = new FakeWorld(directory);
        world.output.put("terraform plan", FakeWorld.CHANGES);
        world.outputs(FakeWorld.OUTPUTS);
    }

    private int run(String command, String... more) {
        List<String> arguments = new java.util.ArrayList<>(List.of(command, "-e", "demo", "--image-id", "ami-1"));
        arguments.addAll(List.of(more));
        return world.run(arguments.toArray(String[]::new));
    }

    @Test
    void plan_saysWhatItWouldDo() {
        assertThat(run("plan")).isZero();
        assertThat(world.err.toString()).contains(PLANNED);
    }

    @Test
    void quietPlan_isItsResultAlone() {
        assertThat(run("plan", "--quiet")).isZero();
        assertThat(world.err.toString()).isEmpty();
        assertThat(world.out.toString().strip()).isEqualTo("1 to add, 0 to change, 0 to replace, 0 to destroy");
    }

    @Test
    void quietApply_saysWhatItAsksAbout() {
        world.answer = Optional.of("no");

        assertThat(run("apply", "-q")).isEqualTo(2);
        assertThat(world.err.toString())
                .containsSubsequence(PLANNED, "plan: 1 to add", "error: BAD_INPUT: not approved");
    }

    @Test
    void quietFailure_isTheErrorAlone() {
        world.results.put("terraform plan", ToolResult.exited("plan", 1));

        assertThat(run("plan", "--quiet")).isEqualTo(1);
        assertThat(world.err.toString()).startsWith("error: ");
    }

    @Test
    void quietAndVerbose_doNotGoTogether() {
        assertThat(run("plan", "-q", "-v")).isEqualTo(2);
        assertThat(world.errors()).singleElement().asString().contains("--quiet and --verbose");
    }

    @Test
    void failureWithJson_isADocumentOfItsParts() {
        assertThat(world.run("plan", "-e", "nowhere", "--json")).isEqualTo(2);

        Json document = Json.of(world.document());
        assertThat(document.get("exit_code").number()).isEqualTo(2);
        assertThat(document.get("failure").get("cause").text()).isEqualTo("BAD_INPUT");
        assertThat(document.get("failure").get("summary").text()).contains("nowhere.pkrvars.hcl");
        assertThat(world.errors()).hasSize(1);
    }

    @Test
    void wrongOptionWithJson_isADocument() {
        assertThat(run("plan", "--json", "--nonsense")).isEqualTo(2);
        assertThat(Json.of(world.document()).get("failure").get("command").text())
                .isEqualTo("ami-deploy plan --help");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    {"@level":"info","@message":"aws_lb.web: Creating...","type":"apply_start"} | aws_lb.web: Creating...
                    1764210000,,ui,say,==> web: Creating a%!(PACKER_COMMA) b                      | ==> web: Creating a, b
                    1764210000,,artifact-count,1                                                  | ''
                    TASK [base : Upgrade]                                                         | TASK [base : Upgrade]
                    { not JSON                                                                    | { not JSON
                    """)
    void toolsLines_areShownAsPeopleReadThem(String line, String shown) {
        assertThat(ToolWords.of(line).orElse("")).isEqualTo(shown);
    }
}
