package io.jenkins.plugins.amideploy.jenkins.credentials;

import static io.jenkins.plugins.amideploy.jenkins.ToolPipelines.finished;
import static io.jenkins.plugins.amideploy.jenkins.ToolPipelines.job;
import static io.jenkins.plugins.amideploy.jenkins.ToolPipelines.withKeys;
import static org.assertj.core.api.Assertions.assertThat;

import com.cloudbees.jenkins.plugins.awscredentials.AWSCredentialsImpl;
import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import hudson.model.Result;
import hudson.util.Secret;
import io.jenkins.plugins.amideploy.jenkins.Canary;
import io.jenkins.plugins.amideploy.jenkins.EmbeddedAws;
import io.jenkins.plugins.amideploy.jenkins.FakeTools;
import io.jenkins.plugins.amideploy.jenkins.OneController;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.jenkinsci.plugins.plaincredentials.impl.StringCredentialsImpl;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;

/** Where a secret key goes that a tool works with, and where it does not. The fake packer prints it, as a careless one might. */
@ExtendWith(OneController.class)
class ToolCredentialsTest {
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
        SystemCredentialsProvider provider = SystemCredentialsProvider.getInstance();
        provider.getCredentials().clear();
        provider.getCredentials()
                .add(new AWSCredentialsImpl(CredentialsScope.GLOBAL, "deployer", "AKIATEST", Canary.SECRET, "canary"));
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

        assertThat(tools.directory().resolve("keys-build")).content().contains("AKIATEST", Canary.SECRET);
        assertThat(tools.directory().resolve("env-build")).content().doesNotContain(Canary.SECRET);
        assertThat(Canary.processes()).contains("packer").doesNotContain(Canary.SECRET);
        r.waitForMessage("instance is", run);
        Path root = r.jenkins.getRootDir().toPath();
        assertThat(Canary.filesBelow(root.resolve("jobs"))).isEmpty();
        assertThat(Canary.filesBelow(workspace(run))).isEmpty();
        assertThat(Canary.filesBelow(temporary(run))).allSatisfy(file -> assertThat(
                        PosixFilePermissions.toString(Files.getPosixFilePermissions(file.getParent())))
                .as(file.toString())
                .isEqualTo("rwx------"));
        tools.release("build");

        finished(r, run, Result.SUCCESS);
        r.assertLogContains("instance is i-0****", run);
        assertThat(run.getArtifacts()).isNotEmpty();
        // Log, build.xml, program.dat, flow nodes and artifacts are below it, and so are fingerprints and the stored
        // credentials.
        assertThat(Canary.filesBelow(root)).isEmpty();
        assertThat(Canary.processes()).doesNotContain(Canary.SECRET);
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
                .doesNotContain(Canary.SECRET);
    }

    @Test
    void bakeAmi_thatMayNotLookAtImages_endsWithTheRefusal() throws Exception {
        AWS.fault("fail", "--code", "UnauthorizedOperation", "--status", "403", "ec2:DescribeImages");
        try {
            WorkflowRun run = job(r, AWS, tools, withKeys("bakeAmi 'demo'"))
                    .scheduleBuild2(0)
                    .waitForStart();
            r.assertLogContains("ec2:DescribeImages: UnauthorizedOperation", finished(r, run, Result.FAILURE));
        } finally {
            AWS.fault("clear");
        }
        assertThat(tools.notes()).containsExactly("python3 survey");
    }

    @Test
    void bakeAmi_thatIsSilentWhileItsKeysExpire_endsWithThatAndNotWithPackersDeadline() throws Exception {
        tools.hold("build");
        WorkflowRun run = job(r, AWS, tools, "bakeAmi environment: 'demo', credentialsId: 'deployer'")
                .scheduleBuild2(0)
                .waitForStart();
        tools.awaitHeld("build");
        AWS.fault("fail", "--code", "ExpiredToken", "--status", "403", "sts:GetCallerIdentity");
        try {
            finished(r, run, Result.FAILURE);
        } finally {
            AWS.fault("clear");
        }

        assertThat(run.getLog(20)).anySatisfy(line -> assertThat(line).contains("ERROR: CREDENTIALS_EXPIRED: "));
        // What it cannot take away without keys is not waited for.
        tools.await("Packer is asked to end", "signal build");
        assertThat(tools.notes()).doesNotContain("done build");
    }

    @Test
    void terraformPlan_variableOfWithCredentials_isMaskedInTheKeptLogToo() throws Exception {
        SystemCredentialsProvider provider = SystemCredentialsProvider.getInstance();
        provider.getCredentials()
                .add(new StringCredentialsImpl(
                        CredentialsScope.GLOBAL, "db", "canary", Secret.fromString(Canary.SECRET)));
        provider.save();

        WorkflowRun run = finished(
                r,
                job(
                                r,
                                AWS,
                                tools,
                                withKeys(
                                        """
                                        withCredentials([string(credentialsId: 'db', variable: 'TF_VAR_db_password')]) {
                                            terraformPlan environment: 'demo', amiId: 'ami-1', createStateBucket: true
                                        }
                                        """))
                        .scheduleBuild2(0)
                        .waitForStart(),
                Result.SUCCESS);

        try (Stream<Path> logs = Files.list(workspace(run).resolve(".work/web/demo/logs"))) {
            assertThat(logs.filter(log -> log.toString().endsWith("terraform-plan.log")))
                    .singleElement()
                    .satisfies(log -> assertThat(log).content().contains("password ****"));
        }
        assertThat(Canary.filesBelow(workspace(run))).isEmpty();
        assertThat(Canary.filesBelow(run.getRootDir().toPath())).isEmpty();
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
}
