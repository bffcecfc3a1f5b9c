package io.jenkins.plugins.amideploy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code plan} and {@code apply}: which image and release the stack gets, and who agrees. Tools and AWS are fakes. */
@Timeout(30)
class PlanAndApplyTest {
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
        world.outputs(FakeWorld.OUTPUTS.replaceFirst(
                "}$", ",\"commit\":{\"value\":\"c1\"},\"app_version\":{\"value\":\"v1\"}}"));

        assertThat(world.run("plan", "-e", "demo", "--app-version", "v2")).isZero();

        assertThat(world.argumentsOf("terraform plan")).contains("-var=commit=c1", "-var=app_version=v2");
    }

    @Test
    void planOfAnImage_leavesCommitAndVersionToItsTags() {
        assertThat(world.run("plan", "-e", "demo", "--image-id", "ami-1")).isZero();

        assertThat(world.argumentsOf("terraform plan"))
                .contains("-var=image_id=ami-1")
                .noneMatch(argument -> argument.startsWith("-var=commit=") || argument.startsWith("-var=app_version="));
    }

    @Test
    void plan_withoutStackAndImage_asksForOne() {
        world.outputs("{}");

        assertThat(world.run("plan", "-e", "demo")).isEqualTo(2);
        assertThat(world.errors()).singleElement().asString().contains("--image-id");
    }

    @Test
    void mistypedVariable_isRefusedBeforeAnyToolRuns() throws IOException {
        world.variables("app = \"web\"\nenvironment = \"demo\"\nregion = \"eu-central-1\"\nmax_sze = 3\n");

        assertThat(world.run("plan", "-e", "demo")).isEqualTo(2);

        assertThat(world.errors())
                .containsExactly(
                        "error: BAD_INPUT: environments/demo.pkrvars.hcl line 4: max_sze is no variable: is max_size"
                                + " meant?");
        assertThat(world.commands).isEmpty();
    }

    @Test
    void credentialsOfAnotherAccount_areRefusedBeforeAnyToolRuns() throws IOException {
        world.variables(
                "app = \"web\"\nenvironment = \"demo\"\nregion = \"eu-central-1\"\naccount_id = \"999999999999\"\n");

        assertThat(world.run("plan", "-e", "demo", "--image-id", "ami-1")).isEqualTo(2);

        assertThat(world.errors())
                .singleElement()
                .asString()
                .startsWith(
                        "error: BAD_INPUT: environments/demo.pkrvars.hcl says account_id = \"999999999999\", and these"
                                + " credentials are of account 123456789012; they are arn; do: use credentials of account 999999999999");
        assertThat(world.commands).isEmpty();
    }

    @Test
    void variableThatOnlyTerraformWouldHeed_isRefusedBeforeAnyToolRuns() {
        world.environment.put("TF_VAR_instance_type", "m7i.large");

        assertThat(world.run("plan", "-e", "demo", "--image-id", "ami-1")).isEqualTo(2);

        assertThat(world.errors())
                .singleElement()
                .asString()
                .contains("TF_VAR_instance_type is set, which only Terraform would heed");
        assertThat(world.commands).isEmpty();
    }

    @Test
    void apply_withoutTerminalAndConsent_changesNothing() {
        assertThat(world.run("apply", "-e", "demo", "--image-id", "ami-1")).isEqualTo(2);

        assertThat(world.errors())
                .containsExactly(
                        "error: BAD_INPUT: not approved: no terminal to ask at; run again with --auto-approve");
        assertThat(world.phases()).doesNotContain("terraform apply");
    }

    @Test
    void apply_asksAndAppliesOnYes() {
        world.answer = Optional.of("yes");

        assertThat(world.run("apply", "-e", "demo", "--image-id", "ami-1")).isZero();

        assertThat(world.out.toString()).isEqualTo("http://lb\n");
        assertThat(world.err.toString())
                .contains("asked: apply this plan? account 123456789012, region eu-central-1 (yes/no)");
        assertThat(world.phases()).endsWith("terraform plan", "terraform apply");
    }

    @Test
    void apply_ofNoChanges_neitherAsksNorApplies() {
        world.output.put("terraform plan", FakeWorld.NO_CHANGES);

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
                 "key":"web/demo/terraform.tfstate","region":"eu-central-1","use_lockfile":true,"encrypt":true,"max_retries":25,"acl":null}}}
                """);

        assertThat(world.run("plan", "-e", "demo", "--image-id", "ami-1")).isZero();
        assertThat(world.run("plan", "-e", "demo", "--image-id", "ami-1", "--local-state"))
                .isZero();

        assertThat(world.phases()).containsExactly("terraform plan", "terraform init", "terraform plan");
    }
}
