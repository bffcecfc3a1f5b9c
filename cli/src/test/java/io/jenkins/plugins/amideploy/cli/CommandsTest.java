package io.jenkins.plugins.amideploy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.amideploy.engine.AwsFailure;
import io.jenkins.plugins.amideploy.engine.Tags;
import io.jenkins.plugins.amideploy.engine.tool.ToolResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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

    private final List<String> claimed = new ArrayList<>();

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

    private void reusable() {
        world.images.add(Map.of(
                Tags.APP, "web",
                Tags.LAYER, "application",
                Tags.BASE_BAKED_AT, Instant.now().toString(),
                Tags.BASE_IMAGE, "ami-base web-base-1"));
    }

    private List<String> argumentsOf(String phase) {
        return world.commands.get(world.phases().indexOf(phase)).arguments();
    }

    @Test
    void bake_printsTheImageAlone() {
        int code = world.run("bake", "-e", "demo", "--commit", "abc", "--app-version", "1", "--build", "b1");

        assertThat(code).isZero();
        assertThat(world.out.toString()).isEqualTo("ami-0123456789abcdef0\n");
        assertThat(world.phases())
                .containsExactly("python3 survey", "packer init", "packer base-build", "packer build");
        assertThat(argumentsOf("packer build"))
                .contains("-var=commit=abc", "-var=app_version=1", "-var=build=b1", "-var=layer=application");
    }

    @Test
    void bake_withJson_printsOneDocument() {
        assertThat(world.run("bake", "-e", "demo", "--json")).isZero();

        assertThat(document())
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
        reusable();

        assertThat(world.run("bake", "-e", "demo", "--json")).isZero();

        assertThat(world.phases()).containsExactly("python3 survey");
        assertThat(document())
                .containsEntry("image_id", "ami-there")
                .containsEntry("reused", true)
                .containsEntry("base_image_id", "ami-base")
                .containsEntry("commit", "c0ffee1");
        assertThat(world.err.toString())
                .containsPattern("reused ami-there of \\d{4}-\\d\\d-\\d\\d, fingerprint [0-9a-f]{12}…");
    }

    @Test
    void bake_afresh_bakesWhatIsThere() {
        reusable();

        assertThat(world.run("bake", "-e", "demo", "--fresh")).isZero();

        assertThat(world.phases()).contains("packer base-build", "packer build");
    }

    @Test
    void bake_ofAnotherDirectory_surveysAndBakesThat() throws IOException {
        Path shop = Files.createDirectory(directory.resolve("shop"));

        assertThat(world.run("bake", "-e", "demo", "--application", shop.toString()))
                .isZero();

        assertThat(argumentsOf("python3 survey")).endsWith("--application", shop.toString());
        assertThat(argumentsOf("packer build")).contains("-var=application_dir=" + shop);
    }

    @Test
    void bake_ofNoDirectory_isRefusedBeforeAnythingRuns() {
        assertThat(world.run("bake", "-e", "demo", "--application", "/nowhere")).isEqualTo(2);
        assertThat(world.errors())
                .containsExactly("error: /nowhere is no directory: name the application's with --application DIR");
        assertThat(world.commands).isEmpty();
    }

    @Test
    void imagePage_saysWhatImagesAreMadeFrom() throws IOException {
        Files.writeString(
                directory.resolve("image.yml"),
                "# ours\nbase_image: amazon-linux-2023\npackages: [libpq5]\ntags:\n  team: web\n");

        assertThat(world.run("bake", "-e", "demo")).isZero();

        assertThat(argumentsOf("packer build"))
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
                    base_image: windows            | error: image.yml: base_image is "windows": it must be one of debian-12, amazon-linux-2023
                    colour: red                    | error: image.yml: colour is not known: keys are
                    packages: [a                   | error: image.yml: line 2: not YAML: while parsing a flow sequence, expected ',' or ']'
                    base_image: [a]                | error: image.yml: base_image is [a]: it must be text such as debian-12
                    instance_type: t3.small\\ninstance_type: t3.large | error: image.yml: not YAML: Duplicate field 'instance_type'
                    """)
    void malformedImagePage_isOneLine(String page, String error) throws IOException {
        Files.writeString(directory.resolve("image.yml"), page.replace("\\n", "\n") + "\n");

        assertThat(world.run("bake", "-e", "demo")).isEqualTo(2);
        assertThat(world.errors()).singleElement().asString().startsWith(error);
        assertThat(world.commands).isEmpty();
    }

    @Test
    void environmentThatSaysWhatImagesAreMadeFrom_isRefused() throws IOException {
        world.variables("app = \"web\"\nenvironment = \"demo\"\nregion = \"r\"\nbase_image = \"debian-12\"\n");

        assertThat(world.run("bake", "-e", "demo")).isEqualTo(2);
        assertThat(world.errors())
                .containsExactly("error: environments/demo.pkrvars.hcl line 4: base_image is not a variable of an"
                        + " environment: images belong to the application: move it to image.yml, as base_image");
    }

    @SuppressWarnings("unchecked")
    private Map<String, Object> document() {
        return (Map<String, Object>) new JacksonParser().parse(world.out.toString());
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
        assertThat(world.phases()).containsExactly("terraform init", "terraform output", "terraform plan");
        assertThat(world.commands.get(2).arguments())
                .contains("-var=image_id=ami-old")
                .noneMatch(argument -> argument.startsWith("-var=commit=") || argument.startsWith("-var=app_version="));
    }

    @Test
    void plan_keepsCommitAndVersionOfTheStack() {
        document(
                "terraform output",
                OUTPUTS.replaceFirst("}$", ",\"commit\":{\"value\":\"c1\"},\"app_version\":{\"value\":\"v1\"}}"));

        assertThat(world.run("plan", "-e", "demo", "--app-version", "v2")).isZero();

        assertThat(argumentsOf("terraform plan")).contains("-var=commit=c1", "-var=app_version=v2");
    }

    @Test
    void planOfAnImage_leavesCommitAndVersionToItsTags() {
        assertThat(world.run("plan", "-e", "demo", "--image-id", "ami-1")).isZero();

        assertThat(argumentsOf("terraform plan"))
                .contains("-var=image_id=ami-1")
                .noneMatch(argument -> argument.startsWith("-var=commit=") || argument.startsWith("-var=app_version="));
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
        world.results.put("terraform before-plan", ToolResult.exited("before-plan", 1));
        world.output.put(
                "terraform before-plan",
                List.of(
                        "{\"type\":\"diagnostic\",\"diagnostic\":{\"severity\":\"error\",\"summary\":\"Invalid value for"
                                + " variable\",\"detail\":\"instance_type is 'x': no\"}}"));

        assertThat(world.run("deploy", "-e", "demo", "--auto-approve")).isEqualTo(2);
        assertThat(world.errors()).singleElement().asString().contains("instance_type is 'x'");
        assertThat(world.phases()).containsExactly("python3 survey", "terraform before-init", "terraform before-plan");
    }

    @Test
    void deploy_ofAnImageThatIsThere_plansAtOnce() {
        reusable();
        world.results.put("terraform plan", ToolResult.exited("plan", 1));

        assertThat(world.run("deploy", "-e", "demo", "--auto-approve")).isEqualTo(1);
        assertThat(world.phases()).containsExactly("python3 survey", "terraform init", "terraform plan");
    }

    @Test
    void deploy_ofAGivenImage_plansAtOnce() {
        world.results.put("terraform plan", ToolResult.exited("plan", 1));

        assertThat(world.run("deploy", "-e", "demo", "--auto-approve", "--image-id", "ami-1"))
                .isEqualTo(1);
        assertThat(world.phases()).containsExactly("terraform init", "terraform plan");
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

    @Test
    void deploy_claimsWhatItLooksForAndReleasesItWhenItEnds() {
        world.claims.beforeList = () -> claimed.addAll(world.claims.objects.keySet());

        world.run("deploy", "-e", "demo", "--auto-approve", "--build", "b-1");

        assertThat(claimed).hasSize(2).allMatch(key -> key.matches("web/claims/[0-9a-f]{64}/demo.b-1.json"));
        assertThat(world.claims.objects).isEmpty();
    }

    @Test
    void deploy_withLocalState_claimsNothing() {
        world.claims.beforeList = () -> claimed.add("listed");

        world.run("deploy", "-e", "demo", "--auto-approve", "--local-state");

        assertThat(claimed).isEmpty();
    }

    @Test
    void deploy_claimsCannotBeWritten_bakesNothing() {
        world.claims.down = new AwsFailure(
                AwsFailure.Kind.ACCESS_DENIED, "s3:PutObject", "AccessDenied", "s3:PutObject: AccessDenied", null);

        assertThat(world.run("deploy", "-e", "demo", "--auto-approve")).isNotZero();

        assertThat(world.errors()).containsExactly("error: s3:PutObject: AccessDenied");
        assertThat(world.phases()).doesNotContain("packer build", "packer base-build");
    }
}
