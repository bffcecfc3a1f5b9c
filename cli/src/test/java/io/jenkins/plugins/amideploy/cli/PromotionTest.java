package io.jenkins.plugins.amideploy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.amideploy.engine.release.Begin;
import io.jenkins.plugins.amideploy.engine.release.Facts.Name;
import io.jenkins.plugins.amideploy.engine.release.Release;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code deploy --from}: another environment's proven image, or a refusal before anything happens. Tools and AWS are fakes. */
@Timeout(30)
class PromotionTest {
    private static final String PROD =
            "app = \"web\"\nenvironment = \"prod\"\nregion = \"eu-central-1\"\ninstance_type = \"t3.large\"\n";

    @TempDir
    private Path directory;

    private RecordedWorld recorded;

    @BeforeEach
    void setUp() throws IOException {
        recorded = new RecordedWorld(directory);
        recorded.edition("ami-1");
        file("prod", PROD);
    }

    private void file(String environment, String text) throws IOException {
        Files.writeString(directory.resolve("environments/" + environment + ".pkrvars.hcl"), text);
    }

    private int promote(String from, String... more) {
        String[] arguments = new String[more.length + 2];
        arguments[0] = "--from";
        arguments[1] = from;
        System.arraycopy(more, 0, arguments, 2, more.length);
        return recorded.runIn("prod", "deploy", arguments);
    }

    @Test
    void deployFrom_bringsTheOtherEnvironmentsImageWithItsOwnSettings() {
        recorded.deploy();
        int commands = recorded.world.commands.size();

        assertThat(promote("demo")).as(recorded.said()).isZero();

        assertThat(recorded.world
                        .phases()
                        .subList(commands, recorded.world.phases().size()))
                .noneMatch(phase -> phase.startsWith("packer") || phase.startsWith("python3"));
        Release release = recorded.releases("prod").get(0);
        assertThat(release.begin().kind()).isEqualTo(Begin.Kind.PROMOTION);
        assertThat(release.begin().source()).contains(new Begin.Source("demo", 1));
        assertThat(release.imageId()).isEqualTo("ami-1");
        assertThat(release.facts().text(Name.COMMIT)).isEqualTo("c0ffee1");
        assertThat(release.facts().text(Name.BASE_IMAGE_ID)).isEqualTo("ami-base");
        assertThat(release.facts().strings(Name.SETTINGS)).containsEntry("instance_type", "t3.large");
        assertThat(recorded.world.stack.applied())
                .containsEntry("commit", "c0ffee1")
                .containsEntry("app_version", "v7")
                .doesNotContainKey("instance_type");
        assertThat(recorded.said())
                .contains("promotes demo release 1: version v7, commit c0ffee1, image ami-1, healthy since ");
    }

    @Test
    void deployFrom_anEnvironmentWithoutRecords_namesBucketAndRegion() {
        refused(
                "stage",
                "error: BAD_INPUT: no release of web in stage is recorded in the bucket ami-deploy-state-123456789012-eu-central-1"
                        + " (eu-central-1): deploy stage first; promotion to another account or region is not done");
    }

    @Test
    void deployFrom_anEnvironmentThatWasNeverHealthy_isRefused() {
        recorded.world.output.put("terraform plan", List.of("no plan"));
        recorded.deploy();

        refused("demo", "error: BAD_INPUT: demo has no release that was proven healthy: deploy it there first");
    }

    @Test
    void deployFrom_anotherRegion_isRefusedByName() throws IOException {
        file("demo", "app = \"web\"\nenvironment = \"demo\"\nregion = \"us-east-1\"\n");

        refused(
                "demo",
                "error: BAD_INPUT: promotion to another account or region is not done: prod is in eu-central-1 with the bucket"
                        + " ami-deploy-state-123456789012-eu-central-1, but of demo its images are in us-east-1: bake it there,"
                        + " with ami-deploy deploy -e prod");
    }

    @Test
    void deployFrom_anotherBucket_isRefusedByName() throws IOException {
        file("demo", "app = \"web\"\nenvironment = \"demo\"\nregion = \"eu-central-1\"\nstate_bucket = \"others\"\n");

        assertThat(promote("demo")).isEqualTo(2);
        assertThat(recorded.world.errors())
                .singleElement()
                .asString()
                .contains(
                        "promotion to another account or region is not done",
                        "its records are in another state bucket");
    }

    @Test
    void deployFrom_whoseImageIsGone_isRefused() {
        recorded.deploy();
        recorded.world.images.gone.add("ami-1");

        refused(
                "demo",
                "error: IMAGE_MISSING: image ami-1 of demo release 1 is not there any more; do: deploy demo again:; ami-deploy deploy -e demo");
    }

    @Test
    void deployFrom_itself_pointsToRollback() {
        refused(
                "prod",
                "error: BAD_INPUT: --from prod is the environment itself: to go back, ami-deploy rollback -e prod");
    }

    @Test
    void deployFrom_withAnImage_isRefused() {
        assertThat(promote("demo", "--image-id", "ami-2")).isEqualTo(2);
        assertThat(recorded.world.errors())
                .containsExactly(
                        "error: BAD_INPUT: --image-id=AMI, --from=ENV are mutually exclusive (specify only one); do: see what there is:;"
                                + " ami-deploy deploy --help");
    }

    @Test
    void deployFrom_withLocalState_isRefused() {
        assertThat(promote("demo", "--local-state")).isEqualTo(2);
        assertThat(recorded.world.errors())
                .containsExactly(
                        "error: BAD_INPUT: --from needs the records of demo, which are in a state bucket: it does not go with"
                                + " --local-state");
    }

    private void refused(String from, String error) {
        int commands = recorded.world.commands.size();

        assertThat(promote(from)).isEqualTo(2);

        assertThat(recorded.world.errors()).containsExactly(error);
        assertThat(recorded.world.commands).hasSize(commands);
        assertThat(recorded.releases("prod")).isEmpty();
    }
}
