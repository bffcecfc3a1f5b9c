package io.jenkins.plugins.amideploy.jenkins.steps;

import static org.assertj.core.api.Assertions.assertThat;

import com.cloudbees.jenkins.plugins.awscredentials.AWSCredentialsImpl;
import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import hudson.model.FreeStyleProject;
import hudson.model.Item;
import hudson.model.User;
import hudson.security.ACL;
import hudson.security.ACLContext;
import hudson.util.ListBoxModel;
import java.net.HttpURLConnection;
import java.net.URL;
import java.util.List;
import jenkins.model.Jenkins;
import org.htmlunit.HttpMethod;
import org.htmlunit.WebRequest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.MockAuthorizationStrategy;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** Who sees which credentials in the drop-downs, and that nothing answers to GET. */
@WithJenkins
class FormPermissionsTest {
    private static final String ID = "deployer";

    private JenkinsRule r;
    private FreeStyleProject job;

    @BeforeEach
    void setUp(JenkinsRule rule) throws Exception {
        r = rule;
        r.jenkins.setSecurityRealm(r.createDummySecurityRealm());
        r.jenkins.setAuthorizationStrategy(new MockAuthorizationStrategy()
                .grant(Jenkins.ADMINISTER)
                .everywhere()
                .to("admin")
                .grant(Jenkins.READ, Item.READ, Item.CONFIGURE, Item.EXTENDED_READ)
                .everywhere()
                .to("builder")
                .grant(Jenkins.READ, Item.READ)
                .everywhere()
                .to("reader")
                .grant(Jenkins.READ)
                .everywhere()
                .toEveryone());
        SystemCredentialsProvider provider = SystemCredentialsProvider.getInstance();
        provider.getCredentials()
                .add(new AWSCredentialsImpl(CredentialsScope.GLOBAL, ID, "AKIA", "secret", "for the demo"));
        provider.save();
        job = r.createFreeStyleProject("job");
    }

    @Test
    void credentials_whoConfiguresTheJob_seesAll() {
        assertThat(idsSeenBy("builder")).contains("", ID);
        assertThat(idsSeenBy("admin")).contains("", ID);
    }

    @Test
    void credentials_whoOnlyReads_seesWhatIsChosenAlone() {
        assertThat(idsSeenBy("reader")).containsExactly("chosen");
        try (ACLContext anonymous = ACL.as2(Jenkins.ANONYMOUS2)) {
            assertThat(ids(AwsFields.credentials(job, "chosen"))).containsExactly("chosen");
        }
    }

    @Test
    void credentials_withoutAJob_onlyForAdministrators() {
        try (ACLContext builder = ACL.as(User.getById("builder", true))) {
            assertThat(ids(AwsFields.credentials(null, "chosen"))).containsExactly("chosen");
        }
        try (ACLContext admin = ACL.as(User.getById("admin", true))) {
            assertThat(ids(AwsFields.credentials(null, ""))).contains(ID);
        }
    }

    @Test
    void formMethods_byGet_areRefused() throws Exception {
        JenkinsRule.WebClient client = r.createWebClient().login("admin").withThrowExceptionOnFailingStatusCode(false);
        for (String method : List.of(
                "BakeAmiStep/fillCredentialsIdItems?credentialsId=",
                "BakeAmiStep/checkRegion?value=x",
                "AwaitAsgHealthyStep/checkLaunchTemplateVersion?value=x")) {
            URL url = new URL(
                    r.getURL(), job.getUrl() + "descriptorByName/io.jenkins.plugins.amideploy.jenkins.steps." + method);
            assertThat(client.getPage(new WebRequest(url, HttpMethod.GET))
                            .getWebResponse()
                            .getStatusCode())
                    .as(method)
                    .isIn(HttpURLConnection.HTTP_BAD_METHOD, HttpURLConnection.HTTP_NOT_FOUND);
        }
    }

    private List<String> idsSeenBy(String user) {
        try (ACLContext as = ACL.as(User.getById(user, true))) {
            return ids(AwsFields.credentials(job, user.equals("reader") ? "chosen" : ""));
        }
    }

    private static List<String> ids(ListBoxModel model) {
        return model.stream().map(option -> option.value).toList();
    }
}
