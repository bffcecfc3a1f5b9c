package io.jenkins.plugins.amideploy.engine.rollout;

import io.jenkins.plugins.amideploy.engine.diagnosis.Cause;
import io.jenkins.plugins.amideploy.engine.diagnosis.Diagnosis;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Where a rollout stands between two looks. Plain values only; {@link #asMap()} is what a front door persists to survive a restart.
 *
 * @param phase what is going on
 * @param memory what the evaluation remembers, its beginning included
 * @param previous what the group launched before; null until the first look, or when there was nothing
 * @param failure why it is being rolled back; null while all is well
 * @param rollbackSince when the way back began; null before
 * @param rollbackAskedAt when RollbackInstanceRefresh was last accepted; null: not, or AWS began by itself
 * @param lastLine the last progress line, so that equal lines are not shown twice
 */
public record RolloutState(
        Phase phase,
        HealthMemory memory,
        TemplateVersion previous,
        Diagnosis failure,
        Instant rollbackSince,
        Instant rollbackAskedAt,
        String lastLine) {

    /** Phases in the order in which they can follow each other. */
    public enum Phase {
        /** Nothing was started yet. */
        BEGIN,
        /** A refresh runs, or none is needed: the new version is being proven. */
        PROVE,
        /** The proof failed; the refresh is being rolled back. */
        ROLL_BACK,
        /** Proven healthy. */
        DONE,
        /** Failed, and rolled back where that was possible. */
        FAILED;

        public boolean isOver() {
            return this == DONE || this == FAILED;
        }
    }

    public RolloutState {
        Objects.requireNonNull(phase, "phase");
        Objects.requireNonNull(memory, "memory");
        Objects.requireNonNull(lastLine, "lastLine");
    }

    public static RolloutState begin(Instant now) {
        return begin(now, Optional.empty());
    }

    /** @param earlier a proof that one look confirms where nothing is to be rolled out; see {@link HealthMemory#trusting} */
    public static RolloutState begin(Instant now, Optional<Proof> earlier) {
        HealthMemory memory = HealthMemory.begin(now);
        return new RolloutState(Phase.BEGIN, earlier.map(memory::trusting).orElse(memory), null, null, null, null, "");
    }

    RolloutState with(HealthMemory value) {
        return new RolloutState(phase, value, previous, failure, rollbackSince, rollbackAskedAt, lastLine);
    }

    RolloutState with(Phase value) {
        return new RolloutState(value, memory, previous, failure, rollbackSince, rollbackAskedAt, lastLine);
    }

    RolloutState with(Diagnosis why) {
        return new RolloutState(phase, memory, previous, why, rollbackSince, rollbackAskedAt, lastLine);
    }

    RolloutState withPrevious(TemplateVersion value) {
        return new RolloutState(phase, memory, value, failure, rollbackSince, rollbackAskedAt, lastLine);
    }

    RolloutState withLastLine(String value) {
        return new RolloutState(phase, memory, previous, failure, rollbackSince, rollbackAskedAt, value);
    }

    RolloutState rollingBack(Diagnosis why, Instant since) {
        return new RolloutState(Phase.ROLL_BACK, memory, previous, why, since, null, lastLine);
    }

    RolloutState rollbackAsked(Instant at) {
        return new RolloutState(phase, memory, previous, failure, rollbackSince, at, lastLine);
    }

    RolloutState failed(Diagnosis why) {
        return new RolloutState(Phase.FAILED, memory, previous, why, rollbackSince, rollbackAskedAt, lastLine);
    }

    /** As plain strings, for whoever persists it. */
    public Map<String, String> asMap() {
        Map<String, String> map = new TreeMap<>(memory.asMap());
        map.put("phase", phase.name());
        map.put("lastLine", lastLine);
        if (previous != null) {
            map.put("previous.template", previous.templateId());
            map.put("previous.version", previous.version());
        }
        if (failure != null) {
            map.put("failure.cause", failure.cause().name());
            map.put("failure.summary", failure.summary());
            map.put("failure.evidence", String.join("\n", failure.evidence()));
            map.put("failure.aftermath", failure.aftermath());
            map.put("failure.cure", failure.cure());
            map.put("failure.command", failure.command());
        }
        if (rollbackSince != null) {
            map.put("rollbackSince", rollbackSince.toString());
        }
        if (rollbackAskedAt != null) {
            map.put("rollbackAskedAt", rollbackAskedAt.toString());
        }
        return map;
    }

    /** Reads what {@link #asMap()} wrote. */
    public static RolloutState fromMap(Map<String, String> map) {
        TemplateVersion previous = map.containsKey("previous.template")
                ? new TemplateVersion(map.get("previous.template"), map.get("previous.version"))
                : null;
        return new RolloutState(
                Phase.valueOf(map.get("phase")),
                HealthMemory.fromMap(map),
                previous,
                failure(map),
                instant(map.get("rollbackSince")),
                instant(map.get("rollbackAskedAt")),
                map.get("lastLine"));
    }

    private static Diagnosis failure(Map<String, String> map) {
        if (!map.containsKey("failure.cause")) {
            return null;
        }
        String evidence = map.get("failure.evidence");
        return new Diagnosis(
                Cause.valueOf(map.get("failure.cause")),
                map.get("failure.summary"),
                evidence.isEmpty() ? List.of() : evidence.lines().toList(),
                map.get("failure.aftermath"),
                map.get("failure.cure"),
                map.get("failure.command"));
    }

    private static Instant instant(String text) {
        return text == null ? null : Instant.parse(text);
    }
}
