package io.jenkins.plugins.amideploy.engine.locks;

import io.jenkins.plugins.amideploy.engine.StateLock;
import io.jenkins.plugins.amideploy.engine.release.Run.Owner;
import io.jenkins.plugins.amideploy.engine.tool.Json;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.Objects;

/**
 * A run that has started a Terraform which may take the lock of the state. Terraform's lock names user and host and no process; this is what the
 * lock is matched with. {@link TerraformRuns} keeps it. Plain values.
 *
 * @param id of the run, which its Terraform has in {@link TerraformProcesses#VARIABLE}
 * @param owner who runs
 * @param host name of the computer on which Terraform runs; empty where that is not known, as in a container of an agent
 * @param agent name of the agent of a Jenkins; empty for a process
 * @param directory where the agent keeps how its tools stand; empty for a process
 * @param begunAt when Terraform was started, by the clock of who started it
 */
public record TerraformRun(String id, Owner owner, String host, String agent, String directory, Instant begunAt) {
    /** How far the clock of who started Terraform may be ahead of that of the computer on which it runs. */
    private static final Duration SKEW = Duration.ofMinutes(1);

    /** Terraform takes its last lock within this: a step may plan, for which AWS is asked about everything, and then apply. */
    private static final Duration TAKES_IT_WITHIN = Duration.ofMinutes(30);

    public TerraformRun {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(owner, "owner");
        Objects.requireNonNull(host, "host");
        Objects.requireNonNull(agent, "agent");
        Objects.requireNonNull(directory, "directory");
        Objects.requireNonNull(begunAt, "begunAt");
    }

    /** Whether the lock may be this run's: by time, and by host where both are known. */
    public boolean mayHold(StateLock lock) {
        boolean inTime = lock.createdAt()
                .filter(created -> !created.isBefore(begunAt.minus(SKEW)))
                .filter(created -> created.isBefore(begunAt.plus(TAKES_IT_WITHIN)))
                .isPresent();
        return inTime && (host.isEmpty() || lock.host().isEmpty() || host.equals(lock.host()));
    }

    /** The run of a process of this computer. */
    public static TerraformRun ofProcess(String id, Owner owner, Instant begunAt) {
        return new TerraformRun(id, owner, owner.host(), "", "", begunAt);
    }

    /** As it is stored. */
    Map<String, Object> tree() {
        Map<String, Object> tree = owner.tree();
        tree.put("terraform_host", host);
        tree.put("agent", agent);
        tree.put("directory", directory);
        tree.put("begun_at", begunAt.toString());
        return tree;
    }

    /** @throws IllegalArgumentException when the document says no such thing */
    static TerraformRun of(String id, Json json) {
        try {
            return new TerraformRun(
                    id,
                    Owner.of(json),
                    json.get("terraform_host").text(),
                    json.get("agent").text(),
                    json.get("directory").text(),
                    Instant.parse(json.get("begun_at").text()));
        } catch (DateTimeParseException malformed) {
            throw new IllegalArgumentException(malformed.getMessage(), malformed);
        }
    }
}
