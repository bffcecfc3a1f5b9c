package io.jenkins.plugins.amideploy.jenkins.credentials;

import static io.jenkins.plugins.amideploy.jenkins.ToolPipelines.finished;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.cloudbees.hudson.plugins.folder.Folder;
import com.cloudbees.hudson.plugins.folder.properties.FolderCredentialsProvider;
import com.cloudbees.jenkins.plugins.awscredentials.AWSCredentialsImpl;
import com.cloudbees.jenkins.plugins.awscredentials.AmazonWebServicesCredentials;
import com.cloudbees.plugins.credentials.CredentialsParameterDefinition;
import com.cloudbees.plugins.credentials.CredentialsParameterValue;
import com.cloudbees.plugins.credentials.CredentialsProvider;
import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.CredentialsStore;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import com.cloudbees.plugins.credentials.domains.Domain;
import hudson.AbortException;
import hudson.EnvVars;
import hudson.FilePath;
import hudson.model.Fingerprint;
import hudson.model.ParametersAction;
import hudson.model.ParametersDefinitionProperty;
import hudson.model.Result;
import io.jenkins.plugins.amideploy.engine.AwsFailure;
import io.jenkins.plugins.amideploy.jenkins.EmbeddedAws;
import io.jenkins.plugins.amideploy.jenkins.OneController;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.StreamSupport;
import net.sf.json.JSONObject;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;

/** Whose keys a build gets: by folder and by parameter; and for how long they hold. */
@ExtendWith(OneController.class)
class AwsIdentityTest {
    private static final AtomicInteger TESTS = new AtomicInteger();

    @RegisterExtension
    static final EmbeddedAws AWS = EmbeddedAws.withRecords();

    @TempDir
    Path directory;

    /** Of each test another, as the tests share a controller. */
    private final String id = "deployer" + TESTS.incrementAndGet();

    private JenkinsRule r;
    private Folder here;
    private Folder elsewhere;

    @BeforeEach
    void setUp(JenkinsRule rule) throws Exception {
        r = rule;
        here = r.jenkins.createProject(Folder.class, "here-" + id);
        elsewhere = r.jenkins.createProject(Folder.class, "elsewhere-" + id);
        store(here).addCredentials(Domain.global(), keys("AKIAHERE"));
    }

    @Test
    void current_credentialOfTheFolder_isFoundThereAloneAndItsUseIsTracked() throws Exception {
        WorkflowRun run = built(job(here, "echo ''"));

        assertThat(identity(run, id).current().keys().accessKeyId()).isEqualTo("AKIAHERE");

        Fingerprint usage = CredentialsProvider.getFingerprintOf(
                store(here).getCredentials(Domain.global()).get(0));
        assertThat(usage).isNotNull();
        assertThat(usage.getJobs()).containsExactly(run.getParent().getFullName());
        assertThatThrownBy(() -> identity(built(job(elsewhere, "echo ''")), id).current())
                .isInstanceOf(AbortException.class)
                .hasMessageStartingWith("AWS credentials \"" + id + "\" are not there for elsewhere-" + id + "/");
    }

    @Test
    void key_sameCredentials_isTheSameForAllBuildsThatFindThem() throws Exception {
        Object one = identity(built(job(here, "echo ''")), id).key();
        assertThat(identity(built(job(here, "echo ''")), id).key()).isEqualTo(one);

        store(elsewhere).addCredentials(Domain.global(), keys("AKIAELSEWHERE"));
        assertThat(identity(built(job(elsewhere, "echo ''")), id).key())
                .as("the same id, other keys")
                .isNotEqualTo(one);
    }

    @Test
    void key_roleOnTop_isTheSameWithinABuildAlone() throws Exception {
        WorkflowRun run = built(job(here, "echo ''"));
        AwsAccess access = new AwsAccess(id, "arn:aws:iam::123456789012:role/deploy", null, null);
        Object one = new AwsIdentity(access, run, new EnvVars(), Clock.systemUTC()).key();
        assertThat(new AwsIdentity(access, run, new EnvVars(), Clock.systemUTC()).key())
                .isEqualTo(one);
        assertThat(new AwsIdentity(access, built(job(here, "echo ''")), new EnvVars(), Clock.systemUTC()).key())
                .isNotEqualTo(one);
    }

    @Test
    void key_keysOfTheSurroundingBlock_areComparedByValue() throws Exception {
        WorkflowRun run = built(job(here, "echo ''"));
        AwsAccess access = new AwsAccess(null, null, null, null);
        EnvVars keys = new EnvVars("AWS_ACCESS_KEY_ID", "AKIA1", "AWS_SECRET_ACCESS_KEY", "one");
        EnvVars others = new EnvVars("AWS_ACCESS_KEY_ID", "AKIA1", "AWS_SECRET_ACCESS_KEY", "other");
        Object one = new AwsIdentity(access, run, keys, Clock.systemUTC()).key();
        assertThat(new AwsIdentity(access, run, new EnvVars(keys), Clock.systemUTC()).key())
                .isEqualTo(one);
        assertThat(new AwsIdentity(access, run, others, Clock.systemUTC()).key())
                .isNotEqualTo(one);
        assertThat(one.toString()).doesNotContain("one");
    }

    @Test
    void step_credentialOfAnotherFolder_failsInOneLine() throws Exception {
        WorkflowRun run = job(
                        elsewhere,
                        "removeLeftovers app: 'web', environment: 'demo', credentialsId: '" + id
                                + "', region: 'us-east-1'")
                .scheduleBuild2(0)
                .get();

        r.assertBuildStatus(Result.FAILURE, run);
        r.assertLogContains(
                "ERROR: NO_CREDENTIALS: AWS credentials \"" + id + "\" are not there for elsewhere-" + id + "/", run);
        r.assertLogNotContains("\tat ", run);
    }

    @Test
    void current_folderAndController_theFoldersWins() throws Exception {
        SystemCredentialsProvider.getInstance().getCredentials().add(keys("AKIACONTROLLER"));
        SystemCredentialsProvider.getInstance().save();

        assertThat(identity(built(job(here, "echo ''")), id).current().keys().accessKeyId())
                .isEqualTo("AKIAHERE");
        assertThat(identity(built(job(elsewhere, "echo ''")), id)
                        .current()
                        .keys()
                        .accessKeyId())
                .isEqualTo("AKIACONTROLLER");
    }

    @Test
    void current_parameterExpression_isTheCredentialThatWasChosen() throws Exception {
        WorkflowJob job = job(here, "echo ''");
        job.addProperty(new ParametersDefinitionProperty(new CredentialsParameterDefinition(
                "KEYS", "", id, AmazonWebServicesCredentials.class.getName(), true)));
        WorkflowRun run = job.scheduleBuild2(
                        0, new ParametersAction(new CredentialsParameterValue("KEYS", id, "", true)))
                .get();

        assertThat(identity(run, "${KEYS}").current().keys().accessKeyId()).isEqualTo("AKIAHERE");
    }

    @Test
    void refresh_sessionThatIsAboutToExpire_isReplacedInTheFileThatToolsRead() throws Exception {
        MutableClock clock = new MutableClock();
        ToolCredentials credentials = new ToolCredentials(new AwsIdentity(
                new AwsAccess(id, "arn:aws:iam::123456789012:role/deploy", "us-east-1", AWS.endpoint()),
                built(job(here, "echo ''")),
                new EnvVars(),
                clock));

        JSONObject first = written(credentials);
        clock.advance(Duration.ofMinutes(39));
        JSONObject later = written(credentials);
        clock.advance(Duration.ofMinutes(2));
        JSONObject renewed = written(credentials);

        assertThat(later.toString()).isEqualTo(first.toString());
        assertThat(renewed.getString("SessionToken")).isNotEqualTo(first.getString("SessionToken"));
        assertThat(renewed.getString("Expiration")).isGreaterThan(first.getString("Expiration"));
        assertThat(credentials
                        .secretPattern()
                        .matcher(first.getString("SecretAccessKey"))
                        .find())
                .as("keys of before are masked too")
                .isTrue();
    }

    @Test
    void current_renewalThatIsRefused_keepsWhatHoldsAndTriesAgain() throws Exception {
        MutableClock clock = new MutableClock();
        AwsIdentity identity = new AwsIdentity(
                new AwsAccess(id, "arn:aws:iam::123456789012:role/deploy", "us-east-1", AWS.endpoint()),
                built(job(here, "echo ''")),
                new EnvVars(),
                clock);
        IssuedCredentials first = identity.current();

        AWS.fault("fail", "sts:AssumeRole", "--code", "AccessDenied");
        clock.advance(Duration.ofMinutes(45));
        assertThat(identity.current()).isSameAs(first);
        clock.advance(Duration.ofMinutes(20));
        assertThatThrownBy(identity::current).isInstanceOf(AwsFailure.class);
        AWS.fault("clear");

        clock.advance(Duration.ofMinutes(1));
        assertThat(identity.current()).isNotSameAs(first);
    }

    private JSONObject written(ToolCredentials credentials) throws Exception {
        credentials.refresh(new FilePath(directory.toFile()));
        return JSONObject.fromObject(Files.readString(directory.resolve("credentials.json")));
    }

    private static AwsIdentity identity(WorkflowRun run, String id) {
        return new AwsIdentity(
                new AwsAccess(id, null, "us-east-1", AWS.endpoint()), run, new EnvVars(), new MutableClock());
    }

    private static WorkflowJob job(Folder folder, String script) throws Exception {
        WorkflowJob job = folder.createProject(
                WorkflowJob.class, "job" + folder.getItems().size());
        job.setDefinition(new CpsFlowDefinition(script, true));
        return job;
    }

    private WorkflowRun built(WorkflowJob job) throws Exception {
        return finished(r, job.scheduleBuild2(0).waitForStart(), Result.SUCCESS);
    }

    private static CredentialsStore store(Folder folder) {
        return StreamSupport.stream(CredentialsProvider.lookupStores(folder).spliterator(), false)
                .filter(store -> store.getProvider() instanceof FolderCredentialsProvider)
                .findFirst()
                .orElseThrow();
    }

    private AWSCredentialsImpl keys(String accessKeyId) {
        return new AWSCredentialsImpl(CredentialsScope.GLOBAL, id, accessKeyId, "secret", "");
    }
}
