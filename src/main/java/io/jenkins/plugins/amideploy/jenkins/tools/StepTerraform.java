package io.jenkins.plugins.amideploy.jenkins.tools;

import hudson.AbortException;
import hudson.FilePath;
import hudson.Launcher;
import io.jenkins.plugins.amideploy.engine.AppId;
import io.jenkins.plugins.amideploy.engine.AwsFailure;
import io.jenkins.plugins.amideploy.engine.diagnosis.Cause;
import io.jenkins.plugins.amideploy.engine.diagnosis.Diagnosis;
import io.jenkins.plugins.amideploy.engine.locks.TerraformRun;
import io.jenkins.plugins.amideploy.engine.locks.TerraformRuns;
import io.jenkins.plugins.amideploy.engine.stack.ErroredState;
import io.jenkins.plugins.amideploy.engine.state.ObjectStore;
import io.jenkins.plugins.amideploy.jenkins.parsers.JacksonParser;
import io.jenkins.plugins.amideploy.jenkins.releases.BuildOwner;
import io.jenkins.plugins.amideploy.jenkins.releases.ReleaseRecords;
import io.jenkins.plugins.amideploy.jenkins.run.NamedFailure;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import jenkins.util.BuildListenerAdapter;
import org.jenkinsci.plugins.workflow.support.concurrent.Timeout;

/**
 * What a step that runs Terraform leaves for others: while it runs, whose Terraform may hold the lock of the state; and the state that an apply
 * could not write. For {@link StackExecution}.
 */
final class StepTerraform {
    /** What costs nothing where it is not done may not keep a step from its end. */
    private static final int PATIENCE_SECONDS = 10;

    private StepTerraform() {}

    /** @param directory of the step's tools on the agent */
    static TerraformRun run(ToolWork work, String node, FilePath directory, Instant begunAt) {
        return new TerraformRun(
                directory.getName(), BuildOwner.of(work.run()), "", node, directory.getRemote(), begunAt);
    }

    /**
     * Tells others that a Terraform of the step is about to start. Asks AWS. Who may not tell works without: its lock then needs its id.
     *
     * @param bucket of the state
     */
    static void begin(ToolWork work, String bucket, TerraformRun run) throws AbortException {
        try {
            runs(work, bucket).begin(run);
        } catch (AwsFailure untold) {
            if (untold.kind().passing()) {
                throw untold;
            }
            log(work, "Whose terraform runs could not be told: " + untold.getMessage());
        }
    }

    /** It has ended. What cannot be told now costs nothing: the lock is free, or {@code unlockState} looks on the agent. */
    static void end(ToolWork work, String bucket, TerraformRun run, boolean hasNone) {
        try (Timeout limit = Timeout.limit(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            runs(work, bucket).end(run, hasNone);
        } catch (AwsFailure | AbortException untold) {
            // The SDK leaves the thread interrupted when the time is over; what comes after is not meant.
            Thread.interrupted();
            log(work, "That terraform has ended could not be told: " + untold.getMessage());
        }
    }

    private static TerraformRuns runs(ToolWork work, String bucket) throws AbortException {
        AppId app = work.variables().app();
        return ReleaseRecords.terraformRuns(work.ports().clients().objects(bucket), app);
    }

    /**
     * A plan from the state of before an apply that could not write its own would make things twice. Asks AWS where one is kept in this workspace;
     * one that was written, or that something newer was written after, counts no more.
     *
     * @throws AbortException where one waits to be written
     */
    static void requireWritten(ToolWork work, String bucket) throws IOException, InterruptedException {
        String kept = kept(work);
        FilePath file = work.workspace().child(kept);
        if (!file.exists()) {
            return;
        }
        JacksonParser json = new JacksonParser();
        ErroredState state =
                ErroredState.of(kept, AgentFiles.text(file), work.variables().app(), json);
        Optional<String> there = work.ports()
                .clients()
                .objects(bucket)
                .read(work.variables().stateKey())
                .map(ObjectStore.Stored::text);
        if (state.refusal(there, json).isEmpty()) {
            throw new NamedFailure(Diagnosis.of(
                            Cause.STATE_NOT_WRITTEN,
                            "an apply of " + state.environment() + " could not write its state, which is kept in "
                                    + kept + " and with its build")
                    .withCure("write it first:", ErroredState.push(StateHome.in(bucket, work))));
        }
    }

    private static String kept(ToolWork work) {
        return ToolWork.workDirectory(work.variables()) + "/" + ErroredState.FILE;
    }

    /** Keeps with the build the state that an apply left beside its recipes. */
    static void keep(ToolWork work, String recipesDirectory, Launcher launcher) throws InterruptedException {
        String kept = kept(work);
        FilePath left = work.workspace().child(recipesDirectory + "/terraform/" + ErroredState.FILE);
        try {
            if (left.exists()) {
                left.renameTo(work.workspace().child(kept));
                work.run()
                        .pickArtifactManager()
                        .archive(
                                work.workspace(),
                                launcher,
                                BuildListenerAdapter.wrap(work.listener()),
                                Map.of(kept, kept));
                log(work, "The state that could not be written is kept with this build: " + kept);
            }
        } catch (IOException notKept) {
            log(work, "The state that could not be written stays on the agent, in " + left + ": " + notKept);
        }
    }

    private static void log(ToolWork work, String line) {
        work.listener().getLogger().println(line);
    }
}
