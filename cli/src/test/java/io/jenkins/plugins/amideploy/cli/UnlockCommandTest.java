package io.jenkins.plugins.amideploy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.amideploy.engine.tool.ToolCommand;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code unlock} on the processes of this computer; AWS and tools are fakes. */
@Timeout(30)
class UnlockCommandTest {
    private static final String ID = "0f5c1c0e-4f4c-4f5e-9a3e-6f1f2a3b4c5d";

    @TempDir
    private Path directory;

    private RecordedWorld recorded;

    @BeforeEach
    void setUp() throws IOException {
        recorded = new RecordedWorld(directory);
        recorded.edition("ami-1");
    }

    @Test
    void unlock_nothingHeld_saysSo() {
        assertThat(recorded.run("unlock")).isZero();
        assertThat(recorded.world.out.toString())
                .isEqualToNormalizingNewlines("state lock is free\nenvironment demo is nobody's\n");
    }

    @Test
    void unlock_afterARunThatWasKilled_freesLockAndEnvironment() {
        recorded.takenBy(RecordedWorld.dead("gone"), 3);
        recorded.terraformOf(RecordedWorld.dead("gone"));
        recorded.locked(ID);

        assertThat(recorded.run("unlock")).isZero();

        assertThat(recorded.world.out.toString())
                .contains("removed: state lock held by root@", "(lock " + ID + "): gone (process ", ", which has ended")
                .contains("removed: environment held since ");
        assertThat(recorded.isLocked()).isFalse();
        assertThat(recorded.holder()).isEmpty();
        assertThat(recorded.deploy()).isZero();
    }

    @Test
    void unlock_whileTheRunWorks_isRefusedAlsoByForce() {
        recorded.terraformOf(RecordedWorld.living("cli-ann-1"));
        recorded.locked(ID);

        assertThat(recorded.run("unlock", "--force-id", ID)).isEqualTo(5);

        assertThat(recorded.said())
                .contains(
                        "STATE_LOCKED: demo: state lock held by",
                        "cli-ann-1",
                        "which still runs",
                        "do: wait for its end");
        assertThat(recorded.isLocked()).isTrue();
    }

    @Test
    void unlock_ofAnotherComputersRun_runsAsPrinted() {
        recorded.locked(ID);

        assertThat(recorded.run("unlock", "--json")).isEqualTo(5);
        assertThat(recorded.said()).contains("ami-deploy unlock -e demo --force-id " + ID);
        assertThat(recorded.isLocked()).isTrue();

        assertThat(recorded.run("unlock", "--json", "--force-id", ID)).isZero();
        assertThat(recorded.world.document())
                .extractingByKey("lock")
                .asInstanceOf(InstanceOfAssertFactories.MAP)
                .containsEntry("end", "removed")
                .containsEntry("id", ID)
                .containsEntry("life", "unknown");
        assertThat(recorded.isLocked()).isFalse();
    }

    @Test
    void unlock_environmentOfAnotherComputersRun_runsAsPrinted() {
        recorded.takenBy(RecordedWorld.elsewhere("cli-bob-1"), 7);
        assertThat(recorded.deploy()).isEqualTo(5);
        assertThat(recorded.said()).contains("ami-deploy unlock -e demo --force-id cli-bob-1");

        assertThat(recorded.run("unlock")).isEqualTo(5);
        assertThat(recorded.said()).contains("ENVIRONMENT_HELD", "ami-deploy unlock -e demo --force-id cli-bob-1");
        assertThat(recorded.run("unlock", "--force-id", "cli-bob-1")).isZero();
        assertThat(recorded.deploy()).isZero();
    }

    @Test
    void unlock_idThatNothingHas_isRefused() {
        assertThat(recorded.run("unlock", "--force-id", "nothing")).isEqualTo(2);
        assertThat(recorded.said()).contains("nothing of demo is held under the id nothing");
    }

    @Test
    void deploy_tellsWhoseTerraformRuns_whileItRuns() {
        String[] told = {""};
        recorded.world.stack.atTerraform = phase -> {
            if (phase.equals("apply")) {
                // A real Terraform needs seconds to come to the lock, and its claim is written meanwhile.
                while (recorded.world.bucket.objects.keySet().stream()
                        .noneMatch(key -> key.contains("terraform-runs"))) {
                    Thread.onSpinWait();
                }
                recorded.locked(ID);
                told[0] = recorded.run("unlock") + recorded.said();
                recorded.world.bucket.objects.remove(RecordedWorld.LOCK);
            }
        };

        assertThat(recorded.deploy("--build", "cli-mine")).isZero();

        assertThat(told[0]).startsWith("5").contains("STATE_LOCKED", "cli-mine (process ", "which still runs");
        assertThat(recorded.world.bucket.objects.keySet()).noneMatch(key -> key.contains("terraform-runs"));
    }

    @Test
    void everyTool_hasTheRunInItsEnvironment() {
        Map<String, String> seen = new TreeMap<>();
        recorded.world.toolEnvironments = environment -> seen.putAll(environment.plain());

        recorded.deploy();

        assertThat(seen).containsKey("AMI_DEPLOY_RUN");
        assertThat(recorded.world.commands).extracting(ToolCommand::phase).containsAll(List.of("plan", "apply"));
    }
}
