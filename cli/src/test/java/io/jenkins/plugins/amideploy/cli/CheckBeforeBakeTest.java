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

/** Whether a deployment has the stack checked before it bakes: not when a plan worked here with just the same files. */
@Timeout(30)
class CheckBeforeBakeTest {
    private static final List<String> NO_CHANGES = List.of(
            "{\"type\":\"change_summary\",\"changes\":{\"add\":0,\"change\":0,\"remove\":0,\"operation\":\"plan\"}}");

    @TempDir
    private Path directory;

    private FakeWorld world;

    @BeforeEach
    void planned() throws IOException {
        world = new FakeWorld(directory);
        Files.writeString(directory.resolve("terraform/main.tf"), "# nothing\n");
        Path record = directory.resolve(".work/web/demo/terraform/terraform.tfstate");
        Files.createDirectories(record.getParent());
        Files.writeString(
                record,
                """
                {"backend":{"type":"s3","config":{"bucket":"ami-deploy-state-123456789012-eu-central-1",
                 "key":"web/demo/terraform.tfstate","region":"eu-central-1","use_lockfile":true,"encrypt":true,"max_retries":25}}}
                """);
        world.output.put("terraform plan", NO_CHANGES);
        assertThat(world.run("plan", "-e", "demo", "--image-id", "ami-1")).isZero();
        world.commands.clear();
        // Ends every deployment below before it bakes for long.
        world.results.put("packer init", ToolResult.exited("init", 1));
        world.results.put("terraform before-plan", ToolResult.exited("before-plan", 1));
    }

    private List<String> phasesOfADeployment() {
        assertThat(world.run("deploy", "-e", "demo", "--auto-approve")).isNotZero();
        return world.phases();
    }

    @Test
    void filesAsPlanned_areNotCheckedAgain() {
        assertThat(phasesOfADeployment()).containsExactly("python3 survey", "packer init");
    }

    @Test
    void changedVariables_areChecked() throws IOException {
        world.variables("app = \"web\"\nenvironment = \"demo\"\nregion = \"eu-central-1\"\nmax_size = 2\n");

        assertThat(phasesOfADeployment()).containsExactly("python3 survey", "terraform before-plan");
    }

    @Test
    void changedConfiguration_isChecked() throws IOException {
        Files.writeString(directory.resolve("terraform/more.tf"), "# another\n");

        assertThat(phasesOfADeployment()).containsExactly("python3 survey", "terraform before-plan");
    }

    @Test
    void variablesOfTheEnvironment_areChecked() {
        world.environment.put("TF_VAR_health_check_interval", "20");

        assertThat(phasesOfADeployment()).containsExactly("python3 survey", "terraform before-plan");
    }
}
