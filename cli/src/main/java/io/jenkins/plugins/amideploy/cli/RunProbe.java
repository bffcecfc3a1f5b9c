package io.jenkins.plugins.amideploy.cli;

import io.jenkins.plugins.amideploy.engine.locks.LockDoctor;
import io.jenkins.plugins.amideploy.engine.locks.LockDoctor.Found;
import io.jenkins.plugins.amideploy.engine.locks.TerraformProcesses;
import io.jenkins.plugins.amideploy.engine.locks.TerraformRun;
import io.jenkins.plugins.amideploy.engine.release.EnvironmentClaims.Life;
import io.jenkins.plugins.amideploy.engine.release.Run.Owner;

/** What became of other runs, as far as this computer knows: their processes, and the Terraform that may have outlived them. For {@code unlock}. */
final class RunProbe implements LockDoctor.Probe {
    private final ProcessProbe processes;
    private final TerraformProcesses terraforms;

    RunProbe(ProcessProbe processes) {
        this(processes, new TerraformProcesses());
    }

    RunProbe(ProcessProbe processes, TerraformProcesses terraforms) {
        this.processes = processes;
        this.terraforms = terraforms;
    }

    @Override
    public Life of(Owner owner) {
        return processes.of(owner);
    }

    @Override
    public Found terraform(TerraformRun run) {
        return switch (processes.of(run.owner())) {
            case LIVES -> new Found(Life.LIVES, "which still runs");
            case UNKNOWN -> new Found(Life.UNKNOWN, "of which nothing can be seen from here");
            case DEAD -> outlived(terraforms.of(run.id()));
        };
    }

    private static Found outlived(TerraformProcesses.Found found) {
        return switch (found.life()) {
            case LIVES ->
                new Found(Life.LIVES, "which has ended; its terraform, process " + found.process() + ", still runs");
            case UNKNOWN ->
                new Found(Life.UNKNOWN, "which has ended; whether its terraform has cannot be seen from here");
            case DEAD -> new Found(Life.DEAD, "which has ended");
        };
    }
}
