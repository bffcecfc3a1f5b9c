package io.jenkins.plugins.amideploy.engine.locks;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.amideploy.engine.locks.TerraformProcesses.Found;
import io.jenkins.plugins.amideploy.engine.release.EnvironmentClaims.Life;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
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
        Path hidden = Files.createDirectories(root.resolve("42"));
        Files.writeString(hidden.resolve("comm"), "terraform\n");
        Files.writeString(hidden.resolve("status"), "Name:\tterraform\nState:\tS (sleeping)\nVmSize:\t  1024 kB\n");

        assertThat(found("mine").life()).isEqualTo(Life.UNKNOWN);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void of_terraformThatHasEndedAndWhoseExitCodeNobodyAskedFor_isNotHidden() throws Exception {
        Path terraform = Files.copy(Path.of("/bin/cat"), root.resolve("terraform"), StandardCopyOption.COPY_ATTRIBUTES);
        // It ends with its input; not before its parent is one that asks nobody for an exit code, as a shell would.
        Process parent =
                new ProcessBuilder("sh", "-c", "exec 3<&0; " + terraform + " <&3 & echo $!; exec sleep 60").start();
        try {
            String ended = parent.inputReader().readLine();
            awaitLine(Path.of("/proc", String.valueOf(parent.pid()), "status"), "Name:\tsleep");
            parent.getOutputStream().close();
            awaitLine(Path.of("/proc", ended, "status"), "State:\tZ");
            // Only this one: what else runs on this computer is another matter.
            Files.createDirectories(root.resolve("self"));
            Files.createSymbolicLink(root.resolve("self/environ"), Path.of("/proc/self/environ"));
            Files.createSymbolicLink(root.resolve(ended), Path.of("/proc", ended));

            assertThat(found("mine")).isEqualTo(new Found(Life.DEAD, 0));
        } finally {
            parent.destroyForcibly();
        }
    }

    private static void awaitLine(Path status, String line) throws IOException {
        while (!Files.readString(status).contains(line)) {
            Thread.onSpinWait();
        }
    }

    @Test
    void of_aSystemWithoutProcessesToLookAt_isUnknown() {
        assertThat(found("mine").life()).isEqualTo(Life.UNKNOWN);
    }
}
