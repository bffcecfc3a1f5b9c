package io.jenkins.plugins.amideploy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.amideploy.engine.tool.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code releases} and {@code status}: what people and machines read of an environment. Tools and AWS are fakes. */
@Timeout(30)
class ReleasesCommandTest {
    @TempDir
    private Path directory;

    private RecordedWorld recorded;

    @BeforeEach
    void setUp() throws IOException {
        recorded = new RecordedWorld(directory);
        recorded.edition("ami-1");
    }

    @Test
    void releases_areATableNewestFirst() {
        recorded.deploy("--build", "b-1");
        recorded.edition("ami-2");
        recorded.deploy("--build", "b-2");
        recorded.run("rollback", "--build", "b-3");

        assertThat(recorded.run("releases")).isZero();

        List<String> lines = recorded.world.out.toString().lines().toList();
        assertThat(lines.get(0)).matches("RELEASE +RESULT +KIND +STARTED +TOOK +VERSION +COMMIT +IMAGE +BY");
        assertThat(lines.get(1)).matches("3 +healthy +rollback of demo 1 +\\S+Z +\\d+:\\d\\d +v7 +c0ffee1 +ami-1 +b-3");
        assertThat(lines.get(2)).matches("2 +healthy +deployment +\\S+Z +\\d+:\\d\\d +v7 +c0ffee1 +ami-2 +b-2");
        assertThat(lines).hasSize(4);
        assertThat(lines.get(1).indexOf("b-3")).isEqualTo(lines.get(0).indexOf("BY"));
    }

    @Test
    void releases_withALimit_areTheNewest() {
        recorded.deploy();
        recorded.deploy();

        recorded.run("releases", "--limit", "1");

        assertThat(recorded.world.out.toString().lines())
                .hasSize(2)
                .last()
                .asString()
                .startsWith("2 ");
    }

    @Test
    void releases_withJson_areTheRecords() {
        recorded.deploy();

        assertThat(recorded.run("releases", "--json")).isZero();

        List<Json> releases = Json.of(new JacksonParser().parse(recorded.world.out.toString()))
                .list();
        assertThat(releases).singleElement().satisfies(release -> {
            assertThat(release.get("number").number()).isOne();
            assertThat(release.get("state").text()).isEqualTo("healthy");
            assertThat(release.get("end").get("image_id").text()).isEqualTo("ami-1");
        });
    }

    @Test
    void releases_ofAnEnvironmentWithoutAny_saysWhereItLooked() {
        assertThat(recorded.run("releases")).isZero();

        assertThat(recorded.world.out.toString()).isEmpty();
        assertThat(recorded.said())
                .contains(
                        "no release of web-demo is recorded in the bucket ami-deploy-state-123456789012-eu-central-1");
    }

    @Test
    void releases_doNotKnowLocalState() {
        assertThat(recorded.run("releases", "--local-state")).isEqualTo(2);
    }

    @Test
    void malformedRecord_isOneLine() {
        recorded.deploy();
        recorded.world.bucket.delete("web/demo/releases/index.json");
        recorded.world.bucket.write("web/demo/releases/000001/begin.json", "{}");

        assertThat(recorded.run("releases")).isEqualTo(2);

        assertThat(recorded.world.errors())
                .singleElement()
                .asString()
                .contains("web/demo/releases/000001/begin.json in the state bucket is no record of a release");
    }

    @Test
    void status_saysWhatRunsAndHowItIs() {
        recorded.deploy("--build", "b-1");

        assertThat(recorded.run("status")).isZero();

        assertThat(recorded.world.out.toString().lines())
                .anySatisfy(line -> assertThat(line)
                        .isEqualTo("web-demo runs release 1: image ami-1, commit c0ffee1, version v7, http://lb"))
                .anySatisfy(line -> assertThat(line).startsWith("1 of 1 instances are healthy"))
                .noneSatisfy(line -> assertThat(line).startsWith("drift"));
    }

    @Test
    void status_withJson_isOneDocument() {
        recorded.deploy();

        assertThat(recorded.run("status", "--json")).isZero();

        assertThat(recorded.world.document())
                .containsEntry("environment", "demo")
                .containsEntry("drift", List.of())
                .containsKeys("release", "healthy_since", "group", "base_layer");
    }

    @Test
    void status_withoutAStack_saysSo() {
        assertThat(recorded.run("status")).isZero();

        assertThat(recorded.world.out.toString())
                .contains("has no release that was proven healthy", "web-demo has no stack");
    }

    @Test
    void help_listsTheCommandsAndWhatTheyReturn() {
        recorded.world.run("--help");

        assertThat(recorded.world.out.toString()).contains("rollback", "releases", "status", "another run");
    }
}
