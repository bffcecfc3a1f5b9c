package io.jenkins.plugins.amideploy.jenkins.tools;

import static io.jenkins.plugins.amideploy.jenkins.ToolPipelines.define;
import static io.jenkins.plugins.amideploy.jenkins.ToolPipelines.finished;
import static org.assertj.core.api.Assertions.assertThat;

import com.cloudbees.jenkins.plugins.awscredentials.AWSCredentialsImpl;
import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import hudson.model.Result;
import io.jenkins.plugins.amideploy.jenkins.Canary;
import io.jenkins.plugins.amideploy.jenkins.Deadline;
import io.jenkins.plugins.amideploy.jenkins.EmbeddedAws;
import io.jenkins.plugins.amideploy.jenkins.OneController;
import io.jenkins.plugins.amideploy.jenkins.credentials.ShortSessions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.Filter;
import software.amazon.awssdk.services.ec2.model.SecurityGroup;
import software.amazon.awssdk.services.elasticloadbalancingv2.ElasticLoadBalancingV2Client;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * The real Packer and Terraform in the container of the tooling image, ended in the middle of their work by others than a person:
 * what they leave in the account is looked at in the embedded AWS, with machines. A person aborts them in tests/jenkins; how a
 * step takes each of these is in {@link ToolAbortTest}.
 */
@ExtendWith(OneController.class)
class RealToolsAbortTest {
    /** A first build of the tooling image downloads half a gigabyte. */
    private static final int BUILD_MINUTES = 30;

    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final Path ROOT = Path.of("").toAbsolutePath();

    /** A machine that is being configured and stays so: nothing is left to luck or to the network. */
    private static final String ENDLESS_PLAYBOOK =
            """
            - hosts: all:!localhost
              gather_facts: false
              tasks:
                - ansible.builtin.raw: touch /tmp/configuring; sleep 3000
            """;

    @RegisterExtension
    static final EmbeddedAws AWS = EmbeddedAws.withMachines();

    private static String image;
    private static Ec2Client ec2;

    @TempDir
    Path directory;

    private JenkinsRule r;
    private Set<String> groupsBefore;

    @BeforeAll
    static void toolingImage() throws Exception {
        Process build = new ProcessBuilder(
                        ROOT.resolve("resources/tooling/build").toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (InputStream out = build.getInputStream()) {
            image = new String(out.readAllBytes(), StandardCharsets.UTF_8).strip();
        }
        assertThat(build.waitFor(BUILD_MINUTES, TimeUnit.MINUTES) && build.exitValue() == 0)
                .as("resources/tooling/build")
                .isTrue();
        ec2 = AWS.client(Ec2Client.builder());
    }

    @AfterAll
    static void close() {
        if (ec2 != null) {
            ec2.close();
        }
    }

    @BeforeEach
    void setUp(JenkinsRule rule) throws Exception {
        r = rule;
        groupsBefore = securityGroups();
        SystemCredentialsProvider provider = SystemCredentialsProvider.getInstance();
        provider.getCredentials().clear();
        provider.getCredentials()
                .add(new AWSCredentialsImpl(CredentialsScope.GLOBAL, "deployer", "test", Canary.SECRET, ""));
        provider.save();
    }

    @Test
    void bakeAmi_whoseTimeIsOver_leavesNothing() throws Exception {
        WorkflowRun run = start(
                "timeout",
                "timeout(time: 60, unit: 'SECONDS') { bakeAmi environment: 'timeout', recipes: '.', credentialsId: 'deployer' }");
        r.waitForMessage("configuring with Ansible", run);
        assertThat(machines("timeout")).hasSize(1);
        assertThat(ec2.describeKeyPairs().keyPairs()).hasSize(1);
        assertThat(Canary.processes()).contains("packer build").doesNotContain(Canary.SECRET);

        finished(r, run, Result.ABORTED);

        r.assertLogContains("Timeout has been exceeded", run);
        assertNothingOfABake("timeout");
    }

    /** What it began with is worth nothing any more when it is to clean up. */
    @Test
    void bakeAmi_abortedAfterItsSessionExpired_leavesNothing() throws Exception {
        ShortSessions sessions = new ShortSessions("short");
        SystemCredentialsProvider.getInstance().getCredentials().add(sessions);
        WorkflowRun run = start("session", "bakeAmi environment: 'session', recipes: '.', credentialsId: 'short'");
        r.waitForMessage("configuring with Ansible", run);
        int begunWith = sessions.issued();
        // A session is replaced at half of its time, so by the second one after it it has expired.
        Deadline.await(LIMIT, "new sessions", () -> sessions.issued() > begunWith + 1);
        for (int number = 1; number <= begunWith; number++) {
            AWS.fault("expire-credentials", ShortSessions.keyId(number));
        }

        run.doStop();

        finished(r, run, Result.ABORTED);
        assertNothingOfABake("session");
    }

    @Test
    void terraformApply_siblingThatFails_releasesItsLockAndKeepsTheState() throws Exception {
        Path failure = directory.resolve("failure");
        WorkflowRun run = start(
                "sibling",
                "parallel failFast: true, apply: {\n" + apply("sibling")
                        + "\n}, other: { waitUntil(initialRecurrencePeriod: 100, quiet: true) { fileExists '" + failure
                        + "' }\n error 'the sibling failed' }");
        awaitBalancer("web-sibling");
        assertThat(locks()).hasSize(1);
        assertThat(Canary.processes()).contains("terraform apply").doesNotContain(Canary.SECRET);

        Files.createFile(failure);

        finished(r, run, Result.FAILURE);
        assertUnlockedWithState("sibling");
    }

    private WorkflowRun start(String environment, String step) throws Exception {
        String variables = AWS.environment().entrySet().stream()
                .filter(entry -> !entry.getKey().matches("AWS_(ACCESS|SECRET).*|TF_CLI_CONFIG_FILE"))
                .map(entry -> "'" + entry.getKey() + "=" + entry.getValue() + "'")
                .collect(Collectors.joining(", "));
        return define(
                        r,
                        """
                        node {
                            sh 'for part in ansible environments packer terraform; do cp -R %s/$part .; done'
                            writeFile file: 'environments/%s.pkrvars.hcl', text: 'app = "web"\\nenvironment = "%s"\\nregion = "us-east-1"\\n'
                            writeFile file: 'image.yml', text: 'directory: web'
                            writeFile file: 'web/Procfile', text: 'web: sleep infinity'
                            writeFile file: 'ansible/base.yml', text: '''%s'''
                            withEnv([%s, 'GIT_COMMIT=0123456789abcdef0123456789abcdef01234567']) {
                                withDockerContainer(image: '%s', args: '--network host -v %s:%s') {
                                    %s
                                }
                            }
                        }
                        """
                                .formatted(
                                        ROOT,
                                        environment,
                                        environment,
                                        ENDLESS_PLAYBOOK,
                                        variables,
                                        image,
                                        directory,
                                        directory,
                                        step))
                .scheduleBuild2(0)
                .waitForStart();
    }

    private static String apply(String environment) {
        String base = ec2.describeImages(request -> request.owners("136693071363"))
                .images()
                .get(0)
                .imageId();
        return "terraformApply environment: '" + environment + "', amiId: '" + base
                + "', recipes: '.', credentialsId: 'deployer', createStateBucket: true";
    }

    private static void awaitBalancer(String name) throws Exception {
        try (ElasticLoadBalancingV2Client balancing = AWS.client(ElasticLoadBalancingV2Client.builder())) {
            Deadline.await(
                    LIMIT, "load balancer " + name, () -> balancing.describeLoadBalancers().loadBalancers().stream()
                            .anyMatch(balancer -> balancer.loadBalancerName().equals(name)));
        }
    }

    private void assertNothingOfABake(String environment) throws IOException {
        assertThat(Canary.filesBelow(r.jenkins.getRootDir().toPath())).isEmpty();
        assertThat(machines(environment)).as("machines").isEmpty();
        assertThat(ec2.describeKeyPairs().keyPairs()).as("key pairs").isEmpty();
        assertThat(securityGroups()).as("security groups").isEqualTo(groupsBefore);
    }

    private void assertUnlockedWithState(String environment) throws IOException {
        assertThat(Canary.filesBelow(r.jenkins.getRootDir().toPath())).isEmpty();
        assertThat(locks()).as("locks").isEmpty();
        assertThat(objects()).contains("web/" + environment + "/terraform.tfstate");
    }

    /** Ids of the machines of an environment that are not terminated, or about to be. */
    private static List<String> machines(String environment) {
        return ec2
                .describeInstances(request -> request.filters(
                        Filter.builder()
                                .name("tag:ami-deploy:environment")
                                .values(environment)
                                .build(),
                        Filter.builder()
                                .name("instance-state-name")
                                .values("pending", "running", "stopping", "stopped")
                                .build()))
                .reservations()
                .stream()
                .flatMap(reservation -> reservation.instances().stream())
                .map(instance -> instance.instanceId())
                .toList();
    }

    private static Set<String> securityGroups() {
        return ec2.describeSecurityGroups().securityGroups().stream()
                .map(SecurityGroup::groupId)
                .collect(Collectors.toSet());
    }

    private static List<String> locks() {
        return objects().stream().filter(key -> key.endsWith(".tflock")).toList();
    }

    private static List<String> objects() {
        try (S3Client s3 = AWS.client(S3Client.builder().forcePathStyle(true))) {
            return s3.listBuckets().buckets().stream()
                    .flatMap(bucket -> s3.listObjectsV2(request -> request.bucket(bucket.name())).contents().stream())
                    .map(S3Object::key)
                    .toList();
        }
    }
}
