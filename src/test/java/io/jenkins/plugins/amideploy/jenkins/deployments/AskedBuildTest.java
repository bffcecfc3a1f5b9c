package io.jenkins.plugins.amideploy.jenkins.deployments;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.Cause;
import hudson.model.ChoiceParameterDefinition;
import hudson.model.FreeStyleBuild;
import hudson.model.ParametersAction;
import hudson.model.ParametersDefinitionProperty;
import hudson.model.StringParameterDefinition;
import io.jenkins.plugins.amideploy.jenkins.OneController;
import io.jenkins.plugins.amideploy.jenkins.releases.AskedRelease;
import java.net.HttpURLConnection;
import java.time.Instant;
import org.htmlunit.WebResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.jvnet.hudson.test.JenkinsRule;

/** What the buttons of the Deployments page do, and who may press them. */
@ExtendWith(OneController.class)
class AskedBuildTest {
    private static final String BACK = "deployments/rollBack?app=web&environment=demo&number=1";
    private static final String PROMOTE = "deployments/promote?app=web&environment=prod&sourceEnvironment=demo&number=";

    private DeploymentsWorld world;

    @BeforeAll
    static void secure(JenkinsRule r) {
        DeploymentsWorld.secure(r);
    }

    @BeforeEach
    void setUp(JenkinsRule r) throws Exception {
        world = new DeploymentsWorld(r);
        Instant first = Instant.parse("2026-11-01T08:00:00Z");
        new SampleReleases(world.bucket.store, "demo", first)
                .healthy("1.0.0", "1111111", "ami-0000000000000old")
                .healthy("1.1.0", "2222222", "ami-0000000000000new")
                .failed("1.2.0", "3333333", "no");
        world.deployed("demo", "prod");
    }

    @AfterEach
    void tearDown() {
        world.close();
    }

    @Test
    void rollBack_builder_queuesABuildThatKnowsTheReleaseAndTheUser_withoutAnyParameter() throws Exception {
        WebResponse answer = world.post("builder", BACK);

        assertThat(answer.getStatusCode()).isEqualTo(HttpURLConnection.HTTP_MOVED_TEMP);
        assertThat(answer.getResponseHeaderValue("Location")).endsWith(world.job.getUrl());
        FreeStyleBuild build = onlyBuild();
        assertThat(build.getAction(AskedRelease.class)).isEqualTo(new AskedRelease("demo", "demo", 1));
        assertThat(build.getAction(AskedRelease.class).isRollback()).isTrue();
        assertThat(build.getCause(Cause.UserIdCause.class).getUserId()).isEqualTo("builder");
        assertThat(build.getAction(ParametersAction.class)).isNull();
        build.reload();
        assertThat(build.getAction(AskedRelease.class).getNumber())
                .as("as it is read from the disk")
                .isEqualTo(1);
    }

    @Test
    void promote_builder_fillsInTheDeclaredEnvironment_andDefaultsForTheRest() throws Exception {
        world.job.addProperty(new ParametersDefinitionProperty(
                new StringParameterDefinition("ENVIRONMENT", "demo"), new StringParameterDefinition("IMAGE_ID", "x")));

        assertThat(world.post("builder", PROMOTE + 2).getStatusCode()).isEqualTo(HttpURLConnection.HTTP_MOVED_TEMP);

        FreeStyleBuild build = onlyBuild();
        assertThat(build.getAction(AskedRelease.class)).isEqualTo(new AskedRelease("prod", "demo", 2));
        ParametersAction parameters = build.getAction(ParametersAction.class);
        assertThat(parameters.getParameter("ENVIRONMENT").getValue()).isEqualTo("prod");
        assertThat(parameters.getParameter("IMAGE_ID").getValue()).isEqualTo("x");
    }

    @Test
    void buttons_pressedWhileOtherBuildsWait_areBuildsOfTheirOwn_andTwiceTheSameIsOne() throws Exception {
        world.job.setQuietPeriod(3600);
        world.job.scheduleBuild2(3600);
        world.r.jenkins.doQuietDown();
        try {
            world.post("builder", BACK);
            world.post("builder", BACK);
            world.post("builder", PROMOTE + 2);
            assertThat(world.r.jenkins.getQueue().getItems(world.job)).hasSize(3);
        } finally {
            world.r.jenkins.getQueue().clear();
            world.r.jenkins.doCancelQuietDown();
        }
    }

    @Test
    void buttons_whoMayNotBuild_isRefused() throws Exception {
        for (String user : new String[] {"reader", "anonymous"}) {
            for (String path : new String[] {BACK, PROMOTE + 2}) {
                assertThat(world.post(user, path).getStatusCode())
                        .as(user + " " + path)
                        .isIn(
                                user.equals("reader")
                                        ? new Object[] {HttpURLConnection.HTTP_FORBIDDEN}
                                        : new Object[] {
                                            HttpURLConnection.HTTP_NOT_FOUND, HttpURLConnection.HTTP_FORBIDDEN
                                        });
            }
        }
        assertThat(world.asked()).isEmpty();
    }

    @Test
    void buttons_byGet_areRefused() throws Exception {
        for (String path : new String[] {BACK, PROMOTE + 2}) {
            assertThat(world.get("builder", path).getStatusCode())
                    .as(path)
                    .isIn(HttpURLConnection.HTTP_BAD_METHOD, HttpURLConnection.HTTP_NOT_FOUND);
        }
        assertThat(world.asked()).isEmpty();
    }

    @Test
    void buttons_requestThatRecordsDoNotBear_isRefusedInOneLine() throws Exception {
        refused("deployments/rollBack?app=web&environment=demo&number=3", "demo release 3 is failed");
        refused("deployments/rollBack?app=web&environment=demo&number=9", "demo has no release 9");
        refused("deployments/rollBack?app=web&environment=demo&number=2", "demo runs release 2 already");
        refused("deployments/rollBack?app=web&environment=nowhere&number=2", "No environment of that name");
        refused("deployments/rollBack?app=web&environment=prod&number=1", "prod has no release 1");
        refused(PROMOTE + 1, "demo runs release 2 by now, not 1");
        assertThat(world.asked()).isEmpty();
    }

    @Test
    void buttons_environmentThatTheJobCannotTake_isRefused() throws Exception {
        world.job.addProperty(new ParametersDefinitionProperty(
                new ChoiceParameterDefinition("ENVIRONMENT", new String[] {"demo", "stage"}, "")));

        refused(PROMOTE + 2, "parameter ENVIRONMENT does not take prod");
    }

    private void refused(String path, String why) throws Exception {
        WebResponse answer = world.post("builder", path);
        assertThat(answer.getStatusCode()).as(path).isEqualTo(HttpURLConnection.HTTP_BAD_REQUEST);
        assertThat(answer.getContentAsString()).as(path).contains(why);
    }

    private FreeStyleBuild onlyBuild() throws Exception {
        assertThat(world.asked()).hasSize(1);
        return world.asked().get(0);
    }
}
