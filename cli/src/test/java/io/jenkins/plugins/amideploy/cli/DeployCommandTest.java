package io.jenkins.plugins.amideploy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.amideploy.engine.AwsFailure;
import io.jenkins.plugins.amideploy.engine.tool.ToolResult;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code deploy}: in which order it does what, and what it claims meanwhile. Tools and AWS are fakes. */
@Timeout(30)
class DeployCommandTest {
    private final List<String> claimed = new ArrayList<>();

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
        world.reusable();
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
    void deploy_claimsWhatItLooksForAndReleasesItWhenItEnds() {
        world.bucket.beforeList = () -> world.bucket.objects.keySet().stream()
                .filter(key -> key.startsWith("web/claims/"))
                .forEach(claimed::add);

        world.run("deploy", "-e", "demo", "--auto-approve", "--build", "b-1");

        assertThat(claimed).hasSize(2).allMatch(key -> key.matches("web/claims/[0-9a-f]{64}/demo.b-1.json"));
        assertThat(world.bucket.objects.keySet()).noneMatch(key -> key.startsWith("web/claims/"));
    }

    @Test
    void deploy_withLocalState_claimsNothing() {
        world.bucket.beforeList = () -> claimed.add("listed");

        world.run("deploy", "-e", "demo", "--auto-approve", "--local-state");

        assertThat(claimed).isEmpty();
    }

    @Test
    void deploy_claimsCannotBeWritten_bakesNothing() {
        world.bucket.down = new AwsFailure(
                AwsFailure.Kind.ACCESS_DENIED, "s3:PutObject", "AccessDenied", "s3:PutObject: AccessDenied", null);

        assertThat(world.run("deploy", "-e", "demo", "--auto-approve")).isNotZero();

        assertThat(world.errors()).containsExactly("error: ACCESS_DENIED: s3:PutObject: AccessDenied");
        assertThat(world.phases()).doesNotContain("packer build", "packer base-build");
    }
}
