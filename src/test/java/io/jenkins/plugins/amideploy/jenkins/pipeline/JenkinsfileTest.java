package io.jenkins.plugins.amideploy.jenkins.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import com.cloudbees.plugins.credentials.impl.UsernamePasswordCredentialsImpl;
import hudson.EnvVars;
import hudson.FilePath;
import hudson.cli.CLICommandInvoker;
import hudson.model.Result;
import hudson.plugins.git.BranchSpec;
import hudson.plugins.git.GitSCM;
import hudson.plugins.git.UserRemoteConfig;
import hudson.slaves.DumbSlave;
import io.jenkins.plugins.amideploy.jenkins.GitServer;
import io.jenkins.plugins.amideploy.jenkins.OneController;
import io.jenkins.plugins.amideploy.jenkins.Repositories;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import jenkins.plugins.git.GitSCMSource;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.cps.CpsScmFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.jenkinsci.plugins.workflow.libs.GlobalLibraries;
import org.jenkinsci.plugins.workflow.libs.LibraryConfiguration;
import org.jenkinsci.plugins.workflow.libs.SCMSourceRetriever;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.jvnet.hudson.test.JenkinsRule;

/** The shipped pipelines, and what the plugin brings to others, as Jenkins itself reads them; tests/jenkins runs them against the embedded AWS. */
@ExtendWith(OneController.class)
class JenkinsfileTest {
    private static final String FIVE_LINES =
            """
            deployWebApp(
                environment: 'demo',
                credentialsId: 'aws-deploy'
            )
            """;

    @ParameterizedTest
    @ValueSource(strings = {"Jenkinsfile", "Jenkinsfile.destroy"})
    void jenkinsfile_isAcceptedByTheDeclarativeLinter(String file, JenkinsRule r) throws Exception {
        CLICommandInvoker.Result result = new CLICommandInvoker(r, "declarative-linter")
                .withStdin(Files.newInputStream(Path.of(file)))
                .invoke();

        assertThat(result.stdout()).contains("successfully validated");
        assertThat(result.returnCode()).isZero();
    }

    @Test
    void fiveLines_inAnApplicationsRepository_bringTheToolsToTheAgent(JenkinsRule r, @TempDir Path directory)
            throws Exception {
        Path docker = Files.createDirectories(directory.resolve("bin")).resolve("docker");
        Files.writeString(docker, "#!/bin/sh\necho 'no engine here' >&2\nexit 1\n");
        assertThat(docker.toFile().setExecutable(true)).isTrue();
        Path repository = Repositories.committed(
                directory.resolve("shop"),
                Map.of("Jenkinsfile", FIVE_LINES, "environments/demo.pkrvars.hcl", "app = \"shop\"\n"));
        DumbSlave agent = r.createSlave(
                "docker", new EnvVars("PATH", docker.getParent() + File.pathSeparator + System.getenv("PATH")));
        WorkflowJob job = r.createProject(WorkflowJob.class);
        GitSCM scm = new GitSCM(repository.toUri().toString());
        job.setDefinition(new CpsScmFlowDefinition(scm, "Jenkinsfile"));

        WorkflowRun run = r.assertBuildStatus(Result.FAILURE, job.scheduleBuild2(0));

        r.assertLogContains("no engine here", run);
        FilePath workspace = agent.getWorkspaceFor(job);
        assertThat(workspace.child("environments/demo.pkrvars.hcl").exists()).isTrue();
        List<FilePath> recipes = workspace.child(".work/recipes").listDirectories();
        assertThat(recipes).hasSize(1);
        String path = recipes.get(0).getRemote();
        r.assertLogContains("-f " + path + "/resources/tooling/Dockerfile " + path, run);
        assertThat(recipes.get(0).child("resources/tooling/Dockerfile").exists())
                .isTrue();
    }

    @Test
    void plugin_offersItsVariables_withTheirHelp(JenkinsRule r) throws Exception {
        String page = r.createWebClient()
                .goTo("pipeline-syntax/globals")
                .getWebResponse()
                .getContentAsString();

        assertThat(page).contains("<code>deployWebApp</code>", "existing AMI to deploy instead of a bake");
    }

    /** Whoever changes it has a library of that; the plugin's own stands behind it. */
    @Test
    void library_withADeployWebAppOfItsOwn_comesBeforeThePlugins(JenkinsRule r, @TempDir Path directory)
            throws Exception {
        Map<String, String> changed = new HashMap<>(Map.of(
                "vars/deployWebApp.groovy", "def call(Map settings) { deploySettings(settings, [theirs: 1]) }\n"));
        for (String kept : List.of("deploySettings", "withDeployTools")) {
            changed.put("vars/" + kept + ".groovy", Files.readString(Path.of("vars", kept + ".groovy")));
        }
        LibraryConfiguration library = new LibraryConfiguration(
                "theirs",
                new SCMSourceRetriever(new GitSCMSource(Repositories.committed(directory.resolve("library"), changed)
                        .toUri()
                        .toString())));
        library.setDefaultVersion("master");
        GlobalLibraries.get().setLibraries(List.of(library));
        WorkflowJob job = r.createProject(WorkflowJob.class);
        job.setDefinition(new CpsFlowDefinition("@Library('theirs') _\ndeployWebApp(unknown: 1)", true));

        WorkflowRun run = r.assertBuildStatus(Result.FAILURE, job.scheduleBuild2(0));

        r.assertLogContains("unknown: no such setting; there are environment, ", run);
        r.assertLogContains(", theirs", run);
    }

    /** Application and library, each in a repository that nobody reads without credentials. */
    @Test
    void privateRepositories_areReadWithTheirCredentials_whichAreNotShown(JenkinsRule r, @TempDir Path directory)
            throws Exception {
        Repositories.committed(
                directory.resolve("shop"),
                Map.of("Jenkinsfile", "@Library('ours') _\ndeployWebApp(environment: 'demo')\n"));
        Repositories.committed(
                directory.resolve("library"),
                Map.of(
                        "vars/withDeployTools.groovy",
                        """
                        def call(Map config, Closure body) {
                            node {
                                checkout scm
                                error "in private: ${fileExists('Jenkinsfile')}"
                            }
                        }
                        """));
        SystemCredentialsProvider provider = SystemCredentialsProvider.getInstance();
        provider.getCredentials()
                .add(new UsernamePasswordCredentialsImpl(
                        CredentialsScope.GLOBAL, "git-host", "", GitServer.USER, GitServer.PASSWORD));
        provider.save();
        try (GitServer host = new GitServer(directory)) {
            WorkflowRun read = built(r, host, "git-host", "git-host");
            WorkflowRun withoutTheLibrarys = built(r, host, "git-host", null);
            WorkflowRun withoutAny = built(r, host, null, "git-host");

            r.assertLogContains("in private: true", read);
            assertThat(r.getLog(withoutTheLibrarys)).containsPattern("could not read Username|Authentication failed");
            assertThat(r.getLog(withoutAny)).containsPattern("could not read Username|Authentication failed");
            r.assertLogNotContains(GitServer.PASSWORD, read);
        }
    }

    /** @param application id of the credentials for the application's repository; null: none */
    private static WorkflowRun built(JenkinsRule r, GitServer host, String application, String library)
            throws Exception {
        GitSCMSource source = new GitSCMSource(host.url("library"));
        source.setCredentialsId(library);
        LibraryConfiguration ours = new LibraryConfiguration("ours", new SCMSourceRetriever(source));
        ours.setDefaultVersion("master");
        GlobalLibraries.get().setLibraries(List.of(ours));
        WorkflowJob job = r.createProject(WorkflowJob.class);
        GitSCM scm = new GitSCM(
                List.of(new UserRemoteConfig(host.url("shop"), null, null, application)),
                List.of(new BranchSpec("master")),
                null,
                null,
                List.of());
        job.setDefinition(new CpsScmFlowDefinition(scm, "Jenkinsfile"));
        return r.assertBuildStatus(Result.FAILURE, job.scheduleBuild2(0));
    }
}
