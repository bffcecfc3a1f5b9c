package io.jenkins.plugins.amideploy.engine.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.amideploy.engine.AppId;
import io.jenkins.plugins.amideploy.engine.Outcome;
import io.jenkins.plugins.amideploy.engine.tool.Fixtures;
import io.jenkins.plugins.amideploy.engine.tool.Step;
import io.jenkins.plugins.amideploy.engine.tool.TinyJson;
import io.jenkins.plugins.amideploy.engine.tool.ToolCommand;
import io.jenkins.plugins.amideploy.engine.tool.ToolResult;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BakeOperationTest {
    private static final BakeRequest REQUEST = new BakeRequest(
            new AppId("web", "demo"),
            "0123456789abcdef",
            "1.0",
            "cli-me-1",
            Instant.parse("2026-11-23T11:48:00Z"),
            "/checkout",
            "packer/",
            "/checkout/environments/demo.pkrvars.hcl",
            "/checkout/.work/web/demo");
    private static final String NAME = "web-demo-20261123114800-0123456";

    private final BakeOperation operation = new BakeOperation(REQUEST, new TinyJson());

    @Test
    void first_isInit() {
        assertThat(operation.first().commandLine()).isEqualTo("packer init packer/");
    }

    @Test
    void afterInit_validatesWithAllVariables() {
        ToolCommand validate = next(ToolResult.exited("init", 0));

        assertThat(validate.arguments())
                .startsWith("validate", "-machine-readable", "-var-file=/checkout/environments/demo.pkrvars.hcl")
                .contains(
                        "-var=commit=0123456789abcdef",
                        "-var=app_version=1.0",
                        "-var=build=cli-me-1",
                        "-var=expires_at=2026-11-23T14:48:00Z",
                        "-var=image_name=" + NAME,
                        "-var=manifest_path=" + REQUEST.manifestPath(),
                        "-var=work_dir=/checkout/.work/web/demo",
                        "-var=webapp_dir=/checkout/webapp")
                .endsWith("packer/");
    }

    @Test
    void afterValidate_buildsAndKeepsTheManifest() {
        ToolCommand build = next(ToolResult.exited("validate", 0));

        assertThat(build.arguments()).startsWith("build", "-color=false", "-machine-readable");
        assertThat(build.keeps())
                .containsExactly(new ToolCommand.Kept(REQUEST.manifestPath(), ToolCommand.Kept.As.TEXT));
    }

    @ParameterizedTest
    @CsvSource({"packer-1.16/manifest.json, ami-d96d77ec797d2dba3", "packer-1.6/manifest.json, ami-9a7e97c39a8574ef2"})
    void afterBuild_readsTheImageFromTheManifest(String manifest, String amiId) {
        assertThat(afterBuild(Fixtures.text(manifest)))
                .isEqualTo(Outcome.success(new Image(amiId, NAME, "us-east-1", List.of(), "", Map.of())));
    }

    @Test
    void manifestOfSeveralRuns_givesTheLastRunsImage() {
        String manifest =
                """
                {"builds":[{"artifact_id":"eu-west-1:ami-old","packer_run_uuid":"a"},
                           {"artifact_id":"eu-west-1:ami-new","packer_run_uuid":"b","custom_data":{"base_image":"debian-12"}}],
                 "last_run_uuid":"b"}
                """;

        assertThat(afterBuild(manifest))
                .isEqualTo(Outcome.success(new Image("ami-new", NAME, "eu-west-1", List.of(), "debian-12", Map.of())));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "{}", "{\"builds\":[],\"last_run_uuid\":\"a\"}", "{\"builds\":[{\"artifact_id\":\"\"}]}"})
    void manifestWithoutImage_fails(String manifest) {
        assertThat(afterBuild(manifest)).isInstanceOf(Outcome.Failure.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"init", "validate", "build"})
    void anyCommandThatFails_endsTheBake(String phase) {
        assertThat(operation.after(ToolResult.exited(phase, 1))).isInstanceOf(Step.Done.class);
    }

    @Test
    void stoppedBuild_isInterrupted() {
        assertThat(operation.after(ToolResult.exited("build", 1).asStopped()))
                .isEqualTo(Step.done(
                        Outcome.failure(Outcome.Kind.INTERRUPTED, "packer build was stopped and ended cleanly")));
    }

    @ParameterizedTest
    @CsvSource({"0123456789-dirty, 0123456", "abc, abc", "v1.2-3, v123", "'', unknown"})
    void imageName_takesWhatANameMayHold(String commit, String end) {
        assertThat(ImageName.of(new AppId("web", "demo"), Instant.parse("2026-11-23T11:48:00Z"), commit))
                .isEqualTo("web-demo-20261123114800-" + end);
    }

    private ToolCommand next(ToolResult result) {
        return ((Step.Run<Image>) operation.after(result)).command();
    }

    private Outcome<Image> afterBuild(String manifest) {
        ToolResult result = ToolResult.exited("build", 0).withFiles(Map.of(REQUEST.manifestPath(), manifest));
        return ((Step.Done<Image>) operation.after(result)).outcome();
    }
}
