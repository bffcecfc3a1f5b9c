package io.jenkins.plugins.amideploy.jenkins;

import hudson.model.Result;
import java.nio.file.Path;
import java.util.UUID;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.jvnet.hudson.test.JenkinsRule;

/** Pipelines of the tests: a variables file, the fake tools on the PATH, the embedded AWS, and the lines that are tested. */
public final class ToolPipelines {
    private ToolPipelines() {}

    /** A job that runs the lines on any agent. */
    public static WorkflowJob job(JenkinsRule r, EmbeddedAws aws, FakeTools tools, String lines) throws Exception {
        return onNode(r, "", aws, tools, lines);
    }

    /** A job that runs the lines on an agent with a label. */
    public static WorkflowJob onNode(JenkinsRule r, String label, EmbeddedAws aws, FakeTools tools, String lines)
            throws Exception {
        return define(
                r,
                """
                node('%s') {
                %s
                }
                """
                        .formatted(label, prepared(aws, tools.directory(), lines)));
    }

    /** The lines with all that they need around them. No two have one state bucket: an environment is one build's at a time. */
    public static String prepared(EmbeddedAws aws, Path tools, String lines) {
        return """
                writeFile file: 'environments/demo.pkrvars.hcl', text: 'app = "web"\\nenvironment = "demo"\\nregion = "us-east-1"\\nstate_bucket = "%s"\\n'
                withEnv(['PATH+FAKE=%s', 'AWS_ENDPOINT_URL=%s', 'AWS_EC2_METADATA_DISABLED=true',
                         'GIT_COMMIT=0123456789abcdef0123456789abcdef01234567']) {
                %s
                }
                """
                .formatted("states-" + UUID.randomUUID(), tools, aws.endpoint(), lines);
    }

    /** A job of that script. */
    public static WorkflowJob define(JenkinsRule r, String script) throws Exception {
        // The harness' own names are made of how many jobs there are: two tests at once would get the same.
        WorkflowJob job = r.jenkins.createProject(WorkflowJob.class, "job-" + UUID.randomUUID());
        job.setDefinition(new CpsFlowDefinition(script, true));
        return job;
    }

    /** Keys in the environment, as {@code withCredentials} sets them. */
    public static String withKeys(String lines) {
        return "withEnv(['AWS_ACCESS_KEY_ID=test', 'AWS_SECRET_ACCESS_KEY=test']) {\n" + lines + "\n}";
    }

    /** Waits for the end and checks it. */
    public static WorkflowRun finished(JenkinsRule r, WorkflowRun run, Result result) throws Exception {
        r.waitForCompletion(run);
        r.assertBuildStatus(result, run);
        return run;
    }
}
