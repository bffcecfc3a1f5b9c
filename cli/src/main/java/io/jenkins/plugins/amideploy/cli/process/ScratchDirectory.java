package io.jenkins.plugins.amideploy.cli.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Where one tool has its temporary files, gone with the tool. Packer would leave the builder's private key behind
 * (packer-plugin-ansible, provisioner.go: {@code tmp.File("ansible-key")}), and a tool that is killed what it had.
 */
public final class ScratchDirectory {
    /** What a tool looks for it in (POSIX, Environment Variables). */
    static final String VARIABLE = "TMPDIR";

    /** Letters of a name that nobody else has: short, since tools make sockets there, whose paths have room for about a hundred bytes (unix(7)). */
    private static final int LETTERS = 8;

    private static final FileAttribute<?> PRIVATE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private final Path path;

    private ScratchDirectory(Path path) {
        this.path = path;
    }

    /**
     * An empty one that only its owner can look into.
     *
     * @param parent a directory for temporary files
     * @throws IOException when none can be made there
     */
    static ScratchDirectory in(Path parent) throws IOException {
        String name = UUID.randomUUID().toString().substring(0, LETTERS);
        return new ScratchDirectory(Files.createDirectory(parent.resolve("ami-deploy-" + name), PRIVATE));
    }

    Path path() {
        return path;
    }

    /** Removes it, and says whether that went well: what the tool did counts all the same. */
    boolean remove() {
        try {
            remove(path);
            return true;
        } catch (IOException | UncheckedIOException left) {
            return false;
        }
    }

    /**
     * Removes a directory and all that is in it; symbolic links are not followed.
     *
     * @throws IOException when something cannot be removed; the rest may be gone
     */
    public static void remove(Path directory) throws IOException {
        List<Path> all = new ArrayList<>();
        try (Stream<Path> walk = Files.walk(directory)) {
            walk.sorted(Comparator.reverseOrder()).forEach(all::add);
        }
        for (Path each : all) {
            Files.delete(each);
        }
    }
}
