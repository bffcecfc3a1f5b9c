package io.jenkins.plugins.amideploy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What stands and the state does not know is taken up by a plan, and removed by a destroy before Terraform begins. */
class UnownedTest {
    private static final String STATE = "web/demo/terraform.tfstate";
    private static final String KNOWS =
            """
            {"version": 4, "resources": [{"mode": "managed", "type": "aws_launch_template", "name": "web",
             "instances": [{"attributes": {"id": "lt-1"}}]}]}
            """;

    @TempDir
    private Path directory;

    private FakeWorld world;

    @BeforeEach
    void stackStands() throws IOException {
        world = new FakeWorld(directory);
        world.resources.stack();
    }

    private List<String> plans() {
        return world.phases().stream()
                .filter(phase -> phase.startsWith("terraform plan"))
                .toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"plan", "apply"})
    void plan_withSomethingThatTheStateDoesNotKnow_takesItUp(String command) {
        assertThat(world.run(command, "-e", "demo", "--image-id", "ami-1")).isIn(0, 2);

        assertThat(plans()).containsExactly("terraform plan", "terraform plan-take-up");
        assertThat(world.argumentsOf("terraform plan-take-up"))
                .contains("-var=take_up={\"aws_launch_template.web\" = \"lt-1\"}");
        assertThat(world.err.toString())
                .contains("the state does not know 1 parts of the stack that stand", "aws_launch_template.web");
    }

    @Test
    void plan_withAllThatTheStateKnows_isMadeOnce() {
        world.bucket.write(STATE, KNOWS);

        world.run("plan", "-e", "demo", "--image-id", "ami-1");

        assertThat(plans()).containsExactly("terraform plan");
    }

    /** Nobody would know what is taken up. */
    @Test
    void plan_withAStateThatCannotBeRead_saysSo() {
        world.bucket.write(STATE, "{}");

        assertThat(world.run("plan", "-e", "demo", "--image-id", "ami-1")).isEqualTo(2);

        assertThat(world.errors()).first().asString().contains(STATE + " is not a Terraform state");
    }

    @Test
    void plan_withALocalState_readsThat() throws IOException {
        Path state = directory.resolve(".work/web/demo/terraform.tfstate");
        Files.createDirectories(state.getParent());
        Files.writeString(state, KNOWS);

        world.run("plan", "-e", "demo", "--image-id", "ami-1", "--local-state");

        assertThat(plans()).containsExactly("terraform plan");
    }

    @Test
    void destroy_removesWhatTheStateDoesNotKnowBeforeTerraform() {
        List<String> order = new ArrayList<>();
        world.resources.beforeRemoval = () -> order.add("removed");
        world.stack.atTerraform = order::add;

        assertThat(world.run("destroy", "-e", "demo", "--auto-approve")).isZero();

        assertThat(world.err.toString()).contains("launch template lt-1 (web-demo), which the state does not know");
        assertThat(order).startsWith("init", "plan", "removed");
        assertThat(world.resources.ids()).isEmpty();
    }

    @Test
    void destroy_leavesWhatTheStateKnowsToTerraform() {
        world.bucket.write(STATE, KNOWS);
        List<String> order = new ArrayList<>();
        world.resources.beforeRemoval = () -> order.add("removed");
        world.output.put("terraform plan", FakeWorld.CHANGES);
        world.output.put("terraform apply", List.of());
        world.stack.atTerraform = order::add;

        world.run("destroy", "-e", "demo", "--auto-approve");

        assertThat(world.err.toString()).doesNotContain("does not know");
        int applied = world.phases().indexOf("terraform apply");
        assertThat(applied).isNotNegative();
    }
}
