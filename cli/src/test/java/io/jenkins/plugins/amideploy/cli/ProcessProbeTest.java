package io.jenkins.plugins.amideploy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.amideploy.engine.release.EnvironmentClaims.Life;
import io.jenkins.plugins.amideploy.engine.release.Run.Owner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Of which processes it can be said from here that they live, or that they do not. */
class ProcessProbeTest {
    private static final long PROCESS = 4711;

    @TempDir
    private Path root;

    @BeforeEach
    void setUp() throws IOException {
        computer("machine-1", "boot-1", "pid:[1]");
        process(1, "S", 3);
        process(PROCESS, "S", 500);
        process(ProcessHandle.current().pid(), "R", 700);
    }

    private void computer(String machine, String boot, String processes) throws IOException {
        write("etc/machine-id", machine);
        write("proc/sys/kernel/random/boot_id", boot);
        write("proc/sys/kernel/hostname", "builder");
        Path namespace = Files.createDirectories(root.resolve("proc/self/ns")).resolve("pid");
        Files.deleteIfExists(namespace);
        Files.createSymbolicLink(namespace, Path.of(processes));
    }

    private void process(long number, String state, int start) throws IOException {
        write(
                "proc/" + number + "/stat",
                number + " (a (strange) name) " + state + " 1".repeat(18) + " " + start + " 0 0");
    }

    private void write(String file, String text) throws IOException {
        Path path = root.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text + "\n");
    }

    private ProcessProbe probe() {
        return new ProcessProbe(root);
    }

    private Owner owner(String start) {
        return new Owner("b", "", "builder", probe().owner("b").boot(), PROCESS, start);
    }

    @Test
    void ownProcess_lives() {
        assertThat(probe().of(probe().owner("b"))).isEqualTo(Life.LIVES);
        assertThat(new ProcessProbe().of(new ProcessProbe().owner("b"))).isEqualTo(Life.LIVES);
    }

    @Test
    void processOfTheSameStart_lives() {
        assertThat(probe().of(owner("500"))).isEqualTo(Life.LIVES);
    }

    @Test
    void processWhoseNumberAnotherHasNow_isDead() {
        assertThat(probe().of(owner("499"))).isEqualTo(Life.DEAD);
    }

    @Test
    void processThatIsNotThere_isDead() throws IOException {
        Files.delete(root.resolve("proc/" + PROCESS + "/stat"));

        assertThat(probe().of(owner("500"))).isEqualTo(Life.DEAD);
    }

    @Test
    void processThatEndedAndWasNotAskedFor_isDead() throws IOException {
        process(PROCESS, "Z", 500);

        assertThat(probe().of(owner("500"))).isEqualTo(Life.DEAD);
    }

    @Test
    void processWhereThoseOfOthersAreHidden_isUnknown() throws IOException {
        Files.delete(root.resolve("proc/" + PROCESS + "/stat"));
        Files.delete(root.resolve("proc/1/stat"));

        assertThat(probe().of(owner("500"))).isEqualTo(Life.UNKNOWN);
    }

    @Test
    void processOfAnEarlierBoot_isDead() throws IOException {
        Owner before = owner("500");
        computer("machine-1", "boot-2", "pid:[1]");

        assertThat(probe().of(before)).isEqualTo(Life.DEAD);
    }

    @Test
    void processOfAnotherComputerOfTheSameName_isUnknown() throws IOException {
        Owner there = owner("500");
        computer("machine-2", "boot-2", "pid:[1]");

        assertThat(probe().of(there)).isEqualTo(Life.UNKNOWN);
    }

    @Test
    void processOfAnotherContainer_isUnknown() throws IOException {
        Owner there = owner("500");
        computer("machine-1", "boot-1", "pid:[2]");

        assertThat(probe().of(there)).isEqualTo(Life.UNKNOWN);
    }

    @Test
    void buildOfAJenkins_isUnknown() {
        assertThat(probe().of(new Owner("jenkins-web-7", "http://ci/7/", "", "", 0, "")))
                .isEqualTo(Life.UNKNOWN);
    }

    @Test
    void systemThatTellsNothing_saysNothingOfOthers(@TempDir Path bare) {
        ProcessProbe probe = new ProcessProbe(bare);

        assertThat(probe.of(probe.owner("b"))).isEqualTo(Life.UNKNOWN);
        assertThat(probe.owner("b").processStartedAt()).isNotEmpty();
    }

    @Test
    void owner_doesNotShowTheMachinesId() {
        assertThat(probe().owner("b").boot()).doesNotContain("machine-1").contains("boot-1");
    }
}
