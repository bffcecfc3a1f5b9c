package io.jenkins.plugins.amideploy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.amideploy.engine.release.Begin;
import io.jenkins.plugins.amideploy.engine.release.End.Result;
import io.jenkins.plugins.amideploy.engine.release.Facts.Name;
import io.jenkins.plugins.amideploy.engine.release.Release;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code rollback}: where it goes, what it tells Terraform, and that later deployments stay there. Tools and AWS are fakes. */
@Timeout(60)
class RollbackCommandTest {
    @TempDir
    private Path directory;

    private RecordedWorld recorded;

    /** Three releases: ami-1 on t3.small, ami-2 and ami-3 on t3.large. */
    @BeforeEach
    void setUp() throws IOException {
        recorded = new RecordedWorld(directory);
        deploy("ami-1");
        recorded.world.variables(
                "app = \"web\"\nenvironment = \"demo\"\nregion = \"eu-central-1\"\ninstance_type = \"t3.large\"\n");
        deploy("ami-2");
        deploy("ami-3");
    }

    private void deploy(String imageId) {
        recorded.edition(imageId);
        assertThat(recorded.deploy()).as(recorded.said()).isZero();
    }

    @Test
    void rollback_bringsTheLastProvenReleaseWithoutABake() {
        int commands = recorded.world.commands.size();

        assertThat(recorded.run("rollback", "--build", "back"))
                .as(recorded.said())
                .isZero();

        assertThat(recorded.world
                        .phases()
                        .subList(commands, recorded.world.phases().size()))
                .containsExactly("terraform init", "terraform plan", "terraform apply");
        Release release = recorded.newest();
        assertThat(release.begin().kind()).isEqualTo(Begin.Kind.ROLLBACK);
        assertThat(release.begin().source()).contains(new Begin.Source("demo", 2));
        assertThat(release.end().orElseThrow().result()).isEqualTo(Result.HEALTHY);
        assertThat(release.imageId()).isEqualTo("ami-2");
        assertThat(release.facts().text(Name.LAUNCH_TEMPLATE_VERSION)).isEqualTo("4");
        assertThat(recorded.world.out).hasToString("http://lb\n");
        assertThat(recorded.said())
                .contains("goes back to demo release 2: version v7, commit c0ffee1, image ami-2, proven healthy at ");
    }

    @Test
    void rollback_whileAnotherRunHasTheEnvironment_isRefused() {
        recorded.takenBy(RecordedWorld.living("cli-ann-1"), 7);

        assertThat(recorded.run("rollback")).isEqualTo(5);

        assertThat(recorded.world.errors())
                .singleElement()
                .asString()
                .startsWith("error: ENVIRONMENT_HELD: cli-ann-1 (process ")
                .endsWith("; do: wait for its end, or stop it");
        assertThat(recorded.releases()).hasSize(3);
    }

    @Test
    void rollbackTo_setsTheSettingsOfThatReleaseAgain() {
        assertThat(recorded.run("rollback", "--to", "1")).isZero();

        assertThat(recorded.world.stack.applied())
                .containsEntry("image_id", "ami-1")
                .containsEntry("instance_type", "t3.small")
                .containsEntry("key_name", "")
                .containsEntry("commit", "c0ffee1")
                .containsEntry("app_version", "v7");
        assertThat(recorded.newest().facts().strings(Name.SETTINGS)).containsEntry("instance_type", "t3.small");
    }

    @Test
    void secondRollback_goesFurtherBack() {
        recorded.run("rollback");

        assertThat(recorded.run("rollback")).isZero();

        assertThat(recorded.newest().imageId()).isEqualTo("ami-1");
    }

    @Test
    void unchangedDeployment_staysOnTheRollback() {
        recorded.run("rollback", "--to", "1");

        assertThat(recorded.deploy()).isZero();

        assertThat(recorded.said())
                .contains("stays on release 1, to which demo was rolled back from this image; to roll forward again:"
                        + " ami-deploy deploy -e demo --image-id ami-3");
        assertThat(recorded.newest().end().orElseThrow().result()).isEqualTo(Result.UNCHANGED);
        assertThat(recorded.newest().imageId()).isEqualTo("ami-1");
        assertThat(recorded.world.stack.applied())
                .containsEntry("image_id", "ami-1")
                .containsEntry("instance_type", "t3.small");
    }

    @Test
    void unchangedDeployment_afterTwoRollbacks_staysOnTheSecond() {
        recorded.run("rollback");
        recorded.run("rollback");

        assertThat(recorded.deploy()).isZero();

        assertThat(recorded.said()).contains("stays on release 1, ");
        assertThat(recorded.newest().imageId()).isEqualTo("ami-1");
    }

    @Test
    void deploymentOfTheImageByItsId_rollsForwardAgain() {
        recorded.run("rollback");

        assertThat(recorded.deploy("--image-id", "ami-3")).isZero();

        assertThat(recorded.newest().imageId()).isEqualTo("ami-3");
        assertThat(recorded.newest().end().orElseThrow().result()).isEqualTo(Result.HEALTHY);
        recorded.deploy();
        assertThat(recorded.newest().imageId()).isEqualTo("ami-3");
        assertThat(recorded.said()).doesNotContain("stays on");
    }

    @Test
    void deploymentOfAnotherEdition_leavesTheRollback() {
        recorded.run("rollback");

        deploy("ami-4");

        assertThat(recorded.newest().imageId()).isEqualTo("ami-4");
    }

    @Test
    void rollback_toAReleaseThatIsNotThere_isRefusedBeforeAnythingIsBegun() {
        assertThat(recorded.run("rollback", "--to", "7")).isEqualTo(2);

        assertThat(recorded.world.errors())
                .containsExactly("error: BAD_INPUT: demo has no release 7: see ami-deploy releases -e demo");
        assertThat(recorded.newest().number()).isEqualTo(3);
        assertThat(recorded.holder()).isEmpty();
    }

    @Test
    void rollback_toAReleaseThatFailed_isRefused() {
        recorded.edition("ami-4");
        recorded.world.stack.refusesLaunches = true;
        recorded.deploy();

        assertThat(recorded.run("rollback", "--to", "4")).isEqualTo(2);

        assertThat(recorded.world.errors())
                .containsExactly(
                        "error: BAD_INPUT: demo release 4 is failed and was never proven healthy: choose another, see"
                                + " ami-deploy releases -e demo");
    }

    @Test
    void rollback_toAnImageThatIsGone_isRefused() {
        recorded.world.images.gone.add("ami-1");

        assertThat(recorded.run("rollback", "--to", "1")).isEqualTo(2);

        assertThat(recorded.world.errors())
                .containsExactly(
                        "error: IMAGE_MISSING: image ami-1 of demo release 1 is not there any more; do: choose another release, or check"
                                + " its commit c0ffee1 out and deploy that");
        assertThat(recorded.newest().number()).isEqualTo(3);
    }

    @Test
    void rollback_asksAsADeploymentDoes() {
        recorded.world.answer = Optional.of("no");

        assertThat(recorded.world.run("rollback", "-e", "demo")).isEqualTo(2);

        assertThat(recorded.newest().end().orElseThrow().result()).isEqualTo(Result.ABORTED);
        assertThat(recorded.world.stack.applied()).containsEntry("image_id", "ami-3");
    }

    @Test
    void rollback_withoutABucket_saysThatThereIsNoStack() {
        recorded.world.bucketExists = false;

        assertThat(recorded.run("rollback")).isEqualTo(2);

        assertThat(recorded.world.errors())
                .containsExactly(
                        "error: BAD_INPUT: there is no stack web-demo in eu-central-1; do: deploy it first:; ami-deploy deploy -e demo");
    }

    @Test
    void rollback_doesNotKnowLocalState() {
        assertThat(recorded.run("rollback", "--local-state")).isEqualTo(2);
        assertThat(recorded.world.errors()).singleElement().asString().contains("--local-state");
    }
}
