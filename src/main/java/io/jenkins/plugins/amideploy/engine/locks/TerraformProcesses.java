package io.jenkins.plugins.amideploy.engine.locks;

import io.jenkins.plugins.amideploy.engine.release.EnvironmentClaims.Life;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/**
 * Finds the Terraform of a run among the processes of this computer; proc(5). It outlives who started it, so that a dead owner does not mean a
 * dead holder. For the front doors, where the processes are: the command line, and an agent.
 */
public final class TerraformProcesses {
    /** In the environment of every tool: id of the run that started it. */
    public static final String VARIABLE = "AMI_DEPLOY_RUN";

    /** As proc(5) calls it; its providers have longer names, of which fifteen characters are kept, and hold no lock. */
    private static final String NAME = "terraform";

    private final Path root;

    public TerraformProcesses() {
        this(Path.of("/proc"));
    }

    /** @param root directory in which the processes are */
    TerraformProcesses(Path root) {
        this.root = root;
    }

    /**
     * What became of a run's Terraform.
     *
     * @param life unknown where processes cannot be looked at
     * @param process id of the one that lives, else 0
     */
    public record Found(Life life, long process) implements java.io.Serializable {}

    /** @param run id of the run */
    public Found of(String run) {
        if (!Files.isReadable(root.resolve("self/environ"))) {
            return new Found(Life.UNKNOWN, 0);
        }
        boolean hidden = false;
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(root, "[0-9]*")) {
            for (Path process : processes) {
                if (!NAME.equals(comm(process))) {
                    continue;
                }
                try {
                    if (isOf(process, run)) {
                        return new Found(
                                Life.LIVES, Long.parseLong(process.toFile().getName()));
                    }
                } catch (IOException notOurs) {
                    hidden |= runs(process);
                }
            }
        } catch (IOException e) {
            hidden = true;
        }
        return new Found(hidden ? Life.UNKNOWN : Life.DEAD, 0);
    }

    private static String comm(Path process) {
        try {
            return Files.readString(process.resolve("comm")).strip();
        } catch (IOException ended) {
            return "";
        }
    }

    /**
     * One that has ended is not hidden, whether or not anybody has asked for its exit code yet: it has no memory, of which its environment would be a part;
     * newer kernels then say that there is no such process.
     */
    private static boolean runs(Path process) {
        try {
            return Files.readString(process.resolve("status")).contains("\nVmSize:");
        } catch (NoSuchFileException ended) {
            return false;
        } catch (IOException hidden) {
            return Files.exists(process);
        }
    }

    private static boolean isOf(Path process, String run) throws IOException {
        String environment = new String(Files.readAllBytes(process.resolve("environ")), StandardCharsets.ISO_8859_1);
        return List.of(environment.split("\0")).contains(VARIABLE + "=" + run);
    }
}
