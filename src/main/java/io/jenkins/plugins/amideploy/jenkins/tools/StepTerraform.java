package io.jenkins.plugins.amideploy.jenkins.tools;

import hudson.AbortException;
import hudson.FilePath;
import io.jenkins.plugins.amideploy.engine.AppId;
import io.jenkins.plugins.amideploy.engine.AwsFailure;
import io.jenkins.plugins.amideploy.engine.locks.TerraformRun;
import io.jenkins.plugins.amideploy.engine.locks.TerraformRuns;
import io.jenkins.plugins.amideploy.jenkins.releases.BuildOwner;
import io.jenkins.plugins.amideploy.jenkins.releases.ReleaseRecords;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.jenkinsci.plugins.workflow.support.concurrent.Timeout;

/** What a step that runs Terraform tells others: while it runs, whose Terraform may hold the lock of the state. For {@link StackExecution}. */
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

    private static void log(ToolWork work, String line) {
        work.listener().getLogger().println(line);
    }
}
