package io.jenkins.plugins.amideploy.cli.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where one tool has its temporary files, gone with the tool. Packer would leave the builder's private key behind
 * (packer-plugin-ansible, provisioner.go: {@code tmp.File("ansible-key")}), and a tool that is killed what it had.
 */
public final class ScratchDirectory {
    /** What a tool looks for it in (POSIX, Environment Variables). */
    static final String VARIABLE = "TMPDIR";

    private final Path path;

    private ScratchDirectory(Path path) {
        this.path = path;
    }

    /**
     * An empty one that only its owner can look into. Its path is short, since tools make sockets there, whose paths have room for about a hundred bytes.
     *
     * @param parent a directory for temporary files
     * @throws IOException when none can be made there
     */
    static ScratchDirectory in(Path parent) throws IOException {
        return new ScratchDirectory(Files.createTempDirectory(parent, "ami-deploy-"));
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
