package io.jenkins.plugins.amideploy.jenkins.releases;

import static io.jenkins.plugins.amideploy.jenkins.ToolPipelines.finished;
import static org.assertj.core.api.Assertions.assertThat;

import com.cloudbees.jenkins.plugins.awscredentials.AWSCredentialsImpl;
import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import hudson.model.Result;
import io.jenkins.plugins.amideploy.jenkins.Canary;
import io.jenkins.plugins.amideploy.jenkins.EmbeddedAws;
import io.jenkins.plugins.amideploy.jenkins.OneController;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import software.amazon.awssdk.services.s3.S3Client;

/** A secret key that a tool tells as it fails is nowhere afterwards: not in the build and its page, not in a record or claim, not in AWS' log of calls. */
@ExtendWith(OneController.class)
class CanaryPlacesTest {
    @RegisterExtension
    static final EmbeddedAws AWS = EmbeddedAws.withRecords();

    @TempDir
    Path directory;

    @Test
    void secretKey_thatAToolTellsAsItFails_isNowhere(JenkinsRule r) throws Exception {
        SystemCredentialsProvider provider = SystemCredentialsProvider.getInstance();
        provider.getCredentials()
                .add(new AWSCredentialsImpl(CredentialsScope.GLOBAL, "canary", "AKIATEST", Canary.SECRET, ""));
        provider.save();
        try (ReleaseWorld world = new ReleaseWorld(AWS, directory)) {
            Files.createFile(world.tools().directory().resolve("fail"));
            Files.createFile(world.tools().directory().resolve("tells"));
            String bake = world.bake().replace("\n", ", credentialsId: 'canary'\n");

            WorkflowRun run = finished(r, world.start(r, bake), Result.FAILURE);

            Map<String, String> places = new TreeMap<>();
            places.put("log", JenkinsRule.getLog(run));
            places.put("page", page(r, run, ""));
            places.put("API", page(r, run, "api/json?depth=5"));
            objects(world.bucket(), places);
            places.put("log of calls", AWS.log());
            assertThat(places.get("log")).contains("the base image is not there ****");
            assertThat(places.get("page")).contains("the base image is not there ****");
            assertThat(places.keySet()).anyMatch(key -> key.contains("/releases/000001/end.json"));
            assertThat(places.keySet()).anyMatch(key -> key.contains("/claims/"));
            assertThat(places)
                    .allSatisfy((place, text) -> assertThat(text).as(place).doesNotContain(Canary.SECRET));
            assertThat(Canary.filesBelow(r.jenkins.getRootDir().toPath())).isEmpty();
        }
    }

    private static String page(JenkinsRule r, WorkflowRun run, String path) throws Exception {
        return r.createWebClient()
                .withJavaScriptEnabled(false)
                .goTo(run.getUrl() + path, null)
                .getWebResponse()
                .getContentAsString();
    }

    /** Every version of every object. */
    private static void objects(String bucket, Map<String, String> places) {
        try (S3Client s3 = AWS.client(S3Client.builder().forcePathStyle(true))) {
            s3.listObjectVersionsPaginator(request -> request.bucket(bucket))
                    .versions()
                    .forEach(version -> places.put(
                            version.key() + " " + version.versionId(),
                            s3.getObjectAsBytes(request -> request.bucket(bucket)
                                            .key(version.key())
                                            .versionId(version.versionId()))
                                    .asUtf8String()));
        }
    }
}
