package io.jenkins.plugins.amideploy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.amideploy.engine.release.Begin;
import io.jenkins.plugins.amideploy.engine.release.End.Result;
import io.jenkins.plugins.amideploy.engine.release.Release;
import io.jenkins.plugins.amideploy.engine.release.Run;
import io.jenkins.plugins.amideploy.engine.rollout.TemplateVersion;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One command at a time changes an environment: who is refused, who takes it over, who finds out. Tools and AWS are fakes. */
@Timeout(30)
class HeldEnvironmentTest {
    @TempDir
    private Path directory;

    private RecordedWorld recorded;

    @BeforeEach
    void setUp() throws IOException {
        recorded = new RecordedWorld(directory);
        recorded.edition("ami-1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"deploy", "apply", "rollout", "destroy"})
    void command_whileAnotherRunHasTheEnvironment_isRefused(String command) {
        recorded.takenBy(RecordedWorld.living("cli-ann-1"), 7);
        Run holder = recorded.holder().orElseThrow();

        assertThat(recorded.run(command)).isEqualTo(5);

        assertThat(recorded.world.errors())
                .containsExactly("error: ENVIRONMENT_HELD: cli-ann-1 (process "
                        + ProcessHandle.current().pid() + " on "
                        + holder.owner().host() + ") works on demo since " + holder.since()
                        + "; do: wait for its end, or stop it");
        assertThat(recorded.world.phases()).doesNotContain("terraform plan", "terraform apply");
        assertThat(recorded.releases()).isEmpty();
        assertThat(recorded.holder().orElseThrow().owner()).isEqualTo(holder.owner());
    }

    @Test
    void deploy_whileARunOfAnotherComputerHasTheEnvironment_isRefusedUnlessItTakesOver() {
        recorded.takenBy(RecordedWorld.elsewhere("cli-bob-1"), 7);

        assertThat(recorded.deploy()).isEqualTo(5);
        assertThat(recorded.world.errors())
                .singleElement()
                .asString()
                .contains(
                        "cli-bob-1 (process 4711 on elsewhere) works on demo",
                        "whether it lives cannot be found out",
                        "--take-over");

        assertThat(recorded.deploy("--take-over")).isZero();
        assertThat(recorded.said())
                .contains("takes demo over from cli-bob-1 (process 4711 on elsewhere), which last said at ");
    }

    @Test
    void deploy_afterARunThatWasKilled_takesOverAndSaysWhatItLeft() {
        recorded.deploy();
        Begin left = recorded.store("demo")
                .begin(new Begin(
                        0,
                        recorded.newest().begin().app(),
                        Begin.Kind.DEPLOYMENT,
                        Optional.empty(),
                        Instant.now(),
                        "gone",
                        "",
                        ""))
                .begin();
        recorded.takenBy(RecordedWorld.dead("gone"), left.number());

        assertThat(recorded.deploy()).isZero();

        assertThat(recorded.said())
                .containsPattern(
                        "takes demo over from gone \\(process \\d+ on \\S+\\), which ended without a word; its release 2"
                                + " reads crashed");
        assertThat(recorded.newest().number()).isEqualTo(3);
        assertThat(recorded.releases().get(1).end()).isEmpty();
        assertThat(recorded.holder()).isEmpty();
    }

    /** The refresh goes on in AWS, to what the killed run wanted. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void deploy_afterARunThatWasKilledInItsRollout_replacesItsRefreshAndNobodyElses(boolean isOurs) {
        recorded.deploy();
        TemplateVersion version = new TemplateVersion("lt-1", "7");
        recorded.takenBy(RecordedWorld.dead("gone"), 2);
        if (isOurs) {
            recorded.claims().rollsOut(RecordedWorld.dead("gone"), version);
        }
        recorded.world.stack.refreshes("refresh-9", version);
        recorded.edition("ami-2");

        assertThat(recorded.deploy()).as(recorded.said()).isEqualTo(isOurs ? 0 : 3);

        assertThat(recorded.said())
                .contains(
                        isOurs
                                ? "cancelling instance refresh refresh-9 to lt-1 version 7, which gone left"
                                : "OTHER_REFRESH_RUNNING");
        assertThat(recorded.newest().end().orElseThrow().result()).isEqualTo(isOurs ? Result.HEALTHY : Result.FAILED);
    }

    @Test
    void deploy_afterARunThatWasKilledBeforeItBegan_saysNothingOfARelease() {
        recorded.takenBy(RecordedWorld.dead("gone"), 0);

        assertThat(recorded.deploy()).isZero();

        assertThat(recorded.said()).contains("which ended without a word\n").doesNotContain("crashed");
    }

    @Test
    void deploy_whoseEnvironmentIsTakenOverInTheBake_appliesNothing() {
        recorded.world.stack.atTerraform = phase -> {
            if (phase.equals("plan")) {
                recorded.takenBy(RecordedWorld.elsewhere("cli-bob-1"), 2);
            }
        };

        assertThat(recorded.deploy()).isEqualTo(5);

        assertThat(recorded.world.errors())
                .singleElement()
                .asString()
                .startsWith(
                        "error: ENVIRONMENT_HELD: demo is not this run's any more: cli-bob-1 (process 4711 on elsewhere) has taken it over at ")
                .endsWith("; do: nothing more is changed here; see what it does:; ami-deploy releases -e demo");
        assertThat(recorded.world.phases()).doesNotContain("terraform apply");
        assertThat(recorded.newest().end().orElseThrow().result()).isEqualTo(Result.FAILED);
        assertThat(recorded.holder().map(Run::owner)).contains(RecordedWorld.elsewhere("cli-bob-1"));
    }

    @Test
    void deploy_whoseEnvironmentIsTakenOverInTheApply_startsNoRollout() {
        recorded.world.stack.atTerraform = phase -> {
            if (phase.equals("apply")) {
                recorded.takenBy(RecordedWorld.elsewhere("cli-bob-1"), 2);
            }
        };

        assertThat(recorded.deploy()).isEqualTo(5);

        assertThat(recorded.world.stack.looks).isZero();
    }

    @Test
    void environment_whileACommandHasIt_isSaidToBeItsReleases() {
        recorded.world.stack.atTerraform = phase -> {
            if (phase.equals("plan")) {
                Run holder = recorded.holder().orElseThrow();
                assertThat(holder.owner().build()).isEqualTo("b-1");
                assertThat(holder.release()).isEqualTo(1);
            }
        };

        assertThat(recorded.deploy("--build", "b-1")).isZero();
    }

    @Test
    void heldEnvironment_saysAgainAndAgainThatItLives() throws Exception {
        EnvironmentOptions options = new EnvironmentOptions();
        options.environment = "demo";
        options.directory = directory;
        try (Session session = Session.open(recorded.world.surroundings(), options);
                HeldEnvironment held = HeldEnvironment.take(session, "b-1", false, Duration.ofMillis(20))) {
            Instant first = recorded.holder().orElseThrow().seenAt();
            long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
            while (!recorded.holder().orElseThrow().seenAt().isAfter(first) && System.nanoTime() < deadline) {
                Thread.sleep(20);
            }
            assertThat(recorded.holder().orElseThrow().seenAt()).isAfter(first);
            held.require();
        }
        assertThat(recorded.holder()).isEmpty();
    }

    @Test
    void releases_ofARunThatLives_readRunning_andOfADeadOneCrashed() {
        recorded.deploy();
        Release begun = recorded.store("demo")
                .begin(new Begin(
                        0,
                        recorded.newest().begin().app(),
                        Begin.Kind.DEPLOYMENT,
                        Optional.empty(),
                        Instant.now(),
                        "b-2",
                        "",
                        ""));
        recorded.takenBy(RecordedWorld.living("b-2"), begun.number());

        recorded.run("releases");
        assertThat(recorded.world.out.toString()).containsPattern("(?m)^2 +running ");

        recorded.takenBy(RecordedWorld.dead("b-2"), begun.number());
        recorded.run("releases");
        assertThat(recorded.world.out.toString()).containsPattern("(?m)^2 +crashed ");
    }

    @Test
    void claimThatCannotBeRead_isOneLine() {
        recorded.world.bucket.write("web/demo/run.json", "{\"format\":1,\"since\":\"now\"}");

        assertThat(recorded.deploy()).isEqualTo(2);

        assertThat(recorded.world.errors())
                .singleElement()
                .asString()
                .contains("web/demo/run.json in the state bucket does not say who works on demo");
    }

    @Test
    void deploy_afterARunThatWasKilledInItsRollout_isTheReleaseThatBroughtIt() {
        recorded.deploy();
        recorded.edition("ami-2");
        recorded.deploy();
        recorded.world
                .bucket
                .objects
                .keySet()
                .removeIf(key ->
                        key.equals("web/demo/releases/000002/end.json") || key.equals("web/demo/releases/index.json"));

        assertThat(recorded.deploy()).isZero();

        assertThat(recorded.newest().end().orElseThrow().result()).isEqualTo(Result.HEALTHY);
        assertThat(recorded.newest().imageId()).isEqualTo("ami-2");
    }
}
