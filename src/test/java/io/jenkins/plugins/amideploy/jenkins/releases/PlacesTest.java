package io.jenkins.plugins.amideploy.jenkins.releases;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.cloudbees.hudson.plugins.folder.Folder;
import hudson.model.FreeStyleBuild;
import hudson.model.FreeStyleProject;
import io.jenkins.plugins.amideploy.jenkins.OneController;
import io.jenkins.plugins.amideploy.jenkins.credentials.AwsAccess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.jvnet.hudson.test.JenkinsRule;

/** What a folder knows of where its builds deploy to, and that it outlives the controller's process. */
@ExtendWith(OneController.class)
class PlacesTest {
    private static final AwsAccess ACCESS = new AwsAccess("keys", null, "eu-central-1", null);

    @Test
    void remember_whatABuildDeploys_isFoundAgain(JenkinsRule r) throws Exception {
        Folder folder = r.jenkins.createProject(Folder.class, "shop");
        assertThat(Places.areIn(folder)).isFalse();
        assertThat(Places.of(folder)).isEmpty();

        FreeStyleBuild build = build(r, folder);
        Place demo = place("demo", "bucket", ACCESS);
        Place prod = place("prod", "bucket", new AwsAccess(null, "arn:aws:iam::123456789012:role/x", null, null));
        Places.remember(build, demo);
        Places.remember(build, prod);

        assertThat(Places.areIn(folder)).isTrue();
        assertThat(Places.of(folder)).containsExactly(demo, prod);
        assertThat(Places.of(folder).get(0).access()).isEqualTo(ACCESS);
        assertThat(Places.of(folder).get(0).job()).isEqualTo("deploy");
    }

    @Test
    void remember_anotherBucketOfTheSameEnvironment_replacesIt_andNothingNewWritesNothing(JenkinsRule r)
            throws Exception {
        Folder folder = r.jenkins.createProject(Folder.class, "moved");
        FreeStyleBuild build = build(r, folder);
        Path file = folder.getRootDir().toPath().resolve(Places.FILE);

        Places.remember(build, place("demo", "old", ACCESS));
        Places.remember(build, place("demo", "new", ACCESS));
        Object written = Files.readAttributes(file, java.nio.file.attribute.BasicFileAttributes.class)
                .fileKey();
        Places.remember(build, place("demo", "new", ACCESS));

        assertThat(Places.of(folder)).containsExactly(place("demo", "new", ACCESS));
        assertThat(Files.readAttributes(file, java.nio.file.attribute.BasicFileAttributes.class)
                        .fileKey())
                .isEqualTo(written);
    }

    @Test
    void of_fileThatCannotBeRead_saysSoInOneLine_andTheNextBuildWritesItAnew(JenkinsRule r) throws Exception {
        Folder folder = r.jenkins.createProject(Folder.class, "broken");
        FreeStyleBuild build = build(r, folder);
        Files.writeString(folder.getRootDir().toPath().resolve(Places.FILE), "<list><no");

        assertThatThrownBy(() -> Places.of(folder))
                .isInstanceOf(IOException.class)
                .hasMessage(
                        "ami-deploy-places.xml in the directory of broken cannot be read: delete it, the next deployment"
                                + " writes it again");

        Places.remember(build, place("demo", "bucket", ACCESS));
        assertThat(Places.of(folder)).hasSize(1);
    }

    private static Place place(String environment, String bucket, AwsAccess access) {
        return new Place("web", environment, bucket, access, "any/where/deploy");
    }

    private static FreeStyleBuild build(JenkinsRule r, Folder folder) throws Exception {
        return r.buildAndAssertSuccess(folder.createProject(FreeStyleProject.class, "deploy"));
    }
}
