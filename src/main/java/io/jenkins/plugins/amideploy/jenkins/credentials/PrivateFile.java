package io.jenkins.plugins.amideploy.jenkins.credentials;

import hudson.FilePath;
import hudson.remoting.VirtualChannel;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import jenkins.MasterToSlaveFileCallable;

/**
 * Puts a file of the agent's user alone in place of an earlier one in one go: whoever reads it at that moment gets the old text or
 * the new one. ({@code FilePath.renameTo} refuses where there is one already.)
 */
final class PrivateFile extends MasterToSlaveFileCallable<Void> {
    private static final long serialVersionUID = 1L;

    private final String text;

    private PrivateFile(String text) {
        this.text = text;
    }

    static void write(FilePath file, String text) throws IOException, InterruptedException {
        file.act(new PrivateFile(text));
    }

    @Override
    public Void invoke(File file, VirtualChannel channel) throws IOException {
        Path target = file.toPath();
        Path fresh = target.resolveSibling(target.getFileName() + ".new");
        Files.deleteIfExists(fresh);
        Files.createFile(fresh, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(fresh, text, StandardCharsets.UTF_8);
        Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        return null;
    }
}
