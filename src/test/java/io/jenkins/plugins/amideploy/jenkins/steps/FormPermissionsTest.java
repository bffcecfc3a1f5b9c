package io.jenkins.plugins.amideploy.jenkins.steps;

import static org.assertj.core.api.Assertions.assertThat;

import com.cloudbees.jenkins.plugins.awscredentials.AWSCredentialsImpl;
import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import hudson.ExtensionList;
import hudson.model.Descriptor;
import hudson.model.FreeStyleProject;
import hudson.model.Item;
import hudson.model.User;
import hudson.security.ACL;
import hudson.security.ACLContext;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.amideploy.jenkins.OneController;
import io.jenkins.plugins.amideploy.jenkins.config.AmiDeployConfiguration;
import io.jenkins.plugins.amideploy.jenkins.config.Tag;
import java.lang.reflect.Method;
import java.net.HttpURLConnection;
import java.net.URL;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import jenkins.model.Jenkins;
import org.htmlunit.HttpMethod;
import org.htmlunit.WebRequest;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.MockAuthorizationStrategy;
import org.kohsuke.stapler.verb.POST;

/** Who sees which credentials in the drop-downs, and that nothing answers to GET. */
@ExtendWith(OneController.class)
class FormPermissionsTest {
    private static final String ID = "deployer";
    private static final String ERROR = "class=\"error\"";

    /** By user, since each login loads a page. */
    private static final Map<String, JenkinsRule.WebClient> CLIENTS = new HashMap<>();

    private static JenkinsRule r;
    private static FreeStyleProject job;

    @BeforeAll
    static void setUp(JenkinsRule rule) throws Exception {
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

    @Test
    void everyFormMethod_ofStepsAndConfiguration_isPostOnly() {
        List<Descriptor<?>> ours = descriptors();
        assertThat(ours).hasSize(16);
        for (Descriptor<?> descriptor : ours) {
            for (Method method : descriptor.getClass().getMethods()) {
                if (method.getName().matches("do(Fill|Check).+")
                        && method.getDeclaringClass().getName().contains(".amideploy.")) {
                    assertThat(method.isAnnotationPresent(POST.class))
                            .as(method.toString())
                            .isTrue();
                }
            }
        }
    }

    /** Every drop-down of every step and of the configuration, as everybody, and as it is asked for by a browser. */
    @Test
    void everyDropDown_showsCredentialsOnlyToWhoMayConfigure() throws Exception {
        for (Descriptor<?> descriptor : descriptors()) {
            boolean step = descriptor instanceof AwsStepDescriptor;
            if (!step && !(descriptor instanceof AmiDeployConfiguration)) {
                continue;
            }
            String path = (step ? job.getUrl() : "") + "descriptorByName/" + descriptor.getId()
                    + "/fillCredentialsIdItems?credentialsId=chosen";
            assertThat(posted("admin", path)).as("admin " + path).contains(ID);
            for (String user : List.of("reader", "anonymous")) {
                assertThat(posted(user, path)).as(user + " " + path).doesNotContain(ID);
            }
            if (step) {
                assertThat(posted("builder", path)).as("builder " + path).contains(ID);
            } else {
                assertThat(posted("builder", path)).as("builder " + path).doesNotContain(ID);
            }
        }
    }

    @Test
    void checksOfTheConfiguration_areForAdministrators() throws Exception {
        String configuration = "descriptorByName/" + AmiDeployConfiguration.class.getName();
        String tag = "descriptorByName/" + Tag.class.getName();
        for (String check : List.of(
                configuration + "/checkRegion?value=x",
                configuration + "/checkEndpoint?value=x",
                tag + "/checkKey?value=aws:x",
                tag + "/checkValue?value=R%26D")) {
            assertThat(posted("admin", check)).as(check).contains(ERROR);
            for (String user : List.of("builder", "reader", "anonymous")) {
                assertThat(posted(user, check))
                        .as(user + " " + check)
                        .doesNotContainPattern("looks like|are reserved|a value has");
            }
        }
    }

    @Test
    void checksOfSteps_tellWhatIsWrongWithAValue() throws Exception {
        String steps = job.getUrl() + "descriptorByName/io.jenkins.plugins.amideploy.jenkins.steps.";
        for (String check : List.of(
                "BakeAmiStep/checkRegion?value=nowhere",
                "BakeAmiStep/checkRoleArn?value=deploy",
                "BakeAmiStep/checkEndpoint?value=4566",
                "BakeAmiStep/checkEnvironment?value=X",
                "BakeAmiStep/checkTimeoutMinutes?value=0",
                "RemoveLeftoversStep/checkApp?value=X",
                "RemoveLeftoversStep/checkEnvironment?value=X",
                "PruneImagesStep/checkApp?value=X",
                "PruneImagesStep/checkKeep?value=0",
                "AwaitAsgHealthyStep/checkAsgName?value=",
                "AwaitAsgHealthyStep/checkLaunchTemplateId?value=web",
                "AwaitAsgHealthyStep/checkLaunchTemplateVersion?value=$Latest",
                "RolloutAsgStep/checkTimeoutMinutes?value=-1",
                "RolloutAsgStep/checkStabilitySeconds?value=-1")) {
            assertThat(posted("builder", steps + check)).as(check).contains(ERROR);
        }
        assertThat(posted("builder", steps + "BakeAmiStep/checkRegion?value=eu-central-1"))
                .doesNotContain(ERROR);
        assertThat(posted("reader", steps + "BakeAmiStep/checkRegion?value=nowhere"))
                .doesNotContain(ERROR);
    }

    private String posted(String user, String path) throws Exception {
        JenkinsRule.WebClient client = CLIENTS.get(user);
        if (client == null) {
            client = r.createWebClient()
                    .withThrowExceptionOnFailingStatusCode(false)
                    .withJavaScriptEnabled(false);
            if (!user.equals("anonymous")) {
                client.login(user);
            }
            CLIENTS.put(user, client);
        }
        WebRequest request = new WebRequest(new URL(r.getURL(), path), HttpMethod.POST);
        return client.getPage(client.addCrumb(request)).getWebResponse().getContentAsString();
    }

    private List<Descriptor<?>> descriptors() {
        List<Descriptor<?>> ours = new ArrayList<>();
        for (Descriptor<?> descriptor : ExtensionList.lookup(Descriptor.class)) {
            if (descriptor.getClass().getName().contains(".amideploy.")) {
                ours.add(descriptor);
            }
        }
        return ours;
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
