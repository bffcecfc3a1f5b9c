package io.jenkins.plugins.amideploy.jenkins.deployments;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.amideploy.engine.release.Run.Owner;
import io.jenkins.plugins.amideploy.jenkins.OneController;
import java.net.HttpURLConnection;
import java.time.Instant;
import java.util.List;
import net.sf.json.JSONObject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.jvnet.hudson.test.JenkinsRule;

/** What the Deployments page of a folder shows, and to whom. */
@ExtendWith(OneController.class)
class DeploymentsPageTest {
    private static final String OLD = "1111111111111111111111111111111111111111";
    private static final String NEW = "2222222222222222222222222222222222222222";
    private static final Instant FIRST = Instant.parse("2026-11-01T08:00:00Z");

    private DeploymentsWorld world;

    @BeforeAll
    static void secure(JenkinsRule r) {
        DeploymentsWorld.secure(r);
    }

    @BeforeEach
    void setUp(JenkinsRule r) throws Exception {
        world = new DeploymentsWorld(r);
    }

    @AfterEach
    void tearDown() {
        world.close();
    }

    @Test
    void page_reader_seesWhatRunsAndWhatRan_withTheFoldersKeysAndWithoutButtons() throws Exception {
        demo().failed("1.2.0", NEW, "1 of 2 targets is unhealthy");
        releases("prod").promotion("demo", 2, "1.1.0", NEW, "ami-0000000000000new");
        world.deployed("demo");

        String page = world.page("reader");

        assertThat(page)
                .contains("data-environment=\"demo\"", "data-environment=\"prod\"", "1.1.0", "release 2", "22222222")
                .contains("promotion of demo 2", "Release 3 failed", "NEVER_HEALTHY: 1 of 2 targets is unhealthy")
                .contains(
                        "Target.ResponseCodeMismatch",
                        "rolled back (lt-0a version 6): 2/2 InService",
                        "What to do: look at the instance",
                        ">aws ec2 get-console-output --instance-id i-0a1b2c3d4e5f60718</pre>")
                .contains("href=\"http://jenkins.example.org/job/web/job/deploy/2/\">deploy #2</a>")
                .doesNotContain("rollBack?", "promote?");
        assertThat(world.bucket.askers).containsOnly("AKIAFOLDER");
        assertThat(world.get("reader", "").getContentAsString()).contains("deployments\"");
    }

    @Test
    void page_builder_hasButtonsToEarlierProvenReleasesAndToOtherEnvironments() throws Exception {
        demo().failed("1.2.0", NEW, "no");
        releases("prod").healthy("1.0.0", OLD, "ami-0000000000000old");
        releases("stage").healthy("1.0.0", OLD, "ami-0000000000000old");
        world.deployed("demo", "prod");

        String page = world.page("builder");

        assertThat(page)
                .contains("rollBack?app=web&amp;environment=demo&amp;number=1\"")
                .contains("promote?app=web&amp;environment=prod&amp;sourceEnvironment=demo&amp;number=2\"")
                .as("what runs and what failed is nothing to go back to, and no job deploys stage")
                .doesNotContain("environment=demo&amp;number=2\"", "environment=demo&amp;number=3\"")
                .doesNotContain("promote?app=web&amp;environment=stage");
    }

    @Test
    void page_whoMayNotReadTheFolder_isNotFoundAndNobodyAsksAws() throws Exception {
        demo();
        world.deployed("demo");

        for (String path : List.of("deployments/", "deployments/api/json")) {
            assertThat(world.get("anonymous", path).getStatusCode())
                    .as(path)
                    .isIn(HttpURLConnection.HTTP_NOT_FOUND, HttpURLConnection.HTTP_FORBIDDEN);
        }
        assertThat(world.bucket.asked).isEmpty();
    }

    @Test
    void page_folderThatNeverDeployed_isNotThere() throws Exception {
        assertThat(world.get("reader", "deployments/").getStatusCode()).isEqualTo(HttpURLConnection.HTTP_NOT_FOUND);
    }

    @Test
    void page_hostileRecord_isText() throws Exception {
        String hostile = "<script>alert(1)</script>\" onmouseover=\"alert(2)";
        releases("demo")
                .healthy("0.9", OLD, "ami-0000000000000old")
                .healthy(hostile, hostile, "ami-<b>")
                .failed(hostile, hostile, "<img src=x onerror=alert(3)>");
        world.deployed("demo");

        String page = world.page("builder");

        assertThat(page)
                .contains("tooltip=\"&lt;script&gt;alert(1)&lt;/script&gt;&quot; onmouseover=&quot;alert(2)\"")
                .doesNotContain("<script>alert", "<img src=x", "ami-<b>");
    }

    @Test
    void page_beginWithoutEnd_isCrashed_unlessARunWorksOnIt() throws Exception {
        demo().begun();
        releases("prod")
                .healthy("1.0.0", OLD, "ami-0000000000000old")
                .running(new Owner("cli-dev-20261126", "", "build-host", "boot", 4711, ""));
        world.deployed("demo", "prod");

        assertThat(world.page("reader"))
                .contains("Release 3 crashed", "cli-dev-20261126", "on build-host works on release 2")
                .doesNotContain("Release 2 crashed", "Release 2 running");
    }

    @Test
    void page_indexThatIsGone_isReadFromTheRecords() throws Exception {
        demo();
        world.bucket.store.objects.remove("web/demo/releases/index.json");
        world.deployed("demo");

        assertThat(world.page("reader")).contains("1.1.0", "release 2", "1.0.0");
    }

    @Test
    void page_bucketThatMayNotBeRead_saysSoForEachEnvironment_andNotThatThereIsNothing() throws Exception {
        demo();
        world.deployed("demo", "prod");
        world.bucket.isForbidden = true;

        String page = world.page("builder");

        assertThat(page.split("Records in the state bucket state-bucket could not be read: ", -1))
                .as("demo and prod")
                .hasSize(3);
        assertThat(page).doesNotContain("No release was proven", "rollBack?");
    }

    @Test
    void page_awsThatDoesNotAnswer_saysSo() throws Exception {
        world.deployedAt("http://127.0.0.1:9", "demo");

        assertThat(world.page("reader"))
                .contains("data-environment=\"demo\"", "Records in the state bucket state-bucket could not be read: ")
                .doesNotContain("No release was proven");
    }

    @Test
    void page_credentialsThatAreGone_areNamed() throws Exception {
        world.deployed("demo");
        world.folder.getProperties().clear();

        assertThat(world.page("reader")).contains("AWS credentials \"keys\" are not there for ");
    }

    @Test
    void page_threeEnvironmentsOf200Releases_takesOneListingAndTwoReadsForEach_andTheNextLookNone() throws Exception {
        for (String environment : List.of("demo", "stage", "prod")) {
            releases(environment).healthy("1.1", OLD, "ami-0000000000000old").repeated(200);
        }
        world.deployed("demo", "prod");

        String page = world.page("builder");

        assertThat(page).contains("All 200 releases", "1.200", "1.186").doesNotContain("1.185<");
        assertThat(world.bucket.asked)
                .containsExactlyInAnyOrder(
                        "list",
                        "web/demo/releases/index.json",
                        "web/prod/releases/index.json",
                        "web/stage/releases/index.json",
                        "web/demo/run.json",
                        "web/prod/run.json",
                        "web/stage/run.json");
        assertThat(world.get("builder", "deployments/?all=web/demo").getContentAsString())
                .contains("1.1<", "number=1\"");
        assertThat(world.bucket.asked).hasSize(7);
    }

    @Test
    void remoteApi_hasEnvironmentsAndTheirReleases_andThatOfTheFolderDoesNotAskAws() throws Exception {
        demo().failed("1.2.0", NEW, "no");
        world.deployed("demo");

        world.get("reader", "api/json?depth=3");
        assertThat(world.bucket.asked).isEmpty();

        JSONObject demo = JSONObject.fromObject(
                        world.get("reader", "deployments/api/json").getContentAsString())
                .getJSONArray("environments")
                .getJSONObject(0);
        assertThat(demo.getString("name")).isEqualTo("demo");
        assertThat(demo.getJSONObject("current").getInt("number")).isEqualTo(2);
        assertThat(demo.getJSONArray("releases").stream().map(each -> ((JSONObject) each).getString("result")))
                .containsExactly("failed", "healthy", "healthy");
        JSONObject failed = demo.getJSONArray("releases").getJSONObject(0);
        assertThat(failed.getString("cause")).isEqualTo("NEVER_HEALTHY");
        assertThat(failed.getString("failure")).isEqualTo("no");
        assertThat(failed.getJSONArray("evidence").size()).isEqualTo(1);
        assertThat(failed.getString("command")).startsWith("aws ec2 ");
    }

    private SampleReleases demo() {
        return releases("demo")
                .healthy("1.0.0", OLD, "ami-0000000000000old")
                .healthy("1.1.0", NEW, "ami-0000000000000new");
    }

    private SampleReleases releases(String environment) {
        return new SampleReleases(world.bucket.store, environment, FIRST);
    }
}
