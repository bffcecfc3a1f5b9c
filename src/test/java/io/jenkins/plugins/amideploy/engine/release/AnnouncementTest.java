package io.jenkins.plugins.amideploy.engine.release;

import static io.jenkins.plugins.amideploy.engine.release.Records.JSON;
import static io.jenkins.plugins.amideploy.engine.release.Records.START;
import static io.jenkins.plugins.amideploy.engine.release.Records.begin;
import static io.jenkins.plugins.amideploy.engine.release.Records.healthy;
import static io.jenkins.plugins.amideploy.engine.release.Records.rolledBack;
import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.amideploy.engine.release.End.Failure;
import io.jenkins.plugins.amideploy.engine.release.End.Result;
import io.jenkins.plugins.amideploy.engine.tool.Json;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AnnouncementTest {
    private static Announcement failed(String summary) {
        End end = new End(Result.FAILED, START, Facts.none(), Optional.of(Failure.of(summary)));
        return Announcement.of(new Release(begin(13), Optional.of(end)), JSON);
    }

    @Test
    void subject_saysWhichReleaseAndHowItEnded() {
        assertThat(Announcement.of(healthy(12, "ami-1"), JSON).subject())
                .isEqualTo("web-demo release 12 (deployment) healthy");
        assertThat(Announcement.of(rolledBack(12, 9, "ami-1"), JSON).subject())
                .isEqualTo("web-demo release 12 (rollback of demo 9) healthy");
        assertThat(failed("ASG web-demo: 1 of 3\ninstances — InService").subject())
                .isEqualTo("web-demo release 13 (deployment) failed: ASG web-demo: 1 of 3 instances ? InService");
    }

    @Test
    void body_isTheRecordWithApplicationAndEnvironment() {
        Json body = Json.of(
                JSON.parse(Announcement.of(rolledBack(12, 9, "ami-1"), JSON).body()));
        assertThat(body.get("text").text()).isEqualTo("web-demo release 12 (rollback of demo 9) healthy");
        assertThat(body.get("app").text()).isEqualTo("web");
        assertThat(body.get("environment").text()).isEqualTo("demo");
        assertThat(body.get("source").get("number").number()).isEqualTo(9);
        assertThat(body.get("end").get("image_id").text()).isEqualTo("ami-1");
    }
}
