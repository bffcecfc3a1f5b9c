package io.jenkins.plugins.amideploy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.amideploy.engine.release.Facts.Name;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is refused before a tool runs, and what is kept of an application that has settings. */
class PreflightTest {
    private static final String BASE = "app = \"web\"\nenvironment = \"demo\"\nregion = \"eu-central-1\"\n";

    @TempDir
    Path directory;

    private RecordedWorld recorded;
    private FakeWorld world;

    @BeforeEach
    void checkout() throws IOException {
        recorded = new RecordedWorld(directory);
        world = recorded.world;
    }

    @ParameterizedTest
    @ValueSource(strings = {"deploy --auto-approve", "plan --image-id ami-1", "apply --image-id ami-1 --auto-approve"})
    void missingSecret_isRefusedBeforeAnyToolRuns(String command) throws IOException {
        world.variables(BASE + "app_secrets = { DATABASE_URL = \"/web/demo/url\" }\n");

        assertThat(world.run((command + " -e demo").split(" "))).isEqualTo(2);

        assertThat(world.errors())
                .containsExactly(
                        "error: BAD_INPUT: secret DATABASE_URL: parameter /web/demo/url does not exist; do: make it, or correct"
                                + " its name in app_secrets in the variables file");
        assertThat(world.commands).isEmpty();
    }

    @Test
    void destroy_ofWhatWasNeverThere_saysSoWithAnExitCodeOfItsOwn() {
        world.output.put("terraform plan", FakeWorld.NO_CHANGES);

        assertThat(world.run("destroy", "-e", "demo", "--auto-approve")).isEqualTo(6);

        assertThat(world.out.toString())
                .isEqualTo(
                        "nothing found: neither a state nor resources of web in demo are in account 123456789012, region"
                                + " eu-central-1\n");
    }

    @Test
    void destroy_ofAnEnvironmentThatWasHere_leavesNothingBehind() {
        world.output.put("terraform plan", FakeWorld.NO_CHANGES);
        world.bucket.write("web/demo/terraform.tfstate", "{\"version\": 4}");

        assertThat(world.run("destroy", "-e", "demo", "--auto-approve")).isZero();

        assertThat(world.out.toString()).isEqualTo("0 left behind\n");
    }

    @Test
    void portThatTheImageMayNotUse_isRefusedBeforeABakeAndBeforeAPlan() throws IOException {
        world.variables(
                BASE
                        + "instance_egress = [{ description = \"db\", protocol = \"tcp\", port = 5432, cidr_ipv4 = \"10.0.0.0/8\" }]\n");

        assertThat(world.run("deploy", "-e", "demo", "--auto-approve")).isEqualTo(2);
        assertThat(world.run("plan", "-e", "demo", "--image-id", "ami-1")).isEqualTo(2);

        assertThat(world.errors())
                .containsExactly(
                        "error: BAD_INPUT: outgoing ports: instance_egress opens tcp 5432, but image.yml allows no outgoing"
                                + " connection; do: add 5432 to outgoing_ports in image.yml and bake, or take it out of"
                                + " instance_egress in the variables file",
                        "error: BAD_INPUT: instance_egress opens tcp 5432, but image ami-1 allows no outgoing connection; do: add 5432 to"
                                + " outgoing_ports in image.yml and bake, or take it out of instance_egress in the"
                                + " variables file");
        assertThat(world.phases()).doesNotContain("packer build", "terraform plan");

        Files.writeString(directory.resolve("image.yml"), "outgoing_ports: [5432]\n");
        assertThat(world.run("bake", "-e", "demo")).isZero();
        assertThat(world.argumentsOf("packer build")).contains("-var=outgoing_ports=[5432]");
    }

    @Test
    void protectedLoadBalancer_isNamedBeforeAnythingIsRemoved() {
        world.isProtected = true;

        assertThat(world.run("destroy", "-e", "demo", "--auto-approve")).isEqualTo(2);

        assertThat(world.errors())
                .containsExactly(
                        "error: DELETION_PROTECTED: load balancer web-demo has deletion protection; nothing was removed; do: set"
                                + " deletion_protection = false in environments/demo.pkrvars.hcl, apply that or deploy, then destroy"
                                + " again:; ami-deploy apply -e demo");
        assertThat(world.commands).isEmpty();
    }

    @Test
    void settingsOfARelease_areThoseThatARollbackSetsAgain() throws IOException {
        world.variables(BASE + "app_environment = { LOG_LEVEL = \"debug\" }\n");
        assertThat(recorded.run("deploy", "--image-id", "ami-1"))
                .as(recorded.said())
                .isZero();
        world.variables(BASE);
        assertThat(recorded.run("deploy", "--image-id", "ami-2"))
                .as(recorded.said())
                .isZero();

        assertThat(recorded.run("rollback")).as(recorded.said()).isZero();

        assertThat(world.stack.applied())
                .containsEntry("app_environment", "{\"LOG_LEVEL\" = \"debug\"}")
                .containsEntry("app_secrets", "{}");
    }

    @Test
    void versionsThatABakeChose_areKeptAndNamedByTheRecord() {
        world.requirementsLock = "flask==3.1.1 --hash=sha256:1";

        assertThat(recorded.run("deploy")).as(recorded.said()).isZero();

        String key = "web/images/ami-0123456789abcdef0/requirements.lock";
        assertThat(recorded.newest().facts().text(Name.REQUIREMENTS_LOCK)).isEqualTo(key);
        assertThat(world.bucket.read(key).orElseThrow().text()).isEqualTo(world.requirementsLock);
    }
}
