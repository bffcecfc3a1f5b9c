package io.jenkins.plugins.amideploy.jenkins.tools;

import hudson.remoting.VirtualChannel;
import java.io.File;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import jenkins.MasterToSlaveFileCallable;

/**
 * Takes the place of a tool's supervisor, for {@link AgentToolRun#cancel()}: a supervisor that comes later, launched before the
 * connection broke, finds its place taken and starts nothing. See {@code supervise.sh}. Yields whether the tool never starts.
 */
final class ToolClaim extends MasterToSlaveFileCallable<Boolean> {
    private static final long serialVersionUID = 1L;

    @Override
    public Boolean invoke(File directory, VirtualChannel channel) throws IOException {
        Path cancelled = directory.toPath().resolve("cancelled");
        Files.createDirectories(directory.toPath());
        try {
            Files.createDirectory(directory.toPath().resolve("started"));
            Files.createFile(cancelled);
            return true;
        } catch (FileAlreadyExistsException begun) {
            return Files.exists(cancelled);
        }
    }
}
