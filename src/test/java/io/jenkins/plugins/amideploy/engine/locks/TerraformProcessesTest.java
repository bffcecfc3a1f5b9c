package io.jenkins.plugins.amideploy.engine.locks;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.amideploy.engine.locks.TerraformProcesses.Found;
import io.jenkins.plugins.amideploy.engine.release.EnvironmentClaims.Life;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TerraformProcessesTest {
    @TempDir
    private Path root;

    private void process(String number, String name, String environment) throws IOException {
        Path directory = Files.createDirectories(root.resolve(number));
        Files.writeString(directory.resolve("comm"), name + "\n");
        Files.writeString(directory.resolve("environ"), environment.replace(' ', '\0') + "\0");
    }

    private Found found(String run) {
        return new TerraformProcesses(root).of(run);
    }

    @Test
    void of_terraformOfTheRun_lives() throws IOException {
        process("self", "java", "A=1");
        process("41", "terraform", "AMI_DEPLOY_RUN=other");
        process("42", "terraform", "PATH=/bin AMI_DEPLOY_RUN=mine HOME=/");

        assertThat(found("mine")).isEqualTo(new Found(Life.LIVES, 42));
    }

    @Test
    void of_otherProcessesOnly_isDead() throws IOException {
        process("self", "java", "A=1");
        process("41", "terraform", "AMI_DEPLOY_RUN=mine-too");
        process("42", "terraform-provid", "AMI_DEPLOY_RUN=mine");
        process("43", "bash", "AMI_DEPLOY_RUN=mine");

        assertThat(found("mine")).isEqualTo(new Found(Life.DEAD, 0));
    }

    @Test
    void of_terraformThatCannotBeLookedAt_isUnknown() throws IOException {
        process("self", "java", "A=1");
        Files.writeString(Files.createDirectories(root.resolve("42")).resolve("comm"), "terraform\n");

        assertThat(found("mine").life()).isEqualTo(Life.UNKNOWN);
    }

    @Test
    void of_aSystemWithoutProcessesToLookAt_isUnknown() {
        assertThat(found("mine").life()).isEqualTo(Life.UNKNOWN);
    }
}
