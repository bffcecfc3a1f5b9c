package io.jenkins.plugins.amideploy.jenkins.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.cloudbees.hudson.plugins.folder.Folder;
import com.cloudbees.jenkins.plugins.awscredentials.AWSCredentialsImpl;
import com.cloudbees.plugins.credentials.CredentialsProvider;
import hudson.PluginManager;
import hudson.PluginWrapper;
import hudson.model.ItemGroup;
import hudson.model.ParametersDefinitionProperty;
import hudson.plugins.git.GitSCM;
import hudson.plugins.git.extensions.impl.IgnoreNotifyCommit;
import hudson.security.ACL;
import hudson.triggers.SCMTrigger;
import io.jenkins.plugins.amideploy.jenkins.OneController;
import io.jenkins.plugins.amideploy.jenkins.config.AmiDeployConfiguration;
import io.jenkins.plugins.casc.ConfigurationAsCode;
import io.jenkins.plugins.casc.SecretSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import jenkins.model.Jenkins;
import org.jenkinsci.plugins.workflow.cps.CpsScmFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.TestExtension;

/** What {@code resources/controller} makes of a controller; tests/jenkins runs the jobs that come of it. */
@ExtendWith(OneController.class)
class ControllerTest {
    /** A secret key that occurs nowhere else, so that it can be searched for. */
    private static final String SECRET_KEY = "c4n4ry/S3cretKeyOfTheFolder+0123456789abc";

    private static final Path CONTROLLER = Path.of("resources", "controller");

    @Test
    void casc_folderHasTheCredentials_andNobodyElseDoes(JenkinsRule r) throws Exception {
        configure();

        assertThat(credentials(r.jenkins.getItemByFullName("shop", Folder.class)))
                .singleElement()
                .satisfies(found -> {
                    assertThat(found.getId()).isEqualTo("aws-deploy");
                    assertThat(found.getSecretKey().getPlainText()).isEqualTo(SECRET_KEY);
                });
        assertThat(credentials(r.jenkins)).isEmpty();
        assertThat(filesInClear(r.jenkins.getRootDir().toPath())).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"deploy,Jenkinsfile,true", "deploy-by-hand,Jenkinsfile,false", "destroy,Jenkinsfile.destroy,false"})
    void casc_job_isThereWithItsParameters_andOnlyDeployHeedsPushes(
            String name, String script, boolean onPush, JenkinsRule r) throws Exception {
        configure();

        WorkflowJob job = r.jenkins.getItemByFullName("shop/" + name, WorkflowJob.class);
        CpsScmFlowDefinition definition = (CpsScmFlowDefinition) job.getDefinition();
        GitSCM scm = (GitSCM) definition.getScm();
        assertThat(definition.getScriptPath()).isEqualTo(script);
        assertThat(scm.getUserRemoteConfigs().get(0).getUrl()).isEqualTo("https://git.example.org/shop.git");
        assertThat(scm.getBranches().get(0).getName()).isEqualTo("trunk");
        assertThat(scm.getExtensions().get(IgnoreNotifyCommit.class) == null).isEqualTo(onPush);
        assertThat(job.getTriggers().values().stream().anyMatch(SCMTrigger.class::isInstance))
                .isEqualTo(onPush);
        assertThat(job.getProperty(ParametersDefinitionProperty.class)
                        .getParameterDefinition("ENVIRONMENT")
                        .getDefaultParameterValue()
                        .getValue())
                .isEqualTo("production");
    }

    @Test
    void casc_appliedAgain_changesNoJob(JenkinsRule r) throws Exception {
        configure();
        WorkflowJob job = r.jenkins.getItemByFullName("shop/deploy", WorkflowJob.class);
        job.setDescription("as somebody changed it");

        configure();

        assertThat(r.jenkins.getItemByFullName("shop/deploy", WorkflowJob.class).getDescription())
                .isEqualTo("as somebody changed it");
    }

    @Test
    void casc_globalConfiguration_isAsDeclared(JenkinsRule r) throws Exception {
        configure();

        AmiDeployConfiguration configuration = AmiDeployConfiguration.get();
        assertThat(configuration.getCredentialsId()).isEqualTo("aws-deploy");
        assertThat(configuration.getEndpoint()).isEqualTo("http://127.0.0.1:4566");
        assertThat(r.jenkins.getLabel("docker").getNodes()).containsExactly(r.jenkins);
        assertThat(r.jenkins.getACL().hasPermission2(Jenkins.ANONYMOUS2, Jenkins.READ))
                .isFalse();
    }

    /** The tests run with what the BOM resolves, so the list names that, and everything that this plugin asks for. */
    @Test
    void plugins_areThoseOfTheBom_andAllThatThisPluginNeeds(JenkinsRule r) throws Exception {
        List<String> listed;
        try (Stream<String> lines = Files.lines(CONTROLLER.resolve("plugins.txt"))) {
            listed = lines.filter(line -> !line.startsWith("#")).toList();
        }

        assertThat(listed).allSatisfy(line -> {
            PluginWrapper plugin = r.jenkins.pluginManager.getPlugin(line.split(":")[0]);
            assertThat(plugin).as(line).isNotNull();
            assertThat(line).isEqualTo(plugin.getShortName() + ":" + plugin.getVersion());
        });
        Set<String> installed = new HashSet<>();
        listed.forEach(line -> withDependencies(r.jenkins.pluginManager, line.split(":")[0], installed));
        assertThat(r.jenkins.pluginManager.getPlugin("ami-deploy").getMandatoryDependencies())
                .extracting(dependency -> dependency.shortName)
                .isSubsetOf(installed);
    }

    /** What an installation of a plugin brings: itself and, through and through, what it cannot do without. */
    private static void withDependencies(PluginManager plugins, String name, Set<String> into) {
        if (into.add(name)) {
            plugins.getPlugin(name)
                    .getMandatoryDependencies()
                    .forEach(dependency -> withDependencies(plugins, dependency.shortName, into));
        }
    }

    private static void configure() {
        ConfigurationAsCode.get().configure(CONTROLLER.resolve("casc.yaml").toString());
    }

    private static List<AWSCredentialsImpl> credentials(ItemGroup<?> where) {
        return CredentialsProvider.lookupCredentialsInItemGroup(AWSCredentialsImpl.class, where, ACL.SYSTEM2);
    }

    private static List<Path> filesInClear(Path home) throws Exception {
        try (Stream<Path> files = Files.walk(home)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> file.toString().endsWith(".xml"))
                    .filter(file -> read(file).contains(SECRET_KEY))
                    .toList();
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** Variables and secrets of a controller, which otherwise come from its environment and the files of SECRETS. */
    @TestExtension
    public static final class Given extends SecretSource {
        private static final Map<String, String> VALUES = Map.of(
                "admin-password", "p4ssw0rd",
                "aws-access-key-id", "AKIAEXAMPLE",
                "aws-secret-access-key", SECRET_KEY,
                "JENKINS_URL", "http://jenkins.example.org/",
                "AMI_DEPLOY_FOLDER", "shop",
                "AMI_DEPLOY_REPOSITORY", "https://git.example.org/shop.git",
                "AMI_DEPLOY_BRANCH", "trunk",
                "AMI_DEPLOY_ENVIRONMENT", "production",
                "AMI_DEPLOY_ENDPOINT", "http://127.0.0.1:4566");

        @Override
        public Optional<String> reveal(String secret) {
            return Optional.ofNullable(VALUES.get(secret));
        }
    }
}
