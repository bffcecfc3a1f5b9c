package io.jenkins.plugins.amideploy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.amideploy.engine.tool.ToolResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands as a caller sees them: exit code, standard output, one line of error. Tools and AWS are fakes. */
@Timeout(30)
class CommandsTest {
    private static final List<String> CHANGES = List.of(
            "{\"type\":\"planned_change\",\"change\":{\"resource\":{\"addr\":\"aws_lb.web\"},\"action\":\"create\"}}",
            "{\"type\":\"change_summary\",\"changes\":{\"add\":1,\"change\":0,\"remove\":0,\"operation\":\"plan\"}}");
    private static final List<String> NO_CHANGES = List.of(
            "{\"type\":\"change_summary\",\"changes\":{\"add\":0,\"change\":0,\"remove\":0,\"operation\":\"plan\"}}");
    private static final String OUTPUTS =
            "{\"url\":{\"value\":\"http://lb\"},\"asg_name\":{\"value\":\"web-demo\"},\"image_id\":{\"value\":\"ami-old\"}}";

    @TempDir
    private Path directory;

    private FakeWorld world;

    @BeforeEach
    void setUp() throws IOException {
        world = new FakeWorld(directory);
        world.output.put("terraform plan", CHANGES);
        document("terraform output", OUTPUTS);
    }

    private void document(String command, String text) {
        world.results.put(command, ToolResult.exited(command.split(" ")[1], 0).withDocument(text));
    }

    @Test
    void bake_printsTheImageAlone() {
        int code = world.run("bake", "-e", "demo", "--commit", "c0ffee1", "--app-version", "1", "--build", "b1");

        assertThat(code).isZero();
        assertThat(world.out.toString()).isEqualTo("ami-0123456789abcdef0\n");
        assertThat(world.phases()).containsExactly("packer init", "packer validate", "packer build");
        assertThat(world.commands.get(2).arguments()).contains("-var=commit=c0ffee1", "-var=build=b1");
    }

    @Test
    void bake_withJson_printsOneDocument() {
        assertThat(world.run("bake", "-e", "demo", "--json")).isZero();

        assertThat(new JacksonParser().parse(world.out.toString()))
                .isInstanceOfSatisfying(
                        Map.class, map -> assertThat(map.get("image_id")).isEqualTo("ami-0123456789abcdef0"));
    }

    @Test
    void bakeWithoutATool_saysWhichBeforeAnythingRuns() throws IOException {
        Files.delete(directory.resolve("programs/ansible-playbook"));

        assertThat(world.run("bake", "-e", "demo")).isEqualTo(2);
        assertThat(world.errors())
                .containsExactly(
                        "error: ansible-playbook not found on PATH: install ansible-playbook or run make tools");
        assertThat(world.commands).isEmpty();
    }

    @Test
    void failedBuild_endsWithOneLine() {
        world.results.put("packer build", ToolResult.exited("build", 1));
        world.output.put("packer build", List.of("1,amazon-ebs.webapp,error,it broke\\nin the middle"));

        assertThat(world.run("bake", "-e", "demo")).isEqualTo(1);
        assertThat(world.errors()).containsExactly("error: packer build failed: it broke: in the middle");
        assertThat(world.out.toString()).isEmpty();
    }

    @Test
    void plan_takesTheStacksOwnImageAndPrintsTheSummary() {
        assertThat(world.run("plan", "-e", "demo")).isZero();

        assertThat(world.out.toString()).isEqualTo("1 to add, 0 to change, 0 to replace, 0 to destroy\n");
        assertThat(world.err.toString()).contains("+ aws_lb.web");
        assertThat(world.phases())
                .containsExactly("terraform init", "terraform output", "terraform plan");
        assertThat(world.commands.get(2).arguments()).contains("-var=image_id=ami-old");
    }

    @Test
    void plan_withoutStackAndImage_asksForOne() {
        document("terraform output", "{}");

        assertThat(world.run("plan", "-e", "demo")).isEqualTo(2);
        assertThat(world.errors()).singleElement().asString().contains("--image-id");
    }

    @Test
    void apply_withoutTerminalAndConsent_changesNothing() {
        assertThat(world.run("apply", "-e", "demo", "--image-id", "ami-1")).isEqualTo(2);

        assertThat(world.errors())
                .containsExactly("error: not approved: no terminal to ask at; run again with --auto-approve");
        assertThat(world.phases()).doesNotContain("terraform apply");
    }

    @Test
    void apply_asksAndAppliesOnYes() {
        world.answer = Optional.of("yes");

        assertThat(world.run("apply", "-e", "demo", "--image-id", "ami-1")).isZero();

        assertThat(world.out.toString()).isEqualTo("http://lb\n");
        assertThat(world.err.toString()).contains("asked: apply this plan?");
        assertThat(world.phases()).endsWith("terraform apply", "terraform output");
    }

    @Test
    void apply_ofNoChanges_neitherAsksNorApplies() {
        world.output.put("terraform plan", NO_CHANGES);

        assertThat(world.run("apply", "-e", "demo", "--image-id", "ami-1")).isZero();

        assertThat(world.phases()).containsExactly("terraform init", "terraform plan", "terraform output");
        assertThat(world.out.toString()).isEqualTo("http://lb\n");
    }

    @Test
    void directoryThatIsInitialisedForTheSameState_isNotInitialisedAgain() throws IOException {
        Path record = Files.createDirectories(directory.resolve(".work/web/demo/terraform"))
                .resolve("terraform.tfstate");
        Files.writeString(
                record,
                """
                {"backend":{"type":"s3","config":{"bucket":"ami-deploy-state-123456789012-eu-central-1",
                 "key":"web/demo/terraform.tfstate","region":"eu-central-1","use_lockfile":true,"encrypt":true,"acl":null}}}
                """);

        assertThat(world.run("plan", "-e", "demo", "--image-id", "ami-1")).isZero();
        assertThat(world.run("plan", "-e", "demo", "--image-id", "ami-1", "--local-state"))
                .isZero();

        assertThat(world.phases()).containsExactly("terraform plan", "terraform init", "terraform plan");
    }

    @Test
    void missingStateBucket_needsConsent() {
        world.bucketExists = false;

        assertThat(world.run("plan", "-e", "demo", "--image-id", "ami-1")).isEqualTo(2);
        assertThat(world.errors())
                .singleElement()
                .asString()
                .contains("states does not exist", "--create-state-bucket");
        assertThat(world.bucketCalls).isEmpty();
        assertThat(world.commands).isEmpty();
    }

    @Test
    void missingStateBucket_isMadeSafeWhenAgreed() {
        world.bucketExists = false;

        assertThat(world.run("plan", "-e", "demo", "--image-id", "ami-1", "--create-state-bucket"))
                .isZero();
        assertThat(world.bucketCalls)
                .containsExactly("create", "blockPublicAccess", "enableEncryption", "enableVersioning", "requireTls");
    }

    @Test
    void plainHttpEndpoint_isNotLockedOutByTls() {
        world.bucketExists = false;
        world.environment.put("AWS_ENDPOINT_URL", "http://127.0.0.1:5000");

        assertThat(world.run("plan", "-e", "demo", "--image-id", "ami-1", "--create-state-bucket"))
                .isZero();
        assertThat(world.bucketCalls).contains("create").doesNotContain("requireTls");
    }

    @Test
    void localState_isThereExactlyWhileAskedFor() {
        Path override = directory.resolve("terraform/backend_override.tf");

        assertThat(world.run("plan", "-e", "demo", "--image-id", "ami-1", "--local-state"))
                .isZero();
        assertThat(override).exists();
        assertThat(world.run("plan", "-e", "demo", "--image-id", "ami-1")).isZero();
        assertThat(override).doesNotExist();
    }

    @Test
    void deploy_checksBeforeItBakes() {
        world.results.put("terraform plan", ToolResult.exited("plan", 1));
        world.output.put(
                "terraform plan",
                List.of(
                        "{\"type\":\"diagnostic\",\"diagnostic\":{\"severity\":\"error\",\"summary\":\"Invalid value for"
                                + " variable\",\"detail\":\"instance_type is 'x': no\"}}"));

        assertThat(world.run("deploy", "-e", "demo", "--auto-approve")).isEqualTo(2);
        assertThat(world.errors()).singleElement().asString().contains("instance_type is 'x'");
        assertThat(world.phases()).doesNotContain("packer build");
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
