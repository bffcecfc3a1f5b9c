package io.jenkins.plugins.amideploy.engine.rollout;

import io.jenkins.plugins.amideploy.engine.diagnosis.Diagnosis;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What one look says.
 *
 * @param kind what to do: wait, or be done
 * @param progress one line for people: how far it is and what it waits for; equal lines mean that nothing changed
 * @param reasons WAIT: everything that is not yet as it must be, one line each; HEALTHY: what was proven; FAILED: same as WAIT
 * @param notes what is worth a word and stands in nobody's way, for example an old instance that still drains
 * @param diagnosis present exactly when FAILED
 * @param memory to be handed to the next evaluation, and persisted with it
 * @param view what there was to see; empty where nothing was read
 */
public record Verdict(
        Kind kind,
        String progress,
        List<String> reasons,
        List<String> notes,
        Optional<Diagnosis> diagnosis,
        HealthMemory memory,
        Optional<GroupView> view) {
    public Verdict {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(progress, "progress");
        reasons = List.copyOf(reasons);
        notes = List.copyOf(notes);
        Objects.requireNonNull(memory, "memory");
        Objects.requireNonNull(view, "view");
        if (diagnosis.isPresent() != (kind == Kind.FAILED)) {
            throw new IllegalArgumentException("a verdict has a diagnosis exactly when it is FAILED");
        }
    }

    /** A verdict about a group that could not be read. */
    Verdict(
            Kind kind,
            String progress,
            List<String> reasons,
            List<String> notes,
            Optional<Diagnosis> diagnosis,
            HealthMemory memory) {
        this(kind, progress, reasons, notes, diagnosis, memory, Optional.empty());
    }

    /** The same with what there was to see. */
    Verdict seeing(Optional<GroupView> seen) {
        return new Verdict(kind, progress, reasons, notes, diagnosis, memory, seen);
    }

    /** The same with another diagnosis, where it has one. */
    Verdict with(Optional<Diagnosis> other) {
        return new Verdict(kind, progress, reasons, notes, other, memory, view);
    }

    /** The three things that a look can say. */
    public enum Kind {
        WAIT,
        HEALTHY,
        FAILED
    }
}
