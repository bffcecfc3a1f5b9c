package io.jenkins.plugins.amideploy.engine.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.amideploy.engine.AppId;
import io.jenkins.plugins.amideploy.engine.AwsFailure;
import io.jenkins.plugins.amideploy.engine.BakeVariables;
import io.jenkins.plugins.amideploy.engine.Outcome;
import io.jenkins.plugins.amideploy.engine.diagnosis.Cause;
import io.jenkins.plugins.amideploy.engine.diagnosis.Diagnosis;
import io.jenkins.plugins.amideploy.engine.tool.Fixtures;
import io.jenkins.plugins.amideploy.engine.tool.Json;
import io.jenkins.plugins.amideploy.engine.tool.Lookout;
import io.jenkins.plugins.amideploy.engine.tool.Problem;
import io.jenkins.plugins.amideploy.engine.tool.Step;
import io.jenkins.plugins.amideploy.engine.tool.Temporary;
import io.jenkins.plugins.amideploy.engine.tool.TinyJson;
import io.jenkins.plugins.amideploy.engine.tool.ToolCommand;
import io.jenkins.plugins.amideploy.engine.tool.ToolResult;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BakeOperationTest {
    private static final Instant NOW = Instant.parse("2026-11-23T11:48:00.123Z");
    private static final Survey SURVEY = Survey.of(Json.lenient(new TinyJson(), SurveyTest.DOCUMENT));
    private static final ImageSettings SETTINGS = new ImageSettings(
            new ApplicationFiles("webapp", List.of("tests", "**/*.map"), "image/tasks.yml"),
            BaseImage.DEBIAN_12,
            List.of("nginx", "libpq5"),
            List.of("gcc"),
            new Allowances(List.of(5432, 443), true, List.of("@resources")),
            new TrialStart(false, Map.of("DATABASE_URL", "sqlite://")),
            "",
            "",
            "subnet-1",
            7,
            Map.of("team", "a \"${b}\"", "cost", "1"));
    private static final String BASE = Fingerprint.base(FakeImages.UPSTREAM, SURVEY);
    private static final String APP = Fingerprint.application("web", BASE, SURVEY, SETTINGS);
    private static final String BASE_NAME = "web-base-20261123114800-" + BASE.substring(0, 8) + "-7181";
    private static final String NAME = "web-20261123114800-" + APP.substring(0, 8) + "-7181";

    private final FakeImages images = new FakeImages();
    private final List<String> notes = new ArrayList<>();
    private final List<Temporary> made = new ArrayList<>();
    private String instanceType = "t3.small";
    private String healthPath = "/up";
    private String version = "2.0";
    private Memory memory = Memory.none();

    private BakeOperation operation(boolean fresh) {
        BakeRequest request = new BakeRequest(
                new AppId("web", "demo"),
                "us-east-1",
                SETTINGS,
                new BakeVariables(instanceType, healthPath, "200-299"),
                fresh,
                "",
                version,
                "cli-me-1",
                NOW,
                "/recipes",
                "/checkout/webapp",
                "/checkout/image/tasks.yml",
                "/checkout/.work/web/demo");
        return new BakeOperation(request, new TinyJson(), images, memory, notes::add, Lookout.none(), made::add);
    }

    private static ToolResult surveyed() {
        return ToolResult.exited("survey", 0).withDocument(SurveyTest.DOCUMENT);
    }

    private static ToolResult built(String phase, String name, String manifest) {
        return ToolResult.exited(phase, 0)
                .withFiles(Map.of("/checkout/.work/web/demo/manifest-" + name + ".json", manifest));
    }

    private static ToolResult builtImage(String phase, String name, String amiId) {
        return built(
                phase,
                name,
                "{\"builds\":[{\"artifact_id\":\"us-east-1:" + amiId
                        + "\",\"packer_run_uuid\":\"a\"}],\"last_run_uuid\":\"a\"}");
    }

    private ToolCommand next(ToolResult result) {
        return ((Step.Run<Baked>) operation(false).after(result)).command();
    }

    private Outcome<Baked> end(ToolResult result) {
        return ((Step.Done<Baked>) operation(false).after(result)).outcome();
    }

    private Baked baked(ToolResult result) {
        return ((Outcome.Success<Baked>) end(result)).value();
    }

    @Test
    void first_isTheSurvey() {
        assertThat(operation(false).first().commandLine())
                .isEqualTo("python3 ansible/survey.py --application /checkout/webapp --exclude tests --exclude **/*.map"
                        + " --tasks /checkout/image/tasks.yml");
        assertThat(operation(false).first().directory()).isEqualTo("/recipes");
        assertThat(operation(false).first().output()).isEqualTo(ToolCommand.Output.DOCUMENT);
    }

    @Test
    void imageThatIsThere_isReusedWithCommitAndVersionOfNow() {
        images.ours.add(FakeImages.application("ami-there", APP, NOW.minus(Duration.ofDays(3)), NOW));

        Baked baked = baked(surveyed());

        assertThat(baked.image().amiId()).isEqualTo("ami-there");
        assertThat(baked.image().snapshotIds()).containsExactly("snap-ami-there");
        assertThat(baked.reused()).isTrue();
        assertThat(baked.fingerprint()).isEqualTo(APP);
        assertThat(baked.baseAmiId()).isEqualTo("ami-base");
        assertThat(baked.commit()).isEqualTo("c0ffee-dirty");
        assertThat(baked.appVersion()).isEqualTo("2.0");
        assertThat(baked.ageAndContent()).isEqualTo("of 2026-11-20, fingerprint " + APP.substring(0, 12) + "…");
        assertThat(notes).containsExactly("a shallow clone");
    }

    @Test
    void nothingThere_bakesBothLayersWithOneInit() {
        assertThat(next(surveyed()).commandLine()).isEqualTo("packer init packer/");
        assertThat(next(ToolResult.exited("init", 0)).commandLine())
                .isEqualTo(
                        "python3 ansible/wheelhouse.py --ahead --architecture x86_64 /checkout/.work/web/demo/wheelhouse"
                                + " /checkout/webapp --exclude tests --exclude **/*.map --tasks /checkout/image/tasks.yml");
        assertThat(next(ToolResult.exited("requirements", 0)).phase()).isEqualTo("base-build");
        ToolCommand build = next(builtImage("base-build", BASE_NAME, "ami-newbase"));
        assertThat(made)
                .as("claimed before Packer makes it")
                .containsExactly(
                        new Temporary(Temporary.Kind.KEY_PAIR, "packer_" + BASE_NAME),
                        new Temporary(Temporary.Kind.KEY_PAIR, "packer_" + NAME));
        assertThat(build.phase()).isEqualTo("build");
        assertThat(build.arguments())
                .contains("-var=source_ami=ami-newbase", "-var=base_baked_at=2026-11-23T11:48:00Z");

        assertThat(baked(builtImage("build", NAME, "ami-new")).baseAmiId()).isEqualTo("ami-newbase");
        assertThat(notes)
                .containsExactly(
                        "a shallow clone",
                        "base: " + BASE_NAME + ", there is none of fingerprint " + BASE.substring(0, 12) + "…",
                        "bake: " + NAME + " on it",
                        "bake: starts with: waitress-serve shop:app",
                        "bake: start_in_bake is false in image.yml: neither whether the application starts nor what"
                                + " SELinux and the system-call filter deny it is looked at before the rollout");
    }

    @Test
    void baseLayerThere_bakesTheApplicationAlone() {
        images.ours.add(FakeImages.base("ami-base", BASE, NOW.minus(Duration.ofDays(3))));
        next(surveyed());

        ToolCommand build = next(ToolResult.exited("requirements", 0));

        assertThat(build.env()).containsKey("AMI_DEPLOY_APPLICATION_FILES");
        assertThat(build.phase()).isEqualTo("build");
        assertThat(build.arguments())
                .containsExactly(
                        "build",
                        "-color=false",
                        "-machine-readable",
                        "-var=layer=application",
                        "-var=app=web",
                        "-var=environment=demo",
                        "-var=region=us-east-1",
                        "-var=build=cli-me-1",
                        "-var=expires_at=2026-11-23T14:48:00Z",
                        "-var=image_name=" + NAME,
                        "-var=fingerprint=" + APP,
                        "-var=commit=c0ffee-dirty",
                        "-var=app_version=2.0",
                        "-var=source_ami=ami-base",
                        "-var=ssh_username=admin",
                        "-var=base_baked_at=2026-11-20T11:48:00Z",
                        "-var=instance_type=t3.small",
                        "-var=architecture=x86_64",
                        "-var=vpc_id=",
                        "-var=subnet_id=subnet-1",
                        "-var=tags={\"cost\" = \"1\", \"team\" = \"a \\\"$${b}\\\"\"}",
                        "-var=work_dir=/checkout/.work/web/demo",
                        "-var=manifest_path=/checkout/.work/web/demo/manifest-" + NAME + ".json",
                        "-var=application_dir=/checkout/webapp",
                        "-var=exclude=[\"tests\", \"**/*.map\"]",
                        "-var=tasks_file=/checkout/image/tasks.yml",
                        "-var=packages=[\"libpq5\", \"nginx\"]",
                        "-var=build_packages=[\"gcc\"]",
                        "-var=outgoing_ports=[443, 5432]",
                        "-var=writable_memory=true",
                        "-var=system_calls=[\"@resources\"]",
                        "-var=start_in_bake=false",
                        "-var=bake_environment={\"DATABASE_URL\" = \"sqlite://\"}",
                        "-var=health_check_path=/up",
                        "-var=health_check_matcher=200-299",
                        "packer/");
        assertThat(build.keeps()).hasSize(2);
        assertThat(notes).contains("bake: " + NAME + " on base layer ami-base of 2026-11-20");
    }

    /** Git allows such a branch or tag; Packer's tags would be rendered, or the bake fail at its end. */
    @Test
    void versionThatLooksLikeATemplate_isText() {
        version = "{{ 7 }} ${x} {{{ env `HOME` }}}";
        images.ours.add(FakeImages.base("ami-base", BASE, NOW.minus(Duration.ofDays(3))));
        next(surveyed());

        assertThat(next(ToolResult.exited("requirements", 0)).arguments())
                .contains("-var=app_version={ { 7 }} ${x} { { { env `HOME` }}}");
    }

    /** What goes into the play is rendered by Packer and again by Ansible. */
    @Test
    void pathThatLooksLikeATemplate_isRefusedBeforeAnythingIsBaked() {
        healthPath = "/{{ lookup('env', 'HOME') }}";

        assertThat(end(surveyed()))
                .isEqualTo(
                        Outcome.failure(
                                Outcome.Kind.BAD_INPUT,
                                "health_check_path has {{, {% or {#, which Packer and Ansible would take for a template: write it without"));
    }

    @Test
    void baseLayer_isBakedFromTheUpstreamImageWithoutTheApplicationsPackages() {
        next(surveyed());

        assertThat(next(ToolResult.exited("requirements", 0)).arguments())
                .contains(
                        "-var=layer=base",
                        "-var=source_ami=" + FakeImages.UPSTREAM,
                        "-var=fingerprint=" + BASE,
                        "-var=base_baked_at=",
                        "-var=image_name=" + BASE_NAME)
                .noneMatch(argument -> argument.startsWith("-var=packages="));
    }

    @Test
    void armMachines_getABaseImageAndABakeOfTheirArchitecture() {
        images.types.put("t4g.micro", List.of("arm64"));
        instanceType = "t4g.micro";
        next(surveyed());

        assertThat(images.sought).isEqualTo("debian-12-arm64-*");
        assertThat(next(ToolResult.exited("requirements", 0)).arguments())
                .contains("-var=architecture=arm64", "-var=instance_type=t4g.small");
    }

    @Test
    void machinesThatNoImageBootsOn_areRefusedBeforeAnythingIsBaked() {
        instanceType = "t9.small";
        assertThat(end(surveyed()))
                .isEqualTo(Outcome.failure(
                        Outcome.Kind.BAD_INPUT,
                        "instance_type t9.small is not offered in region us-east-1: choose another one"));
        images.types.put("mac1.metal", List.of("x86_64_mac"));
        instanceType = "mac1.metal";
        assertThat(((Outcome.Failure<Baked>) end(surveyed())).message())
                .isEqualTo("instance_type mac1.metal boots images for x86_64_mac only: choose one for x86_64 or arm64");
    }

    @Test
    void versionsThatTheBakeChose_comeWithTheImage() {
        next(surveyed());
        ToolResult built = builtImage("build", NAME, "ami-new");
        Map<String, String> files = new HashMap<>(built.files());
        files.put("/checkout/.work/web/demo/requirements-" + NAME + ".lock", "flask==3.1.1");

        assertThat(baked(built.withFiles(files)).requirementsLock()).isEqualTo("flask==3.1.1");
        assertThat(baked(built).requirementsLock()).isEmpty();
    }

    @Test
    void fresh_bakesBothAlthoughBothAreThere() {
        images.ours.add(FakeImages.base("ami-base", BASE, NOW));
        images.ours.add(FakeImages.application("ami-there", APP, NOW, NOW));

        operation(true).after(surveyed());

        assertThat(next(ToolResult.exited("requirements", 0)).phase()).isEqualTo("base-build");
    }

    /** After a restart of the controller, or when an agent came back: the survey's result is read once more. */
    @Test
    void begunAgain_decidesTheSameWhateverIsThereByThen() {
        next(surveyed());
        List<String> before = next(ToolResult.exited("requirements", 0)).arguments();
        images.ours.add(FakeImages.application("ami-there", APP, NOW, NOW));
        int looks = images.looks;
        notes.clear();

        assertThat(next(surveyed()).phase()).isEqualTo("init");
        assertThat(next(ToolResult.exited("requirements", 0)).arguments()).isEqualTo(before);
        assertThat(images.looks).isEqualTo(looks);
        assertThat(notes).isEmpty();
    }

    @Test
    void begunAgainOnTheNewBaseLayer_goesOnWithTheApplication() {
        next(surveyed());
        next(builtImage("base-build", BASE_NAME, "ami-newbase"));

        assertThat(next(ToolResult.exited("requirements", 0)).arguments()).contains("-var=source_ami=ami-newbase");
    }

    @Test
    void imageBakedBesideIt_isToldAndTheBakeEndsWell() {
        images.ours.add(FakeImages.application("ami-old", APP, NOW, NOW.minus(Duration.ofDays(30))));
        next(surveyed());
        images.ours.add(FakeImages.application("ami-other", APP, NOW, NOW));
        images.ours.add(FakeImages.application("ami-new", APP, NOW, NOW));

        Baked baked = baked(builtImage("build", NAME, "ami-new"));

        assertThat(baked.image().snapshotIds()).containsExactly("snap-ami-new");
        assertThat(baked.beside()).extracting(Image::amiId).containsExactly("ami-other");
        assertThat(notes)
                .contains("ami-other of the same fingerprint was baked at the same time by build b-other; both can be"
                        + " deployed");
    }

    @Test
    void awsThatDoesNotAnswerAfterTheBake_failsNothing() {
        next(surveyed());
        images.failure = new AwsFailure(AwsFailure.Kind.THROTTLED, "ec2:DescribeImages", "x", "too fast", null);

        assertThat(baked(builtImage("build", NAME, "ami-new")).image().amiId()).isEqualTo("ami-new");
        assertThat(notes).contains("snapshots, tags and neighbours of ami-new were not looked up: too fast");
    }

    @Test
    void awsThatDoesNotAnswerBefore_isTheFrontDoorsToBear() {
        images.failure = new AwsFailure(AwsFailure.Kind.THROTTLED, "ec2:DescribeImages", "x", "too fast", null);

        assertThatThrownBy(() -> operation(false).after(surveyed())).isSameAs(images.failure);
    }

    @Test
    void noUpstreamImage_isOneLineWithTheCure() {
        images.published = false;

        assertThat(end(surveyed()))
                .isEqualTo(Outcome.failure(
                        Outcome.Kind.FAILED,
                        Diagnosis.of(
                                Cause.BASE_IMAGE_MISSING,
                                "no available image of debian-12 in region us-east-1 to bake from",
                                List.of("looked for debian-12-amd64-* of owner 136693071363"),
                                "choose another base_image in image.yml, or another region")));
    }

    @Test
    void surveyThatFails_saysItsLastLine() {
        ToolResult failed = ToolResult.exited("survey", 1).withProblems(List.of(Problem.of("survey: no webapp/")));

        assertThat(end(failed))
                .isEqualTo(Outcome.failure(
                        Outcome.Kind.BAD_INPUT,
                        Diagnosis.of(
                                Cause.SURVEY_REFUSED,
                                "no webapp/",
                                List.of(),
                                "docs/images.md says what an application's files have to say")));
    }

    @ParameterizedTest
    @CsvSource({"packer-1.16/manifest.json, ami-d96d77ec797d2dba3", "packer-1.6/manifest.json, ami-9a7e97c39a8574ef2"})
    void afterBuild_readsTheImageFromTheManifest(String manifest, String amiId) {
        next(surveyed());

        assertThat(baked(built("build", NAME, Fixtures.text(manifest))).image().amiId())
                .isEqualTo(amiId);
    }

    @Test
    void manifestOfSeveralRuns_givesTheLastRunsImage() {
        next(surveyed());
        String manifest =
                """
                {"builds":[{"artifact_id":"eu-west-1:ami-old","packer_run_uuid":"a"},
                           {"artifact_id":"eu-west-1:ami-new","packer_run_uuid":"b"}],
                 "last_run_uuid":"b"}
                """;

        assertThat(baked(built("build", NAME, manifest)).image().amiId()).isEqualTo("ami-new");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "{}", "{\"builds\":[],\"last_run_uuid\":\"a\"}", "{\"builds\":[{\"artifact_id\":\"\"}]}"})
    void manifestWithoutImage_fails(String manifest) {
        next(surveyed());

        assertThat(end(built("build", NAME, manifest))).isInstanceOf(Outcome.Failure.class);
        assertThat(end(built("base-build", BASE_NAME, manifest))).isInstanceOf(Outcome.Failure.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"survey", "init", "requirements", "base-build", "build"})
    void anyCommandThatFails_endsTheBake(String phase) {
        assertThat(operation(false).after(ToolResult.exited(phase, 1))).isInstanceOf(Step.Done.class);
    }

    @Test
    void packageThatCannotBeHad_endsTheBakeInPipsWordsBeforeAnInstanceRuns() {
        String said = "pip: No matching distribution found for no-such-package==1.0";

        assertThat(end(ToolResult.exited("requirements", 1).withProblems(List.of(Problem.of(said)))))
                .isInstanceOfSatisfying(
                        Outcome.Failure.class,
                        failure -> assertThat(failure.diagnosis())
                                .isEqualTo(
                                        Diagnosis.of(
                                                Cause.PACKAGE_MISSING,
                                                "no package index has no-such-package==1.0 for this machine",
                                                List.of(said),
                                                "correct name and version in the requirements, or the index (PIP_INDEX_URL, PIP_FIND_LINKS)")));
    }

    @Test
    void stoppedBuild_isInterrupted() {
        assertThat(operation(false).after(ToolResult.exited("base-build", 1).asStopped()))
                .isEqualTo(Step.done(
                        Outcome.failure(Outcome.Kind.INTERRUPTED, "packer base-build was stopped and ended cleanly")));
    }

    @Test
    void progress_saysWhichLayerItIs() {
        String line = "1,,ui,say,==> amazon-ebs.image: Provisioning with Ansible...";

        assertThat(operation(false).parser("base-build").accept(line))
                .hasToString("Optional[base: configuring with Ansible]");
        assertThat(operation(false).parser("build").accept(line))
                .hasToString("Optional[bake: configuring with Ansible]");
    }
}
