package io.jenkins.plugins.amideploy.jenkins.tools;

import hudson.FilePath;
import hudson.remoting.VirtualChannel;
import io.jenkins.plugins.amideploy.engine.locks.LockDoctor;
import io.jenkins.plugins.amideploy.engine.locks.LockDoctor.Found;
import io.jenkins.plugins.amideploy.engine.locks.TerraformProcesses;
import io.jenkins.plugins.amideploy.engine.locks.TerraformRun;
import io.jenkins.plugins.amideploy.engine.release.EnvironmentClaims.Life;
import io.jenkins.plugins.amideploy.engine.release.Run.Owner;
import io.jenkins.plugins.amideploy.jenkins.releases.BuildProbe;
import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import jenkins.MasterToSlaveFileCallable;

/**
 * What became of builds of this controller, and of the Terraform of one that has ended, which may still run on its agent: asked there. For {@code
 * unlockState}.
 */
final class StepProbe implements LockDoctor.Probe {
    private final BuildProbe builds = new BuildProbe();

    @Override
    public Life of(Owner owner) {
        return builds.of(owner);
    }

    @Override
    public Found terraform(TerraformRun run) {
        return switch (builds.of(run.owner())) {
            case LIVES -> new Found(Life.LIVES, "which still runs");
            case UNKNOWN -> new Found(Life.UNKNOWN, "of which this Jenkins knows nothing");
            case DEAD -> outlived(run);
        };
    }

    private static Found outlived(TerraformRun run) {
        String agent = "agent " + AgentAbsence.name(run.agent());
        FilePath directory = AgentWorkplace.find(run.agent(), run.directory());
        if (directory == null) {
            return new Found(Life.UNKNOWN, "which has ended; " + agent + ", on which its terraform ran, is away");
        }
        try {
            return switch (directory.act(new Look(run.id()))) {
                case LIVES -> new Found(Life.LIVES, "which has ended; its terraform still runs on " + agent);
                case DEAD -> new Found(Life.DEAD, "which has ended, as has its terraform on " + agent);
                case UNKNOWN ->
                    new Found(Life.UNKNOWN, "which has ended; whether its terraform has cannot be seen on " + agent);
            };
        } catch (IOException unreachable) {
            return new Found(Life.UNKNOWN, "which has ended; " + agent + " does not answer");
        } catch (InterruptedException tooLong) {
            Thread.currentThread().interrupt();
            return new Found(Life.UNKNOWN, "which has ended; " + agent + " does not answer");
        }
    }

    /**
     * Looks on the agent, for a process, and for the signs of life that {@code supervise.sh} gives of a tool whose processes are in a container of
     * their own.
     */
    private static final class Look extends MasterToSlaveFileCallable<Life> {
        private static final long serialVersionUID = 1L;

        private final String run;

        Look(String run) {
            this.run = run;
        }

        @Override
        public Life invoke(File directory, VirtualChannel channel) throws IOException {
            return hasSigns(directory.toPath(), Clock.systemUTC().instant())
                    ? Life.LIVES
                    : new TerraformProcesses().of(run).life();
        }

        private static boolean hasSigns(Path directory, Instant now) throws IOException {
            if (!Files.isDirectory(directory)) {
                return false;
            }
            try (DirectoryStream<Path> tools = Files.newDirectoryStream(directory)) {
                for (Path tool : tools) {
                    if (isAlive(tool, now)) {
                        return true;
                    }
                }
            }
            return false;
        }

        /** By the agent's own clock, or its file server's, which differs by less. */
        private static boolean isAlive(Path tool, Instant now) throws IOException {
            Path alive = tool.resolve("alive");
            return Files.exists(alive)
                    && !Files.exists(tool.resolve("exit"))
                    && Files.getLastModifiedTime(alive)
                            .toInstant()
                            .plus(AgentToolRun.SILENCE)
                            .isAfter(now);
        }
    }
}
