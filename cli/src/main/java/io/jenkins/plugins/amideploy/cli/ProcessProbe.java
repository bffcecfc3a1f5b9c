package io.jenkins.plugins.amideploy.cli;

import io.jenkins.plugins.amideploy.engine.release.EnvironmentClaims;
import io.jenkins.plugins.amideploy.engine.release.EnvironmentClaims.Life;
import io.jenkins.plugins.amideploy.engine.release.Run.Owner;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Who this process is to other runs, and whether the process of another run lives, as far as it can be told from here. A process is known by its
 * number and the time of its start, on one boot of one machine and among the processes of one container; see proc(5) and machine-id(5). Where the
 * system does not tell these, nothing is said of others.
 */
final class ProcessProbe implements EnvironmentClaims.Probe {
    /** Position of the time of the start in {@code /proc/<pid>/stat}, counted from the state, which follows the name in brackets. */
    private static final int START = 19;

    /** Digits of the machine's id, which is not to be shown as it is. */
    private static final int SHOWN = 16;

    private final Path root;

    ProcessProbe() {
        this(Path.of("/"));
    }

    /** @param root directory in which proc and etc are */
    ProcessProbe(Path root) {
        this.root = root;
    }

    /** This process as the owner of a build. */
    Owner owner(String build) {
        long process = ProcessHandle.current().pid();
        return new Owner(
                build, "", host(), here().text(), process, startOf(process).orElse(""));
    }

    @Override
    public Life of(Owner other) {
        Place here = here();
        Place there = Place.of(other.boot());
        if (!here.isKnown() || !there.isKnown()) {
            return Life.UNKNOWN;
        }
        if (here.equals(there)) {
            return life(other);
        }
        boolean isOfAnEarlierBoot = !here.machine.isEmpty()
                && here.machine.equals(there.machine)
                && host().equals(other.host())
                && !here.boot.equals(there.boot);
        return isOfAnEarlierBoot ? Life.DEAD : Life.UNKNOWN;
    }

    private Life life(Owner other) {
        Optional<String> start = startOf(other.process());
        if (start.isPresent() && start.get().equals(other.processStartedAt())) {
            return Life.LIVES;
        }
        // Where the first process is hidden from us (hidepid), so are those of others.
        return startOf(1).isPresent() ? Life.DEAD : Life.UNKNOWN;
    }

    /**
     * Where a process is.
     *
     * @param machine hash of the machine's id; empty where it has none
     * @param boot id of the boot
     * @param processes which numbering of processes: a container has its own
     */
    private record Place(String machine, String boot, String processes) {
        boolean isKnown() {
            return !boot.isEmpty() && !processes.isEmpty();
        }

        String text() {
            return isKnown() ? String.join("/", machine, boot, processes) : "";
        }

        static Place of(String text) {
            String[] parts = text.split("/", -1);
            return parts.length == 3 ? new Place(parts[0], parts[1], parts[2]) : new Place("", "", "");
        }
    }

    private Place here() {
        return new Place(machine(), line("proc/sys/kernel/random/boot_id").orElse(""), processes());
    }

    private String machine() {
        return line("etc/machine-id")
                .filter(id -> !id.isEmpty())
                .map(ProcessProbe::hash)
                .orElse("");
    }

    private static String hash(String id) {
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256").digest(("ami-deploy " + id).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash).substring(0, SHOWN);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private String processes() {
        try {
            return Files.readSymbolicLink(root.resolve("proc/self/ns/pid")).toString();
        } catch (IOException | UnsupportedOperationException untold) {
            return "";
        }
    }

    private String host() {
        return line("proc/sys/kernel/hostname").orElseGet(ProcessProbe::hostByName);
    }

    private static String hostByName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (IOException untold) {
            return "this computer";
        }
    }

    /** When a living process began, in the clock ticks of its boot; empty when there is none, or it has ended and nobody has asked for its exit code. */
    private Optional<String> startOf(long process) {
        Optional<String> stat = line("proc/" + process + "/stat");
        if (stat.isEmpty() && !Files.isDirectory(root.resolve("proc/self"))) {
            return ProcessHandle.of(process)
                    .flatMap(handle -> handle.info().startInstant())
                    .map(Instant::toString);
        }
        return stat.map(line ->
                        line.substring(line.lastIndexOf(')') + 1).strip().split(" "))
                .filter(fields -> fields.length > START && !fields[0].matches("[ZXx]"))
                .map(fields -> fields[START]);
    }

    private Optional<String> line(String file) {
        try {
            return Optional.of(Files.readString(root.resolve(file)).strip());
        } catch (IOException | SecurityException untold) {
            return Optional.empty();
        }
    }
}
