package io.jenkins.plugins.amideploy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.amideploy.engine.AwsFailure;
import io.jenkins.plugins.amideploy.engine.release.Announcement;
import io.jenkins.plugins.amideploy.engine.release.Begin;
import io.jenkins.plugins.amideploy.engine.release.End;
import io.jenkins.plugins.amideploy.engine.release.End.Result;
import io.jenkins.plugins.amideploy.engine.release.Facts;
import io.jenkins.plugins.amideploy.engine.release.Facts.Name;
import io.jenkins.plugins.amideploy.engine.release.Release;
import io.jenkins.plugins.amideploy.engine.tool.ToolResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The record of a deployment: written however it ends. Tools and AWS are fakes. */
@Timeout(30)
class DeployRecordTest {
    @TempDir
    private Path directory;

    private RecordedWorld recorded;

    @BeforeEach
    void setUp() throws IOException {
        recorded = new RecordedWorld(directory);
        recorded.edition("ami-1");
    }

    @Test
    void deploy_thatIsProven_isRecordedHealthyWithWhatIsKnownOfIt() {
        assertThat(recorded.deploy("--build", "b-1")).as(recorded.said()).isZero();

        Release release = recorded.newest();
        assertThat(release.number()).isEqualTo(1);
        assertThat(release.begin().kind()).isEqualTo(Begin.Kind.DEPLOYMENT);
        assertThat(release.begin().build()).isEqualTo("b-1");
        End end = release.end().orElseThrow();
        assertThat(end.result()).isEqualTo(Result.HEALTHY);
        Facts facts = end.facts();
        assertThat(facts.text(Name.IMAGE_ID)).isEqualTo("ami-1");
        assertThat(facts.text(Name.IMAGE_NAME)).isEqualTo("web-there");
        assertThat(facts.text(Name.BASE_IMAGE_ID)).isEqualTo("ami-base");
        assertThat(facts.time(Name.BASE_BAKED_AT)).isPresent();
        assertThat(facts.text(Name.FINGERPRINT)).hasSize(64);
        assertThat(facts.text(Name.COMMIT)).isEqualTo("c0ffee1");
        assertThat(facts.text(Name.APP_VERSION)).isEqualTo("v7");
        assertThat(facts.text(Name.PLAN)).isEqualTo("0 to add, 1 to change, 0 to replace, 0 to destroy");
        assertThat(facts.text(Name.LAUNCH_TEMPLATE_VERSION)).isEqualTo("1");
        assertThat(facts.text(Name.URL)).isEqualTo("http://lb");
        assertThat(facts.text(Name.REGION)).isEqualTo("eu-central-1");
        assertThat(facts.texts(Name.INSTANCE_IDS)).containsExactly("i-0001");
        assertThat(facts.strings(Name.SETTINGS))
                .isEqualTo(Map.of(
                        "instance_type", "t3.small", "key_name", "", "app_environment", "{}", "app_secrets", "{}"));
        assertThat(facts.object(Name.SHAPE).get("desired_capacity").number()).isOne();
        assertThat(facts.phases()).containsOnlyKeys("bake", "plan", "approve", "apply", "rollout");
        assertThat(recorded.holder()).isEmpty();
        assertThat(recorded.said()).contains("release 1 of demo begins", "release 1 of demo is healthy");
    }

    @Test
    void deploy_withJson_namesItsRelease() {
        recorded.deploy("--json");

        assertThat(recorded.world.document()).containsEntry("release", 1).containsEntry("result", "healthy");
    }

    @Test
    void deploy_ofAnotherImage_namesTheRefreshThatBroughtIt() {
        recorded.deploy();
        recorded.edition("ami-2");

        assertThat(recorded.deploy()).isZero();

        assertThat(recorded.newest().facts().text(Name.REFRESH_ID)).isEqualTo("refresh-1");
        assertThat(recorded.newest().facts().texts(Name.INSTANCE_IDS)).containsExactly("i-0002");
    }

    @Test
    void deployAgain_withNothingChanged_isUnchangedAfterOneLook() {
        recorded.deploy();
        recorded.world.stack.looks = 0;

        assertThat(recorded.deploy()).isZero();

        assertThat(recorded.newest().end().orElseThrow().result()).isEqualTo(Result.UNCHANGED);
        assertThat(recorded.world.stack.looks).isOne();
        assertThat(recorded.said()).contains("as proven at");
    }

    @Test
    void deployAgain_afterTheMachineWasReplaced_isProvenAnewAndThenByOneLook() {
        recorded.deploy();
        recorded.world.stack.heal();
        recorded.world.stack.looks = 0;

        recorded.deploy();
        int window = recorded.world.stack.looks;
        recorded.world.stack.looks = 0;
        recorded.deploy();

        assertThat(window).isGreaterThan(1);
        assertThat(recorded.world.stack.looks).isOne();
        assertThat(recorded.newest().end().orElseThrow().result()).isEqualTo(Result.UNCHANGED);
    }

    @Test
    void deploy_whoseRolloutFails_isRecordedWithItsCauseInParts() {
        recorded.deploy();
        recorded.edition("ami-2");
        recorded.world.stack.refusesLaunches = true;

        assertThat(recorded.deploy()).isEqualTo(3);

        End end = recorded.newest().end().orElseThrow();
        assertThat(end.result()).isEqualTo(Result.FAILED);
        assertThat(end.failure().orElseThrow().cause()).isEqualTo("QUOTA_EXCEEDED");
        assertThat(end.failure().orElseThrow().summary()).doesNotContain("FAILED");
        assertThat(end.failure().orElseThrow().evidence())
                .anySatisfy(line -> assertThat(line).contains("vCPU limit of 32"));
        assertThat(end.failure().orElseThrow().cure()).isNotEmpty();
        assertThat(end.facts().text(Name.IMAGE_ID)).isEqualTo("ami-2");
        assertThat(recorded.world.errors()).singleElement().asString().startsWith("error: QUOTA_EXCEEDED: ");
        assertThat(recorded.holder()).isEmpty();
    }

    @Test
    void deploy_whoseBakeFails_isRecordedWithTheLineThatIsShown() {
        recorded.world.results.put("packer build", ToolResult.exited("build", 1));
        recorded.world.output.put("packer build", List.of("1,amazon-ebs.webapp,error,it broke"));

        assertThat(recorded.deploy("--fresh")).isEqualTo(1);

        End end = recorded.newest().end().orElseThrow();
        assertThat(end.result()).isEqualTo(Result.FAILED);
        assertThat(end.failure().orElseThrow().summary()).isEqualTo("packer build failed: it broke");
        assertThat(end.facts().phases()).containsOnlyKeys("bake");
    }

    @Test
    void deploy_thatIsStoppedInItsRollout_isRecordedAsAborted() {
        recorded.deploy();
        recorded.edition("ami-2");
        recorded.world.stack.atLook = () -> {
            if (recorded.world.stack.applied().get("image_id").equals("ami-2")) {
                recorded.world.interrupts.interrupt();
            }
        };

        assertThat(recorded.deploy()).isEqualTo(130);

        End end = recorded.newest().end().orElseThrow();
        assertThat(end.result()).isEqualTo(Result.ABORTED);
        assertThat(end.failure().orElseThrow().cause()).isEqualTo("ABORTED");
        assertThat(recorded.holder()).isEmpty();
    }

    @Test
    void deploy_thatNobodyAgreesTo_isRecordedAsAborted() {
        recorded.world.answer = Optional.of("no");

        assertThat(recorded.world.run("deploy", "-e", "demo")).isEqualTo(2);

        End end = recorded.newest().end().orElseThrow();
        assertThat(end.result()).isEqualTo(Result.ABORTED);
        assertThat(end.failure().orElseThrow().summary()).isEqualTo("not approved: nothing was changed");
        assertThat(end.facts().phases()).containsOnlyKeys("bake", "plan", "approve");
    }

    @Test
    void deploy_thatFailsInAnUnexpectedWay_isRecordedAndGivesTheEnvironmentBack() {
        recorded.world.stack.atTerraform = phase -> {
            throw new IllegalStateException("a mistake of ours");
        };

        recorded.deploy();

        assertThat(recorded.newest().end().orElseThrow().failure().orElseThrow().summary())
                .isEqualTo("unexpected: java.lang.IllegalStateException: a mistake of ours");
        assertThat(recorded.holder()).isEmpty();
    }

    @Test
    void deploy_whoseRecordCannotBeEnded_succeedsAndSaysSo() {
        recorded.world.stack.atLook = () -> recorded.world.bucket.beforeWrite = () -> {
            throw new AwsFailure(
                    AwsFailure.Kind.ACCESS_DENIED, "s3:PutObject", "AccessDenied", "s3:PutObject: AccessDenied", null);
        };

        assertThat(recorded.deploy()).isZero();

        assertThat(recorded.said())
                .contains("release 1 of demo is healthy, but its record has no end and reads crashed: s3:PutObject");
        assertThat(recorded.newest().end()).isEmpty();
    }

    @Test
    void deploy_withLocalState_recordsNothing() {
        assertThat(recorded.deploy("--local-state")).isZero();

        assertThat(recorded.world.bucket.objects).isEmpty();
    }

    @Test
    void deploy_inADirectoryWhoseBucketIsGone_makesItAndRecords() throws IOException {
        recorded.world.bucket.exists = false;
        recorded.world.bucketExists = false;
        recorded.world.atBucketCreation = () -> recorded.world.bucket.exists = true;
        Path record = Files.createDirectories(directory.resolve(".work/web/demo/terraform"))
                .resolve("terraform.tfstate");
        Files.writeString(
                record,
                """
                {"backend":{"type":"s3","config":{"bucket":"ami-deploy-state-123456789012-eu-central-1",
                 "key":"web/demo/terraform.tfstate","region":"eu-central-1","use_lockfile":true,"encrypt":true,"max_retries":25,"acl":null}}}
                """);
        recorded.world.answer = Optional.of("yes");

        assertThat(recorded.deploy()).as(recorded.said()).isZero();

        assertThat(recorded.newest().end().orElseThrow().result()).isEqualTo(Result.HEALTHY);
    }

    @Test
    void deploy_inACheckout_recordsWhatIsCheckedOut() throws IOException {
        Path git = directory.resolve("programs/git");
        Files.writeString(
                git, "#!/bin/sh\n[ \"$*\" = \"-C " + directory + " rev-parse --verify HEAD\" ] && echo 4ead\n");
        assertThat(git.toFile().setExecutable(true)).isTrue();

        recorded.deploy();

        assertThat(recorded.newest().begin().runCommit()).isEqualTo("4ead");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    fatal: not a git repository (or any of the parent directories): .git | false
                    fatal: detected dubious ownership in repository at '/srv'            | true
                    fatal: not a git repository: /elsewhere/.git/worktrees/mine          | true
                    """)
    void deploy_whereGitTellsNoCommit_recordsNoneAndSaysWhyInACheckout(String words, boolean said) throws IOException {
        Path git = directory.resolve("programs/git");
        Files.writeString(git, "#!/bin/sh\necho \"" + words + "\" >&2\nexit 128\n");
        assertThat(git.toFile().setExecutable(true)).isTrue();

        recorded.deploy();

        assertThat(recorded.newest().begin().runCommit()).isEmpty();
        assertThat(recorded.said().contains("is not known to the release: " + words.substring("fatal: ".length())))
                .isEqualTo(said);
    }

    @Test
    void end_isToldToWhomTheVariablesFileNames() throws IOException {
        named();

        recorded.deploy();

        assertThat(recorded.world.announcements)
                .singleElement()
                .extracting(Announcement::subject)
                .isEqualTo("web-demo release 1 (deployment) healthy");
        assertThat(recorded.said()).doesNotContain("warning");
    }

    @Test
    void end_thatNobodyHears_isOneWarningAndNoFailure() throws IOException {
        named();
        recorded.world.deafness = Optional.of("topic releases was not told of the release: no");

        assertThat(recorded.deploy()).isZero();

        assertThat(recorded.said()).contains("warning: topic releases was not told of the release: no");
    }

    @Test
    void end_isToldToNobodyWhereNobodyIsNamed() {
        recorded.deploy();

        assertThat(recorded.world.announcements).isEmpty();
    }

    private void named() throws IOException {
        recorded.world.variables("app = \"web\"\nenvironment = \"demo\"\nregion = \"eu-central-1\"\n"
                + "release_topic_arn = \"arn:aws:sns:eu-central-1:123456789012:releases\"\n");
    }
}
