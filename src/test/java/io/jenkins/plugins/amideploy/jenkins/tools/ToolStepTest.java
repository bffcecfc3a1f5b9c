package io.jenkins.plugins.amideploy.jenkins.tools;

import static io.jenkins.plugins.amideploy.jenkins.ToolPipelines.finished;
import static io.jenkins.plugins.amideploy.jenkins.ToolPipelines.job;
import static io.jenkins.plugins.amideploy.jenkins.ToolPipelines.withKeys;
import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.Result;
import io.jenkins.plugins.amideploy.engine.Tags;
import io.jenkins.plugins.amideploy.jenkins.EmbeddedAws;
import io.jenkins.plugins.amideploy.jenkins.FakeTools;
import io.jenkins.plugins.amideploy.jenkins.OneController;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.jvnet.hudson.test.JenkinsRule;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.Tag;

/** The tool steps in pipelines, with programs that stand in for Packer and Terraform, and the embedded AWS. */
@ExtendWith(OneController.class)
@Execution(ExecutionMode.CONCURRENT)
class ToolStepTest {
    @RegisterExtension
    static final EmbeddedAws AWS = EmbeddedAws.withRecords();

    @TempDir
    Path directory;

    private JenkinsRule r;
    private FakeTools tools;

    @BeforeEach
    void setUp(JenkinsRule rule) throws Exception {
        r = rule;
        tools = new FakeTools(directory.resolve("tools"));
    }

    @Test
    void bakeAmi_returnsTheImageAndLeavesNothingBehind() throws Exception {
        WorkflowRun run = run(
                Result.SUCCESS,
                "def i = bakeAmi 'demo'\n echo \"${i.amiId} ${i.region} ${i.source} ${i.tags} ${i.snapshotIds}\"\n"
                        + "echo \"${i.reused} ${i.fingerprint.length()} ${i.baseAmiId} ${i.commit} ${i.appVersion}\"");

        r.assertLogContains("ami-0123456789abcdef0 us-east-1 ami-00000000000000ba5 [:] []", run);
        r.assertLogContains("false 64 ami-00000000000000ba5 c0ffee0123456789 v7", run);
        r.assertLogContains("a remark of the survey", run);
        r.assertLogContains("base: creating instance", run);
        r.assertLogContains("bake: creating instance", run);
        assertThat(tools.notes())
                .containsExactly(
                        "python3 survey",
                        "packer init",
                        "done init",
                        "packer base-build",
                        "done base-build",
                        "packer build",
                        "done build");
        Path workspace = workspace(run);
        assertThat(temporary(workspace)).isEmpty();
        assertThat(workspace.resolve(".work/web/demo/logs"))
                .isDirectoryContaining("glob:**packer-base-build.log")
                .isDirectoryContaining("glob:**packer-build.log")
                .isDirectoryNotContaining(file -> file.toFile().length() == 0);
    }

    @Test
    void bakeAmi_thatFails_endsWithTheCauseAsTheLastThingInTheLog() throws Exception {
        Files.createFile(tools.directory().resolve("fail"));

        WorkflowRun run = run(Result.FAILURE, "bakeAmi 'demo'");

        assertThat(run.getLog(10)).anySatisfy(line -> assertThat(line)
                .contains("ERROR: TOOL_FAILED: packer build failed: the base image is not there"));
        assertThat(temporary(workspace(run))).isEmpty();
    }

    @Test
    void bakeAmi_ofWhatIsThere_reusesItUnlessItIsToBeFresh() throws Exception {
        // An image that no other test can take for its own.
        String page = "writeFile file: 'image.yml', text: 'packages: [reusable]'\n";
        String fingerprint = page + "def f = bakeAmi('demo').fingerprint\n";
        WorkflowRun first = run(Result.SUCCESS, fingerprint + "echo \"fingerprint=${f}\"");
        String found = first.getLog(1000).stream()
                .filter(line -> line.startsWith("fingerprint="))
                .findFirst()
                .orElseThrow()
                .substring("fingerprint=".length());
        String amiId = registered(found);

        WorkflowRun run = run(
                Result.SUCCESS,
                page
                        + """
                def i = bakeAmi 'demo'
                echo "${i.amiId} ${i.reused} ${i.baseAmiId} ${i.commit} ${i.snapshotIds.size()}"
                echo "fresh ${bakeAmi(environment: 'demo', fresh: true).reused}"
                """);

        r.assertLogContains(amiId + " true ami-base c0ffee0123456789 1", run);
        r.assertLogContains("Reused " + amiId + " (reusable) of ", run);
        r.assertLogContains("fresh false", run);
        assertThat(tools.count("packer build")).isEqualTo(2);
    }

    /** An image in the account that says it is an application layer of this fingerprint. */
    private static String registered(String fingerprint) throws Exception {
        try (Ec2Client ec2 = AWS.client(Ec2Client.builder())) {
            String instance = ec2.runInstances(
                            request -> request.imageId(ec2.describeImages(any -> any.owners("136693071363"))
                                            .images()
                                            .get(0)
                                            .imageId())
                                    .instanceType("t3.small")
                                    .minCount(1)
                                    .maxCount(1))
                    .instances()
                    .get(0)
                    .instanceId();
            ec2.waiter().waitUntilInstanceRunning(started -> started.instanceIds(instance));
            String amiId = ec2.createImage(
                            request -> request.instanceId(instance).name("reusable"))
                    .imageId();
            Map<String, String> tags = Map.of(
                    Tags.APP, "web",
                    Tags.LAYER, "application",
                    Tags.FINGERPRINT, fingerprint,
                    Tags.BASE_BAKED_AT, Instant.now().toString(),
                    Tags.BASE_IMAGE, "ami-base web-base-1");
            ec2.createTags(request -> request.resources(amiId)
                    .tags(tags.entrySet().stream()
                            .map(tag -> Tag.builder()
                                    .key(tag.getKey())
                                    .value(tag.getValue())
                                    .build())
                            .toList()));
            ec2.waiter().waitUntilImageAvailable(request -> request.imageIds(amiId));
            return amiId;
        }
    }

    @Test
    void bakeAmi_whatImagesAreMadeFrom_isReadFromTheApplicationsPage() throws Exception {
        run(
                Result.SUCCESS,
                """
                writeFile file: 'shop/image.yml', text: 'base_image: amazon-linux-2023\\npackages: [libpq5]\\n'
                bakeAmi environment: 'demo', imageFile: 'shop/image.yml', applicationDirectory: 'shop/code'
                """);

        assertThat(Files.readAllLines(tools.directory().resolve("argv-build")))
                .contains("-var=ssh_username=ec2-user", "-var=packages=[\"libpq5\"]")
                .anyMatch(argument -> argument.matches("-var=application_dir=/.*/shop/code"));
    }

    @Test
    void recipes_ofThePlugin_areUnpackedOnce_andWhatACrashLeftGoes() throws Exception {
        WorkflowRun run = run(
                Result.SUCCESS,
                """
                writeFile file: '.work/recipes/.left/half', text: ''
                writeFile file: '.work/recipes/.now/half', text: ''
                sh 'touch -d "2 hours ago" .work/recipes/.left'
                bakeAmi 'demo'
                def recipes = deployRecipes()
                writeFile file: "${recipes}/seen", text: ''
                terraformPlan environment: 'demo', amiId: 'ami-1', createStateBucket: true
                echo "the same ${recipes == deployRecipes()}"
                """);

        r.assertLogContains("the same true", run);
        Path recipes = workspace(run).resolve(".work/recipes");
        assertThat(tools.workedIn("build"))
                .hasParent(recipes)
                .isDirectoryContaining("glob:**/seen")
                .isEqualTo(tools.workedIn("terraform-plan").getParent());
        for (String file : List.of(
                "ansible/survey.py",
                "packer/image.pkr.hcl",
                "resources/tooling/Dockerfile",
                "terraform/.terraform.lock.hcl",
                "tools/requirements.txt")) {
            assertThat(tools.workedIn("build").resolve(file)).isRegularFile();
        }
        assertThat(recipes.resolve(".now")).exists();
        assertThat(recipes.resolve(".left")).doesNotExist();
        assertThat(recipes).isDirectoryNotContaining("glob:**/.??????????*");
    }

    @Test
    void recipes_ofADirectory_replaceThoseOfThePlugin() throws Exception {
        WorkflowRun run = run(
                Result.SUCCESS,
                """
                for (part in ['ansible', 'packer', 'terraform']) { writeFile file: "ours/${part}/x", text: '' }
                def names = ['app', 'environment', 'region', 'state_bucket']
                writeFile file: 'ours/terraform/names.tf', text: names.collect { "variable \\"${it}\\" {}" }.join('\\n')
                bakeAmi environment: 'demo', recipes: 'ours'
                terraformPlan environment: 'demo', recipes: 'ours', amiId: 'ami-1', createStateBucket: true
                echo "recipes of ${deployRecipes(recipes: 'ours')}"
                """);

        Path ours = workspace(run).resolve("ours");
        assertThat(tools.workedIn("build")).isEqualTo(ours);
        assertThat(tools.workedIn("terraform-plan")).isEqualTo(ours.resolve("terraform"));
        r.assertLogContains("recipes of " + ours, run);
        assertThat(workspace(run).resolve(".work/recipes")).doesNotExist();
    }

    @Test
    void recipes_thatAreNone_orHaveNoPlace_endTheStepBeforeAnythingStarts() throws Exception {
        r.assertLogContains(
                "/ours has no directory ansible", run(Result.FAILURE, "bakeAmi environment: 'demo', recipes: 'ours'"));
        WorkflowRun run = run(Result.FAILURE, "writeFile file: '.work/recipes', text: 'in the way'\n bakeAmi 'demo'");
        r.assertLogContains("ERROR: TOOL_FAILED: the plugin's recipes cannot be unpacked below " + workspace(run), run);
        assertThat(tools.notes()).isEmpty();
    }

    @Test
    void bakeAmi_malformedPage_isRefusedBeforeAnythingStarts() throws Exception {
        WorkflowRun run =
                run(Result.FAILURE, "writeFile file: 'image.yml', text: 'packages: [a'\n bakeAmi environment: 'demo'");

        r.assertLogContains("ERROR: SURVEY_REFUSED: image.yml: line 1: not YAML: while parsing a flow sequence", run);
        assertThat(tools.notes()).isEmpty();
    }

    @Test
    void bakeAmi_surveyThatFails_saysWhy() throws Exception {
        Files.createFile(tools.directory().resolve("fail-survey"));

        r.assertLogContains(
                "ERROR: TOOL_FAILED: python3 survey failed: webapp: no such directory",
                run(Result.FAILURE, "bakeAmi 'demo'"));
    }

    @Test
    void terraformPlanAndApply_applyExactlyWhatWasPlanned() throws Exception {
        WorkflowRun run = run(
                Result.SUCCESS,
                """
                def p = terraformPlan environment: 'demo', amiId: 'ami-1', createStateBucket: true
                echo "plan ${p.hasChanges} ${p.addCount} ${p.change}"
                def s = terraformApply environment: 'demo', planSha256: p.planSha256
                echo "stack ${s.url} ${s.asgName} ${s.launchTemplateVersion} ${s.targetGroupArns}"
                """);

        r.assertLogContains("plan true 1 [aws_launch_template.web]", run);
        r.assertLogContains("stack http://127.0.0.9 web-demo 3 [arn:aws:1]", run);
        r.assertLogNotContains("CANARY", run);
        assertThat(Files.readString(run.getRootDir().toPath().resolve("build.xml")))
                .doesNotContain("CANARY");
    }

    /** Also where a regular expression over the file's text would see something else: comments, maps, spaces. */
    @Test
    void terraformPlan_returnsWhatTheVariablesFileSays() throws Exception {
        WorkflowRun run = run(
                Result.SUCCESS,
                """
                def p = terraformPlan environment: 'demo', amiId: 'ami-1', createStateBucket: true
                echo "asks ${p.app} ${p.region} ${p.requireApproval instanceof Boolean} ${p.requireApproval}"
                writeFile file: 'environments/demo.pkrvars.hcl', text: '''
                    /* app = "old"
                    require_approval = true */
                    app="web"
                    environment = "demo" // here
                    region      = "us-east-1" # of all
                    require_approval=false # nobody waits
                    extra_tags = {
                      region = "none"
                    }
                '''
                def q = terraformPlan environment: 'demo', amiId: 'ami-1', createStateBucket: true
                echo "asks not ${q.app} ${q.region} ${q.requireApproval}"
                """);

        r.assertLogContains("asks web us-east-1 true true", run);
        r.assertLogContains("asks not web us-east-1 false", run);
    }

    @Test
    void mistypedVariable_isRefusedBeforeAToolIsStarted() throws Exception {
        WorkflowRun run = run(
                Result.FAILURE,
                """
                def known = readFile('environments/demo.pkrvars.hcl')
                writeFile file: 'environments/demo.pkrvars.hcl', text: known + 'max_sze = 3\\n'
                terraformPlan environment: 'demo', amiId: 'ami-1', createStateBucket: true
                """);

        r.assertLogContains("max_sze is no variable: is max_size meant?", run);
        assertThat(tools.notes()).isEmpty();
    }

    @Test
    void terraformApply_planThatWasChanged_isRefused() throws Exception {
        WorkflowRun run = run(
                Result.FAILURE,
                """
                def p = terraformPlan environment: 'demo', amiId: 'ami-1', createStateBucket: true
                writeFile file: '.work/web/demo/stack.tfplan', text: 'another'
                terraformApply environment: 'demo', planSha256: p.planSha256
                """);

        r.assertLogContains("is not the file that was shown", run);
        assertThat(tools.notes()).doesNotContain("terraform apply");
    }

    @Test
    void terraformDestroy_plansAndDestroys() throws Exception {
        run(Result.SUCCESS, "terraformDestroy environment: 'demo', createStateBucket: true");

        assertThat(tools.notes()).containsSubsequence("done plan", "done apply");
    }

    @Test
    void anyToolStep_withoutTheProgram_saysWhichOneIsMissing() throws Exception {
        Path bare = Files.createDirectory(directory.resolve("bare"));
        for (String program : List.of("sh", "nohup", "cp", "mv", "touch", "sleep", "mkdir", "setsid")) {
            Files.createSymbolicLink(bare.resolve(program), Path.of("/usr/bin", program));
        }

        WorkflowRun run = run(Result.FAILURE, "withEnv(['PATH=" + bare + "']) { bakeAmi 'demo' }");

        r.assertLogContains("python3 not found on PATH", run);
    }

    @Test
    void bakeAmi_otherEnvironmentInTheFile_isRefusedBeforeAnythingStarts() throws Exception {
        WorkflowRun run =
                run(Result.FAILURE, "bakeAmi environment: 'prod', variablesFile: 'environments/demo.pkrvars.hcl'");

        r.assertLogContains("environment is \"demo\", but \"prod\" was asked for", run);
        assertThat(tools.notes()).isEmpty();
    }

    private WorkflowRun run(Result expected, String lines) throws Exception {
        return finished(r, job(r, AWS, tools, withKeys(lines)).scheduleBuild2(0).waitForStart(), expected);
    }

    private Path workspace(WorkflowRun run) {
        return r.jenkins
                .getRootDir()
                .toPath()
                .resolve("workspace")
                .resolve(run.getParent().getName());
    }

    private static List<Path> temporary(Path workspace) throws Exception {
        Path temporary = workspace.resolveSibling(workspace.getFileName() + "@tmp");
        if (!Files.isDirectory(temporary)) {
            return List.of();
        }
        try (var files = Files.list(temporary)) {
            return files.toList();
        }
    }
}
