package io.jenkins.plugins.amideploy.cli;

import io.jenkins.plugins.amideploy.engine.AwsFailure;
import io.jenkins.plugins.amideploy.engine.locks.TerraformRun;
import io.jenkins.plugins.amideploy.engine.locks.TerraformRuns;
import io.jenkins.plugins.amideploy.engine.stack.Backend;

/**
 * Tells others, while a Terraform of this command may hold the lock of the state, whose that is. Of a command that is ended by force, the word
 * stays. What cannot be told costs nothing now: {@code unlock} then asks for the id of the lock.
 */
final class TerraformClaim implements AutoCloseable {
    private final Session session;
    private final TerraformRuns runs;
    private final TerraformRun run;

    /** Told on a thread of its own: Terraform needs longer to come to the lock. */
    private final Ahead<Boolean> told;

    private boolean hasNone;

    private TerraformClaim(Session session, TerraformRuns runs) {
        this.session = session;
        this.runs = runs;
        this.run = runs == null ? null : TerraformRun.ofProcess(session.runId(), session.owner(), session.second());
        this.told = runs == null ? null : Ahead.ask(this::tell);
    }

    /** The lock of a local state ends with its process: of that nothing is told. */
    static TerraformClaim begin(Session session, Backend backend) {
        return new TerraformClaim(session, backend instanceof Backend.S3 ? new Records(session).terraformRuns() : null);
    }

    private boolean tell() {
        try {
            runs.begin(run);
            return true;
        } catch (AwsFailure untold) {
            return false;
        }
    }

    /** It is certain that Terraform has no lock: it did what it was asked to, or never got it. */
    void hasNone() {
        hasNone = true;
    }

    @Override
    public void close() {
        if (runs == null || !told.get()) {
            return;
        }
        try {
            runs.end(run, hasNone);
        } catch (AwsFailure failure) {
            session.console().detail("that terraform has ended could not be told: " + failure.getMessage());
        }
    }
}
