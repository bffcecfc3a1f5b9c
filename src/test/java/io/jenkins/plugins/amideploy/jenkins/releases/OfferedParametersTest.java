package io.jenkins.plugins.amideploy.jenkins.releases;

import static io.jenkins.plugins.amideploy.jenkins.ToolPipelines.finished;
import static org.assertj.core.api.Assertions.assertThat;

import com.cloudbees.jenkins.plugins.awscredentials.AWSCredentialsImpl;
import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import hudson.model.Item;
import hudson.model.ParametersAction;
import hudson.model.ParametersDefinitionProperty;
import hudson.model.Result;
import io.jenkins.plugins.amideploy.jenkins.EmbeddedAws;
import io.jenkins.plugins.amideploy.jenkins.OneController;
import io.jenkins.plugins.amideploy.jenkins.config.AmiDeployConfiguration;
import io.jenkins.plugins.amideploy.jenkins.parameters.EnvironmentParameter;
import io.jenkins.plugins.amideploy.jenkins.parameters.ReleaseParameter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import jenkins.model.Jenkins;
import org.htmlunit.html.DomElement;
import org.htmlunit.html.HtmlForm;
import org.htmlunit.html.HtmlPage;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.MockAuthorizationStrategy;

/** The parameters {@code environmentChoice} and {@code releaseChoice} in the form of a job whose folder has deployed before. */
@ExtendWith(OneController.class)
class OfferedParametersTest {
    @RegisterExtension
    static final EmbeddedAws AWS = EmbeddedAws.withRecords();

    @TempDir
    static Path directory;

    private static JenkinsRule r;
    private static ReleaseWorld world;
    private static WorkflowJob job;

    @BeforeAll
    static void deployed(JenkinsRule rule) throws Exception {
        r = rule;
        r.jenkins.setSecurityRealm(r.createDummySecurityRealm());
        r.jenkins.setAuthorizationStrategy(new MockAuthorizationStrategy()
                .grant(Jenkins.ADMINISTER)
                .everywhere()
                .to("admin")
                .grant(Jenkins.READ, Item.READ, Item.BUILD)
                .everywhere()
                .to("builder"));
        SystemCredentialsProvider provider = SystemCredentialsProvider.getInstance();
        provider.getCredentials()
                .add(new AWSCredentialsImpl(CredentialsScope.GLOBAL, "deployer", "AKIATEST", "secret", ""));
        provider.save();
        AmiDeployConfiguration.get().setCredentialsId("deployer");
        world = new ReleaseWorld(AWS, directory);
        world.group().create();
        finished(r, world.start(r, world.deployment()), Result.SUCCESS);
        world.proven("stage", world.group().image(), Map.of());
        job = r.createProject(WorkflowJob.class, "by-hand");
        job.addProperty(new ParametersDefinitionProperty(environment(), new ReleaseParameter("ROLLBACK_TO")));
        job.setDefinition(new CpsFlowDefinition("echo \"${params.ENVIRONMENT} ${params.ROLLBACK_TO}.\"", true));
    }

    private static EnvironmentParameter environment() {
        EnvironmentParameter parameter = new EnvironmentParameter("ENVIRONMENT");
        parameter.setDefaultValue("demo");
        return parameter;
    }

    @Test
    void form_offersEnvironmentsAndProvenReleases_andTheBuildGetsWhatWasChosen() throws Exception {
        try (JenkinsRule.WebClient client = client()) {
            HtmlPage page = client.getPage(job, "build?delay=0sec");
            assertThat(values(page, "//datalist[@id='ami-deploy-ENVIRONMENT']/option"))
                    .contains(world.environment(), "stage");
            assertThat(values(page, "//select[@name='value']/option"))
                    .contains("", "previous", world.environment() + " 1", "stage 1");
            HtmlForm form = page.getFormByName("parameters");
            form.getSelectByName("value").setSelectedAttribute(world.environment() + " 1", true);
            r.submit(form);
        }
        r.waitUntilNoActivity();

        WorkflowRun run = job.getLastBuild();
        assertThat(run.getAction(ParametersAction.class)
                        .getParameter("ENVIRONMENT")
                        .getValue())
                .as("nothing was typed")
                .isEqualTo("demo");
        r.assertLogContains("demo " + world.environment() + " 1.", run);
    }

    @Test
    void parameters_ofADeclarativePipeline_areDeclaredByTheirNames() throws Exception {
        WorkflowJob declared = r.createProject(WorkflowJob.class);
        declared.setDefinition(new CpsFlowDefinition(
                """
                pipeline {
                    agent none
                    parameters {
                        environmentChoice(name: 'FROM', description: 'where from')
                        releaseChoice(name: 'ROLLBACK_TO', defaultValue: 'previous', description: 'where to')
                    }
                    stages { stage('one') { steps { echo "to ${params.ROLLBACK_TO} from ${params.FROM}." } } }
                }
                """,
                true));
        WorkflowRun run = r.buildAndAssertSuccess(declared);

        r.assertLogContains("to previous from .", run);
        ParametersDefinitionProperty property = declared.getProperty(ParametersDefinitionProperty.class);
        assertThat(property.getParameterDefinition("FROM").getDescription()).isEqualTo("where from");
        try (JenkinsRule.WebClient admin = r.createWebClient().login("admin")) {
            r.submit(admin.getPage(declared, "configure").getFormByName("config"));
        }
        assertThat(((ReleaseParameter) declared.getProperty(ParametersDefinitionProperty.class)
                                .getParameterDefinition("ROLLBACK_TO"))
                        .getDefaultValue())
                .isEqualTo("previous");
    }

    private static List<String> values(HtmlPage page, String options) {
        return page.<DomElement>getByXPath(options).stream()
                .map(option -> option.getAttribute("value"))
                .toList();
    }

    private static JenkinsRule.WebClient client() throws Exception {
        // A form to build is answered with "method not allowed", as Jenkins has it.
        return r.createWebClient().login("builder").withThrowExceptionOnFailingStatusCode(false);
    }
}
