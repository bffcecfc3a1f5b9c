package io.jenkins.plugins.amideploy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.amideploy.engine.Variables;
import io.jenkins.plugins.amideploy.engine.doctor.AccountReader.Subnet;
import io.jenkins.plugins.amideploy.engine.doctor.AccountReader.Vpc;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InitCommandTest {
    @TempDir
    Path directory;

    private FakeWorld world;

    @BeforeEach
    void repository() throws IOException {
        world = new FakeWorld(directory);
    }

    private String written(String name) throws IOException {
        return Files.readString(directory.resolve(name));
    }

    private int init(String... more) {
        String[] all = new String[more.length + 5];
        System.arraycopy(new String[] {"init", "--app", "shop", "--region", "eu-central-1"}, 0, all, 0, 5);
        System.arraycopy(more, 0, all, 5, more.length);
        return world.run(all);
    }

    @Test
    void flagsAlone_writeAllThree() throws IOException {
        assertThat(init()).isZero();

        String variables = written("environments/production.pkrvars.hcl");
        Variables read = Variables.parse("f", variables);
        assertThat(read.app().stackName()).isEqualTo("shop-production");
        assertThat(read.region()).isEqualTo("eu-central-1");
        assertThat(variables).contains("# vpc_id = null", "# subnet_ids = []");
        assertThat(written("Jenkinsfile"))
                .hasLineCount(5)
                .contains("deployWebApp(", "environment: 'production',", "credentialsId: 'aws-deploy'");
        assertThat(written(".gitignore")).isEqualTo(".work/\n__pycache__/\n");
        assertThat(world.out.toString())
                .isEqualToIgnoringNewLines("wrote environments/production.pkrvars.hcl\nwrote Jenkinsfile\n"
                        + "wrote .work/ __pycache__/ into .gitignore\n");
        assertThat(world.err.toString()).contains("subnets: 2 subnets of VPC vpc-1 in 2 zones: a, b");
    }

    @Test
    void secondEnvironment_leavesWhatIsThere() throws IOException {
        Files.writeString(directory.resolve("Jenkinsfile"), "mine");
        Files.writeString(directory.resolve(".gitignore"), "__pycache__\n.work/");

        assertThat(init("-e", "stage")).isZero();
        assertThat(written("Jenkinsfile")).isEqualTo("mine");
        assertThat(written(".gitignore")).isEqualTo("__pycache__\n.work/");
        assertThat(world.out.toString()).contains("Jenkinsfile is there already and stays as it is");

        assertThat(init("-e", "stage")).isEqualTo(2);
        assertThat(world.errors())
                .containsExactly(
                        "error: BAD_INPUT: environments/stage.pkrvars.hcl is there already and stays as it is: edit it, or"
                                + " name another environment with -e");
    }

    @Test
    void vpcWithPrivateSubnets_getsAPublicOneOfEachZone() throws IOException {
        world.vpcs = List.of(new Vpc("vpc-2", false));
        world.subnets = List.of(
                new Subnet("subnet-a", "a", true, true, 250),
                new Subnet("subnet-a2", "a", true, true, 250),
                new Subnet("subnet-b", "b", true, true, 250),
                new Subnet("subnet-p", "b", false, true, 250));

        assertThat(init()).isZero();
        assertThat(written("environments/production.pkrvars.hcl"))
                .contains("\nvpc_id = \"vpc-2\"\n", "\nsubnet_ids = [\"subnet-a\", \"subnet-b\"]\n");
    }

    @Test
    void networkThatCannotHoldAStack_isRefusedAndNothingWritten() {
        world.subnets =
                List.of(new Subnet("subnet-a", "a", true, true, 250), new Subnet("subnet-p", "b", false, true, 250));
        assertThat(init()).isEqualTo(2);
        assertThat(init("--vpc-id", "vpc-9")).isEqualTo(2);
        world.vpcs = List.of(new Vpc("vpc-1", false), new Vpc("vpc-2", false));
        assertThat(init()).isEqualTo(2);

        assertThat(world.errors())
                .containsExactly(
                        "error: BAD_INPUT: internet route: subnet-p without a route 0.0.0.0/0 to an internet gateway: nobody"
                                + " outside would reach the load balancer; do: add the route to the subnet's route table, or"
                                + " name other subnet_ids in the variables file",
                        "error: BAD_INPUT: vpc-9 does not exist in region eu-central-1: correct --vpc-id or --region",
                        "error: BAD_INPUT: region eu-central-1 has no default VPC: choose one of vpc-1, vpc-2 with --vpc-id");
        assertThat(directory.resolve("environments/production.pkrvars.hcl")).doesNotExist();
        assertThat(directory.resolve("Jenkinsfile")).doesNotExist();
    }

    @Test
    void nobodyToAsk_isToldTheFlag() {
        assertThat(world.run("init", "--app", "shop")).isEqualTo(2);
        assertThat(world.errors()).containsExactly("error: BAD_INPUT: no region: give it with --region");
    }

    @Test
    void terminal_isAskedForWhatFlagsDoNotSay() throws IOException {
        world.answer = Optional.of("");
        world.environment.put("AWS_REGION", "eu-west-1");

        assertThat(world.run("init", "--app", "shop")).isZero();
        assertThat(world.err.toString())
                .contains("asked: environment? [production]", "asked: region? [eu-west-1]")
                .doesNotContain("asked: VPC");
        assertThat(written("environments/production.pkrvars.hcl")).contains("region      = \"eu-west-1\"");
    }
}
