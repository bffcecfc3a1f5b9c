package io.jenkins.plugins.amideploy.jenkins.releases;

import static io.jenkins.plugins.amideploy.jenkins.ToolPipelines.finished;
import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.Result;
import io.jenkins.plugins.amideploy.jenkins.Deadline;
import io.jenkins.plugins.amideploy.jenkins.EmbeddedAws;
import io.jenkins.plugins.amideploy.jenkins.OneController;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.jvnet.hudson.test.JenkinsRule;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.KeyPairInfo;

/**
 * What stands and no state knows, as builds treat it: taken up before an apply, removed before a destroy; and what a bake that died had made without a
 * tag. With fake tools and the embedded AWS.
 */
@ExtendWith(OneController.class)
class UnknownToTheStateTest {
    @RegisterExtension
    static final EmbeddedAws AWS = EmbeddedAws.withRecords();

    @TempDir
    Path directory;

    private JenkinsRule r;
    private ReleaseWorld world;

    @BeforeEach
    void setUp(JenkinsRule rule) throws Exception {
        r = rule;
        world = new ReleaseWorld(AWS, directory);
        world.group().create().tag(world.app());
    }

    @AfterEach
    void tearDown() throws Exception {
        world.close();
        AWS.fault("clear");
    }

    private String destroy() {
        return "terraformDestroy environment: '" + world.environment() + "'\n";
    }

    private String planned() throws Exception {
        return Files.readString(world.tools().directory().resolve("argv-terraform-plan"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"terraformPlan", "terraformApply"})
    void whatStandsWithoutAState_isTakenUpByThePlan(String step) throws Exception {
        WorkflowRun run = finished(
                r,
                world.start(
                        r,
                        step + " environment: '" + world.environment() + "', amiId: '"
                                + world.group().image() + "'\n"),
                Result.SUCCESS);

        r.assertLogContains(
                "The state does not know 1 parts of the stack that stand, since an apply was cut off or the state was lost;"
                        + " taking them up: aws_autoscaling_group.web",
                run);
        assertThat(planned())
                .contains("-var=take_up={\"aws_autoscaling_group.web\" = \""
                        + world.group().name() + "\"}\n");
    }

    @Test
    void whatTheStateKnows_isNotTakenUp() throws Exception {
        world.objects()
                .write(
                        "web/" + world.environment() + "/terraform.tfstate",
                        """
                        {"version": 4, "serial": 1, "lineage": "l", "resources": [
                         {"mode": "managed", "type": "aws_autoscaling_group", "name": "web", "instances": [{"attributes": {"id": "%s"}}]},
                         {"mode": "managed", "type": "aws_launch_template", "name": "web", "instances": [{"attributes": {"id": "%s"}}]}]}"""
                                .formatted(world.group().name(), world.group().template()));

        finished(r, world.start(r, world.plan()), Result.SUCCESS);

        assertThat(planned()).doesNotContain("\"aws_");
    }

    @Test
    void destroy_removesItBeforeTerraformBegins() throws Exception {
        world.tools().hold("plan");
        WorkflowRun run = world.start(r, destroy());

        world.tools().awaitHeld("plan");
        assertThat(world.group().isThere()).isFalse();
        r.assertLogContains("removed Auto Scaling group " + world.group().name(), run);

        world.tools().release("plan");
        finished(r, run, Result.SUCCESS);
        assertThat(world.claims().current()).isEmpty();
    }

    @Test
    void destroy_ofWhatAwsKeeps_startsNoTerraform_andSaysSo() throws Exception {
        AWS.fault("deny", "autoscaling:DeleteAutoScalingGroup");

        WorkflowRun run = finished(r, world.start(r, destroy()), Result.FAILURE);

        r.assertLogContains("LEFT_BEHIND: 1 of the stack that the state does not know cannot be removed", run);
        r.assertLogContains("nothing that the state knows was removed", run);
        assertThat(world.tools().notes()).isEmpty();
        assertThat(world.claims().current()).isEmpty();
    }

    @Test
    void planToDestroy_ofAnEnvironmentThatIsNowhere_needsNoTerraform_andSaysWhereItLooked() throws Exception {
        try (ReleaseWorld other = new ReleaseWorld(AWS, directory)) {
            WorkflowRun run = finished(
                    r,
                    other.start(
                            r,
                            "plan = terraformPlan environment: '" + other.environment() + "', destroy: true\n"
                                    + "echo \"none: ${plan.nothingFound}, ${plan.account}, ${plan.region}\"\n"),
                    Result.SUCCESS);

            r.assertLogContains(
                    "nothing found: neither a state nor resources of web in " + other.environment()
                            + " are in account 123456789012, region us-east-1",
                    run);
            r.assertLogContains("none: true, 123456789012, us-east-1", run);
            assertThat(other.tools().notes()).isEmpty();
        }
    }

    @Test
    void planToDestroy_ofWhatOnlyStands_isMade() throws Exception {
        WorkflowRun run = finished(
                r,
                world.start(
                        r,
                        "plan = terraformPlan environment: '" + world.environment() + "', destroy: true\n"
                                + "echo \"none: ${plan.nothingFound}\"\n"),
                Result.SUCCESS);

        r.assertLogContains("none: false", run);
        assertThat(world.tools().notes()).contains("terraform plan");
    }

    @Test
    void whatABakeMakesWithoutATag_isClaimedWhileItRuns_andNoMoreAfterwards() throws Exception {
        String keyPair = "packer_" + UUID.randomUUID();
        String securityGroup = "packer_" + UUID.randomUUID();
        makes(keyPair, securityGroup);
        world.tools().hold("build");
        WorkflowRun run = world.start(r, world.bake());

        world.tools().awaitHeld("build");
        Deadline.await(
                Duration.ofSeconds(60),
                "the claims",
                () -> String.join(" ", claimed(run)).contains(keyPair)
                        && String.join(" ", claimed(run)).contains(securityGroup));

        world.tools().release("build");
        finished(r, run, Result.SUCCESS);
        assertThat(claimed(run)).isEmpty();
    }

    @Test
    void whatABakeThatDiedHadMade_goesWithTheLeftovers_andLookAlikesStay() throws Exception {
        String ours = "packer_" + UUID.randomUUID();
        String theirs = "packer_" + UUID.randomUUID();
        makes(ours, "packer_" + UUID.randomUUID());
        Files.createFile(world.tools().directory().resolve("fail"));
        try (Ec2Client ec2 = AWS.client(Ec2Client.builder())) {
            ec2.createKeyPair(request -> request.keyName(ours));
            ec2.createKeyPair(request -> request.keyName(theirs));
            WorkflowRun bake = finished(r, world.start(r, world.bake()), Result.FAILURE);
            assertThat(claimed(bake)).anyMatch(key -> key.endsWith("/" + ours + ".json"));

            WorkflowRun run = finished(
                    r,
                    world.start(
                            r,
                            "removeLeftovers app: 'web', environment: '" + world.environment() + "', stateBucket: '"
                                    + world.bucket() + "', orphans: true\n"),
                    Result.SUCCESS);

            r.assertLogContains("removed key pair", run);
            r.assertLogContains("0 left behind", run);
            r.assertLogContains("named as Packer names what it makes for a bake", run);
            assertThat(ec2.describeKeyPairs().keyPairs().stream().map(KeyPairInfo::keyName))
                    .contains(theirs)
                    .doesNotContain(ours);
            assertThat(claimed(bake)).isEmpty();
            ec2.deleteKeyPair(request -> request.keyName(theirs));
        }
    }

    private void makes(String keyPair, String securityGroup) throws Exception {
        Files.writeString(
                world.tools().directory().resolve("temporaries"),
                "Creating temporary keypair: " + keyPair + "\nCreating temporary security group for this instance: "
                        + securityGroup + "\n");
    }

    private List<String> claimed(WorkflowRun bake) {
        return world.objects().list("web/bakes/" + world.environment() + "." + BuildOwner.id(bake) + "/");
    }
}
