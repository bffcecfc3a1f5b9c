package io.jenkins.plugins.amideploy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.amideploy.engine.AppId;
import io.jenkins.plugins.amideploy.engine.release.Begin;
import io.jenkins.plugins.amideploy.engine.release.End;
import io.jenkins.plugins.amideploy.engine.release.Facts;
import io.jenkins.plugins.amideploy.engine.release.ReleaseStore;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code prune} as a caller sees it: demo was proven on seven images, one after the other. */
@Timeout(30)
class PruneCommandTest {
    private static final AppId DEMO = new AppId("web", "demo");

    @TempDir
    private Path directory;

    private FakeWorld world;

    @BeforeEach
    void sevenReleases() throws IOException {
        world = new FakeWorld(directory);
        world.resources.stack();
        JacksonParser json = new JacksonParser();
        ReleaseStore store = new ReleaseStore(world.bucket, DEMO, json, json);
        for (int number = 1; number <= 7; number++) {
            String image = "ami-" + number;
            world.resources.image(image);
            Begin draft = new Begin(
                    0, DEMO, Begin.Kind.DEPLOYMENT, Optional.empty(), Instant.EPOCH, "cli-ann-" + number, "", "");
            store.end(
                    store.begin(draft).begin(),
                    new End(
                            End.Result.HEALTHY,
                            Instant.EPOCH,
                            Facts.none().with(Facts.Name.IMAGE_ID, image),
                            Optional.empty()));
        }
    }

    private List<String> images() {
        return world.resources.ids().stream()
                .filter(id -> id.startsWith("ami-"))
                .toList();
    }

    @Test
    void prune_showsAsksAndRemovesAllButTheFiveNewest() {
        world.answer = Optional.of("yes");

        assertThat(world.run("prune", "-e", "demo")).isZero();

        assertThat(images()).containsExactly("ami-3", "ami-4", "ami-5", "ami-6", "ami-7");
        assertThat(world.out.toString()).isEqualTo("2 removed, 5 kept\n");
        assertThat(world.err.toString())
                .contains(
                        "prune: keeps image ami-3 (web-ami-3): demo release 3 can be gone back to",
                        "prune:   - image ami-1 (web-ami-1) with 1 snapshot, of 2026-01-02, fingerprint 3f786850e387…",
                        "asked: remove these 2 images? account 123456789012, region eu-central-1 (yes/no)");
        assertThat(world.commands).as("tools").isEmpty();
    }

    @Test
    void dryRun_asksAndRemovesNothing() {
        assertThat(world.run("prune", "-e", "demo", "--dry-run")).isZero();

        assertThat(images()).hasSize(7);
        assertThat(world.out.toString()).isEqualTo("2 would be removed, 5 kept\n");
        assertThat(world.err.toString()).doesNotContain("asked");
        assertThat(world.bucket.list("web/claims/")).isEmpty();
    }

    @Test
    void notApproved_removesNothing() {
        world.answer = Optional.of("no");

        assertThat(world.run("prune", "-e", "demo")).isEqualTo(2);
        assertThat(images()).hasSize(7);
        assertThat(world.errors()).containsExactly("error: BAD_INPUT: not approved: nothing was changed");
    }

    @Test
    void withJson_isOneDocument() {
        assertThat(world.run("prune", "-e", "demo", "--keep", "6", "--auto-approve", "--json"))
                .isZero();

        assertThat(world.document())
                .containsEntry("dry_run", false)
                .containsEntry("removed", List.of("ami-1"))
                .containsEntry("leftovers", List.of())
                .containsEntry(
                        "going",
                        List.of(Map.of(
                                "id", "ami-1",
                                "name", "web-ami-1",
                                "created", "2026-01-02T03:04:05.000Z",
                                "fingerprint", "3f786850e387550fdab836ed7e6dc881",
                                "snapshots", List.of("snap-ami-1"))));
        assertThat((List<?>) world.document().get("kept")).hasSize(6);
    }

    @Test
    void nothingGoes_nobodyIsAsked() {
        assertThat(world.run("prune", "-e", "demo", "--keep", "7")).isZero();
        assertThat(world.out.toString()).isEqualTo("0 removed, 7 kept\n");
    }

    @Test
    void recordThatCannotBeRead_removesNothingAndFails() {
        world.bucket.write("web/demo/releases/index.json", "{}");
        world.bucket.write("web/demo/releases/000004/end.json", "?");

        assertThat(world.run("prune", "-e", "demo", "--auto-approve")).isEqualTo(4);

        assertThat(images()).hasSize(7);
        assertThat(world.errors())
                .singleElement()
                .asString()
                .startsWith(
                        "error: LEFT_BEHIND: 1 left behind; not looked at: web/demo/releases/000004/end.json in the state bucket is no"
                                + " record of a release");
        assertThat(world.err.toString())
                .contains("keeps image ami-1 (web-ami-1): it could not be looked at who needs it");
    }

    @Test
    void interrupted_endsBetweenTwoImagesAndSaysHowToGoOn() {
        world.resources.beforeRemoval = () -> world.interrupts.interrupt();

        assertThat(world.run("prune", "-e", "demo", "--auto-approve")).isEqualTo(130);

        assertThat(images()).hasSize(6);
        assertThat(world.errors())
                .containsExactly(
                        "error: ABORTED: stopped while images were being removed: run prune again, which does the rest");
        assertThat(world.bucket.list("web/claims/")).as("markers").isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-3"})
    void keepingNothing_isRefused(String keep) {
        assertThat(world.run("prune", "-e", "demo", "--keep", keep)).isEqualTo(2);
        assertThat(world.errors()).singleElement().asString().contains("must be at least 1");
    }

    @Test
    void localState_isNotOffered() {
        assertThat(world.run("prune", "-e", "demo", "--local-state")).isEqualTo(2);
        assertThat(world.errors()).singleElement().asString().contains("--local-state");
    }
}
