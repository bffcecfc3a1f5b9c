package io.jenkins.plugins.amideploy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Where the state is: in a bucket that is there and safe, or in a file when asked for. Tools and AWS are fakes. */
@Timeout(30)
class StateHomeTest {
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
}
