package io.jenkins.plugins.amideploy.jenkins.tools;

import hudson.AbortException;
import hudson.FilePath;
import hudson.Launcher;
import io.jenkins.plugins.amideploy.engine.AppId;
import io.jenkins.plugins.amideploy.engine.AwsFailure;
import io.jenkins.plugins.amideploy.engine.locks.TerraformRun;
import io.jenkins.plugins.amideploy.engine.locks.TerraformRuns;
import io.jenkins.plugins.amideploy.engine.stack.ErroredState;
import io.jenkins.plugins.amideploy.jenkins.releases.BuildOwner;
import io.jenkins.plugins.amideploy.jenkins.releases.ReleaseRecords;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import jenkins.util.BuildListenerAdapter;

/**
 * What a step that runs Terraform leaves for others: while it runs, whose Terraform may hold the lock of the state; and the state that an apply
 * could not write. For {@link StackExecution}.
 */
final class StepTerraform {
    private StepTerraform() {}

    /** @param directory of the step's tools on the agent */
    static TerraformRun run(ToolWork work, String node, FilePath directory, Instant begunAt) {
        return new TerraformRun(
                directory.getName(), BuildOwner.of(work.run()), "", node, directory.getRemote(), begunAt);
    }

    /** Tells others that a Terraform of the step is about to start. Asks AWS. @param bucket of the state */
    static void begin(ToolWork work, String bucket, TerraformRun run) throws AbortException {
        runs(work, bucket).begin(run);
    }

    /** It has ended. What cannot be told now costs nothing: the lock is free, or {@code unlockState} looks on the agent. */
    static void end(ToolWork work, String bucket, TerraformRun run, boolean isGood) {
        try {
            runs(work, bucket).end(run, isGood);
        } catch (AwsFailure | AbortException untold) {
            log(work, "That terraform has ended could not be told: " + untold.getMessage());
        }
    }

    private static TerraformRuns runs(ToolWork work, String bucket) throws AbortException {
        AppId app = work.variables().app();
        return ReleaseRecords.terraformRuns(work.ports().clients().objects(bucket), app);
    }

    /** Keeps with the build the state that an apply left beside its recipes. */
    static void keep(ToolWork work, String recipesDirectory, Launcher launcher) throws InterruptedException {
        String kept = ToolWork.workDirectory(work.variables()) + "/" + ErroredState.FILE;
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
