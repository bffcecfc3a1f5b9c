package io.jenkins.plugins.amideploy.jenkins.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.cli.CLICommandInvoker;
import hudson.model.Result;
import hudson.plugins.git.GitSCM;
import io.jenkins.plugins.amideploy.jenkins.OneController;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import jenkins.plugins.git.GitSCMSource;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
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

/** The shipped pipelines and the library as Jenkins itself reads them; tests/jenkins runs them against the embedded AWS. */
@ExtendWith(OneController.class)
class JenkinsfileTest {
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
    void library_fromAGitRepository_isUsedByAFiveLineJenkinsfile(JenkinsRule r, @TempDir Path directory)
            throws Exception {
        GitSCM.ALLOW_LOCAL_CHECKOUT = true;
        Path repository = directory.resolve("library");
        copyVars(repository.resolve("vars"));
        git(repository, "init", "-q", "-b", "main");
        git(repository, "add", ".");
        git(repository, "-c", "user.name=t", "-c", "user.email=t@example.org", "commit", "-q", "-m", "library");
        LibraryConfiguration library = new LibraryConfiguration(
                "ami-deploy",
                new SCMSourceRetriever(new GitSCMSource(repository.toUri().toString())));
        library.setDefaultVersion("main");
        GlobalLibraries.get().setLibraries(List.of(library));

        WorkflowJob job = r.createProject(WorkflowJob.class);
        job.setDefinition(new CpsFlowDefinition(
                """
                @Library('ami-deploy') _
                deployWebApp(
                    environment: 'demo',
                    credentialsId: 'aws-deploy'
                )
                """,
                true));
        WorkflowRun run = r.assertBuildStatus(Result.FAILURE, job.scheduleBuild2(0));

        // As far as it gets on a controller that does not say where the tools' repository is.
        r.assertLogContains("repository is missing: give it to the call", run);
    }

    private static void copyVars(Path to) throws Exception {
        Files.createDirectories(to);
        try (var files = Files.list(Path.of("vars"))) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
    }

    private static void git(Path directory, String... arguments) throws Exception {
        String[] command = new String[arguments.length + 1];
        command[0] = "git";
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
    }
}
