package io.jenkins.plugins.amideploy.jenkins.credentials;

import static io.jenkins.plugins.amideploy.jenkins.ToolPipelines.finished;
import static io.jenkins.plugins.amideploy.jenkins.ToolPipelines.job;
import static org.assertj.core.api.Assertions.assertThat;

import com.cloudbees.jenkins.plugins.awscredentials.AWSCredentialsImpl;
import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import hudson.model.Result;
import io.jenkins.plugins.amideploy.jenkins.EmbeddedAws;
import io.jenkins.plugins.amideploy.jenkins.FakeTools;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** Where a secret key goes that a tool works with, and where it does not. The fake packer prints it, as a careless one might. */
@WithJenkins
class ToolCredentialsTest {
    private static final String CANARY = "CanarySecretKey0123456789abcdefABCDEF99";

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
        SystemCredentialsProvider provider = SystemCredentialsProvider.getInstance();
        provider.getCredentials()
                .add(new AWSCredentialsImpl(CredentialsScope.GLOBAL, "deployer", "AKIATEST", CANARY, "canary"));
        provider.save();
    }

    @Test
    void bakeAmi_withCredentials_packerGetsThemAndNobodyElseSeesThem() throws Exception {
        tools.hold("build");
        WorkflowRun run = job(
                        r,
                        AWS,
                        tools,
                        "bakeAmi environment: 'demo', credentialsId: 'deployer'\n archiveArtifacts '.work/**'")
                .scheduleBuild2(0)
                .waitForStart();
        tools.awaitHeld("build");

        assertThat(tools.directory().resolve("keys-build")).content().contains("AKIATEST", CANARY);
        assertThat(tools.directory().resolve("env-build")).content().doesNotContain(CANARY);
        assertThat(processes()).contains("packer").doesNotContain(CANARY);
        r.waitForMessage("instance is", run);
        Path root = r.jenkins.getRootDir().toPath();
        assertThat(filesWithCanary(root.resolve("jobs"))).isEmpty();
        assertThat(filesWithCanary(workspace(run))).isEmpty();
        assertThat(filesWithCanary(temporary(run))).allSatisfy(file -> assertThat(
                        PosixFilePermissions.toString(Files.getPosixFilePermissions(file.getParent())))
                .as(file.toString())
                .isEqualTo("rwx------"));
        tools.release("build");

        finished(r, run, Result.SUCCESS);
        r.assertLogContains("instance is i-0****", run);
        assertThat(run.getArtifacts()).isNotEmpty();
        // Log, build.xml, program.dat, flow nodes and artifacts are below it, and so are fingerprints and the stored
        // credentials.
        assertThat(filesWithCanary(root)).isEmpty();
        assertThat(processes()).doesNotContain(CANARY);
    }

    @Test
    void bakeAmi_withRole_packerGetsASessionThatTellsWhenItEnds() throws Exception {
        finished(
                r,
                job(
                                r,
                                AWS,
                                tools,
                                "bakeAmi environment: 'demo', credentialsId: 'deployer',"
                                        + " roleArn: 'arn:aws:iam::123456789012:role/deploy'")
                        .scheduleBuild2(0)
                        .waitForStart(),
                Result.SUCCESS);

        assertThat(tools.directory().resolve("keys-build"))
                .content()
                .contains("SessionToken", "Expiration")
                .doesNotContain(CANARY);
    }

    private static String processes() throws IOException {
        Process ps = new ProcessBuilder("ps", "-eww", "-o", "args", "e").start();
        return new String(ps.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private Path workspace(WorkflowRun run) {
        return r.jenkins
                .getRootDir()
                .toPath()
                .resolve("workspace")
                .resolve(run.getParent().getName());
    }

    private Path temporary(WorkflowRun run) {
        return workspace(run).resolveSibling(run.getParent().getName() + "@tmp");
    }

    private static java.util.List<Path> filesWithCanary(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return java.util.List.of();
        }
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile)
                    .filter(ToolCredentialsTest::hasCanary)
                    .toList();
        }
    }

    private static boolean hasCanary(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1).contains(CANARY);
        } catch (IOException gone) {
            return false;
        }
    }
}
