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

/** {@code bake}: which image it prints, what it asks Packer, how it ends. Tools and AWS are fakes. */
@Timeout(30)
class BakeCommandTest {
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
    void bake_printsTheImageAlone() {
        int code = world.run("bake", "-e", "demo", "--commit", "abc", "--app-version", "1", "--build", "b1");

        assertThat(code).isZero();
        assertThat(world.out.toString()).isEqualTo("ami-0123456789abcdef0\n");
        assertThat(world.phases())
                .containsExactly(
                        "python3 survey", "packer init", "python3 requirements", "packer base-build", "packer build");
        assertThat(world.argumentsOf("packer build"))
                .contains("-var=commit=abc", "-var=app_version=1", "-var=build=b1", "-var=layer=application");
    }

    @Test
    void bake_withJson_printsOneDocument() {
        assertThat(world.run("bake", "-e", "demo", "--json")).isZero();

        assertThat(world.document())
                .containsEntry("image_id", "ami-0123456789abcdef0")
                .containsEntry("region", "eu-central-1")
                .containsEntry("reused", false)
                .containsEntry("base_image_id", "ami-0123456789abcdef0")
                .containsEntry("commit", "c0ffee1")
                .containsEntry("app_version", "v7")
                .containsKeys("image_name", "fingerprint");
    }

    @Test
    void bake_ofWhatIsThere_reusesItAndSaysSo() {
        world.reusable();

        assertThat(world.run("bake", "-e", "demo", "--json")).isZero();

        assertThat(world.phases()).containsExactly("python3 survey");
        assertThat(world.document())
                .containsEntry("image_id", "ami-there")
                .containsEntry("reused", true)
                .containsEntry("base_image_id", "ami-base")
                .containsEntry("commit", "c0ffee1");
        assertThat(world.err.toString())
                .containsPattern("reused ami-there of \\d{4}-\\d\\d-\\d\\d, fingerprint [0-9a-f]{12}…");
    }

    @Test
    void bake_afresh_bakesWhatIsThere() {
        world.reusable();

        assertThat(world.run("bake", "-e", "demo", "--fresh")).isZero();

        assertThat(world.phases()).contains("packer base-build", "packer build");
    }

    @Test
    void bake_ofAnotherDirectory_surveysAndBakesThat() throws IOException {
        Path shop = Files.createDirectory(directory.resolve("shop"));

        assertThat(world.run("bake", "-e", "demo", "--application", shop.toString()))
                .isZero();

        assertThat(world.argumentsOf("python3 survey")).endsWith("--application", shop.toString());
        assertThat(world.argumentsOf("packer build")).contains("-var=application_dir=" + shop);
    }

    @Test
    void bake_ofNoDirectory_isRefusedBeforeAnythingRuns() {
        assertThat(world.run("bake", "-e", "demo", "--application", "/nowhere")).isEqualTo(2);
        assertThat(world.errors())
                .containsExactly(
                        "error: BAD_INPUT: /nowhere is no directory: name the application's as directory in image.yml or with --application DIR");
        assertThat(world.commands).isEmpty();
    }

    @Test
    void imagePage_saysWhatImagesAreMadeFrom() throws IOException {
        Files.writeString(
                directory.resolve("image.yml"),
                "# ours\nbase_image: amazon-linux-2023\npackages: [libpq5]\ntags:\n  team: web\n");

        assertThat(world.run("bake", "-e", "demo")).isZero();

        assertThat(world.argumentsOf("packer build"))
                .contains("-var=ssh_username=ec2-user", "-var=packages=[\"libpq5\"]", "-var=tags={\"team\" = \"web\"}");
    }

    @Test
    void imagePageOfCommentsAlone_isTheDefaults() throws IOException {
        Files.writeString(directory.resolve("image.yml"), "# base_image: debian-12\n");

        assertThat(world.run("bake", "-e", "demo")).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    base_image: windows            | error: SURVEY_REFUSED: image.yml: base_image is "windows": it must be one of debian-12, amazon-linux-2023
                    colour: red                    | error: SURVEY_REFUSED: image.yml: colour is not known: keys are
                    packages: [a                   | error: SURVEY_REFUSED: image.yml: line 2: not YAML: while parsing a flow sequence, expected ',' or ']'
                    base_image: [a]                | error: SURVEY_REFUSED: image.yml: base_image is [a]: it must be text such as debian-12
                    instance_type: t3.small\\ninstance_type: t3.large | error: SURVEY_REFUSED: image.yml: instance_type is given a second time
                    """)
    void malformedImagePage_isNamed(String page, String error) throws IOException {
        Files.writeString(directory.resolve("image.yml"), page.replace("\\n", "\n") + "\n");

        assertThat(world.run("bake", "-e", "demo")).isEqualTo(2);
        assertThat(world.errors()).first().asString().startsWith(error);
        assertThat(world.commands).isEmpty();
    }

    @Test
    void environmentThatSaysWhatImagesAreMadeFrom_isRefused() throws IOException {
        world.variables("app = \"web\"\nenvironment = \"demo\"\nregion = \"r\"\nbase_image = \"debian-12\"\n");

        assertThat(world.run("bake", "-e", "demo")).isEqualTo(2);
        assertThat(world.errors())
                .containsExactly(
                        "error: BAD_INPUT: environments/demo.pkrvars.hcl line 4: base_image is not a variable of an"
                                + " environment: images belong to the application: move it to image.yml, as base_image");
    }

    @Test
    void bakeWithoutATool_saysWhichBeforeAnythingRuns() throws IOException {
        Files.delete(directory.resolve("programs/ansible-playbook"));

        assertThat(world.run("bake", "-e", "demo")).isEqualTo(2);
        assertThat(world.errors())
                .containsExactly(
                        "error: TOOL_MISSING: ansible-playbook not found on PATH; do: install ansible-playbook or run make tools");
        assertThat(world.commands).isEmpty();
    }

    @Test
    void failedBuild_endsWithOneLine() {
        world.results.put("packer build", ToolResult.exited("build", 1));
        world.output.put("packer build", List.of("1,amazon-ebs.webapp,error,it broke\\nin the middle"));

        assertThat(world.run("bake", "-e", "demo")).isEqualTo(1);
        assertThat(world.errors())
                .containsExactly("error: TOOL_FAILED: packer build failed: it broke: in the middle; do: mend what its"
                        + " words name, then run the same command again; its whole log has more");
        assertThat(world.out.toString()).isEmpty();
    }
}
