package io.jenkins.plugins.amideploy.jenkins.execution;

import static io.jenkins.plugins.amideploy.jenkins.ToolPipelines.finished;
import static io.jenkins.plugins.amideploy.jenkins.ToolPipelines.job;
import static io.jenkins.plugins.amideploy.jenkins.ToolPipelines.withKeys;
import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.Result;
import io.jenkins.plugins.amideploy.jenkins.EmbeddedAws;
import io.jenkins.plugins.amideploy.jenkins.FakeTools;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** The tool steps in pipelines, with programs that stand in for Packer and Terraform, and the embedded AWS. */
@WithJenkins
class ToolStepTest {
    @RegisterExtension
    static final EmbeddedAws AWS = new EmbeddedAws();

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
                "def i = bakeAmi 'demo'\n echo \"${i.amiId} ${i.region} ${i.source} ${i.tags} ${i.snapshotIds}\"");

        r.assertLogContains("ami-0123456789abcdef0 us-east-1 ami-base [:] []", run);
        r.assertLogContains("bake: creating instance", run);
        assertThat(tools.notes())
                .containsExactly(
                        "packer init", "done init", "packer validate", "done validate", "packer build", "done build");
        Path workspace = workspace(run);
        assertThat(temporary(workspace)).isEmpty();
        assertThat(workspace.resolve(".work/web/demo/logs"))
                .isDirectoryContaining("glob:**packer-build.log")
                .isDirectoryNotContaining(file -> file.toFile().length() == 0);
    }

    @Test
    void bakeAmi_thatFails_endsWithTheCauseAsTheLastThingInTheLog() throws Exception {
        Files.createFile(tools.directory().resolve("fail"));

        WorkflowRun run = run(Result.FAILURE, "bakeAmi 'demo'");

        assertThat(run.getLog(10)).anySatisfy(line -> assertThat(line)
                .contains("ERROR: packer build failed: the base image is not there"));
        assertThat(temporary(workspace(run))).isEmpty();
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

        r.assertLogContains("packer not found on PATH", run);
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
