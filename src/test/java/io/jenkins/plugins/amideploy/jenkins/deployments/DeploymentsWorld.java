package io.jenkins.plugins.amideploy.jenkins.deployments;

import com.cloudbees.hudson.plugins.folder.Folder;
import com.cloudbees.hudson.plugins.folder.properties.FolderCredentialsProvider;
import com.cloudbees.jenkins.plugins.awscredentials.AWSCredentialsImpl;
import com.cloudbees.plugins.credentials.CredentialsProvider;
import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.domains.Domain;
import hudson.model.FreeStyleBuild;
import hudson.model.FreeStyleProject;
import hudson.model.Item;
import io.jenkins.plugins.amideploy.jenkins.credentials.AwsAccess;
import io.jenkins.plugins.amideploy.jenkins.releases.Place;
import io.jenkins.plugins.amideploy.jenkins.releases.Places;
import java.net.URL;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.StreamSupport;
import jenkins.model.Jenkins;
import org.htmlunit.HttpMethod;
import org.htmlunit.WebRequest;
import org.htmlunit.WebResponse;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.MockAuthorizationStrategy;

/** A folder with a job, credentials and a bucket of its own, as one that has deployed looks; and users who look at it. */
final class DeploymentsWorld implements AutoCloseable {
    private static final AtomicInteger COUNT = new AtomicInteger();

    /** By controller and user, since each login loads a page. */
    private static final Map<String, JenkinsRule.WebClient> CLIENTS = new HashMap<>();

    final FakeBucket bucket = new FakeBucket();
    final JenkinsRule r;
    final Folder folder;
    final FreeStyleProject job;

    DeploymentsWorld(JenkinsRule r) throws Exception {
        this.r = r;
        folder = r.jenkins.createProject(Folder.class, "web" + COUNT.incrementAndGet());
        job = folder.createProject(FreeStyleProject.class, "deploy");
        StreamSupport.stream(CredentialsProvider.lookupStores(folder).spliterator(), false)
                .filter(store -> store.getProvider() instanceof FolderCredentialsProvider)
                .findFirst()
                .orElseThrow()
                .addCredentials(
                        Domain.global(),
                        new AWSCredentialsImpl(CredentialsScope.GLOBAL, "keys", "AKIAFOLDER", "secret", ""));
    }

    /** Readers, builders, and everybody else. */
    static void secure(JenkinsRule r) {
        r.jenkins.setSecurityRealm(r.createDummySecurityRealm());
        r.jenkins.setAuthorizationStrategy(new MockAuthorizationStrategy()
                .grant(Jenkins.ADMINISTER)
                .everywhere()
                .to("admin")
                .grant(Jenkins.READ, Item.READ, Item.BUILD)
                .everywhere()
                .to("builder")
                .grant(Jenkins.READ, Item.READ)
                .everywhere()
                .to("reader")
                .grant(Jenkins.READ)
                .everywhere()
                .toEveryone());
    }

    /** A build of the job deployed these, under that endpoint. */
    DeploymentsWorld deployed(String... environments) throws Exception {
        return deployedAt(bucket.endpoint(), environments);
    }

    DeploymentsWorld deployedAt(String endpoint, String... environments) throws Exception {
        FreeStyleBuild build = r.buildAndAssertSuccess(job);
        for (String environment : environments) {
            Places.remember(
                    build,
                    new Place(
                            "web",
                            environment,
                            FakeBucket.NAME,
                            new AwsAccess("keys", null, "us-east-1", endpoint),
                            job.getFullName()));
        }
        return this;
    }

    WebResponse get(String user, String path) throws Exception {
        return getAt(user, folder.getUrl() + path);
    }

    WebResponse post(String user, String path) throws Exception {
        return postAt(user, folder.getUrl() + path);
    }

    /** @param path below the root of Jenkins */
    WebResponse getAt(String user, String path) throws Exception {
        return client(user).getPage(new WebRequest(url(path), HttpMethod.GET)).getWebResponse();
    }

    /** @param path below the root of Jenkins */
    WebResponse postAt(String user, String path) throws Exception {
        JenkinsRule.WebClient client = client(user);
        return client.getPage(client.addCrumb(new WebRequest(url(path), HttpMethod.POST)))
                .getWebResponse();
    }

    /** The page as a user gets it. */
    String page(String user) throws Exception {
        return get(user, "deployments/").getContentAsString();
    }

    private URL url(String path) throws Exception {
        return new URL(r.getURL(), path);
    }

    private JenkinsRule.WebClient client(String user) throws Exception {
        String key = r.getURL() + user;
        JenkinsRule.WebClient client = CLIENTS.get(key);
        if (client == null) {
            client = r.createWebClient()
                    .withThrowExceptionOnFailingStatusCode(false)
                    .withJavaScriptEnabled(false);
            client.getOptions().setRedirectEnabled(false);
            client.getOptions().setPrintContentOnFailingStatusCode(false);
            // Who is refused without having logged in would be led to where he can, with another status.
            client.setRefreshHandler((page, url, seconds) -> {});
            if (!user.equals("anonymous")) {
                client.getOptions().setRedirectEnabled(true);
                client.login(user);
                client.getOptions().setRedirectEnabled(false);
            }
            CLIENTS.put(key, client);
        }
        return client;
    }

    /** Builds of the job beyond the one that deployed, once all have ended. */
    List<FreeStyleBuild> asked() throws Exception {
        r.waitUntilNoActivity();
        return job.getBuilds().stream().filter(build -> build.getNumber() > 1).toList();
    }

    @Override
    public void close() {
        bucket.close();
    }
}
