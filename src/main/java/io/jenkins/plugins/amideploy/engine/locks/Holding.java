package io.jenkins.plugins.amideploy.engine.locks;

import io.jenkins.plugins.amideploy.engine.StateLock;
import io.jenkins.plugins.amideploy.engine.locks.LockDoctor.Found;
import io.jenkins.plugins.amideploy.engine.release.EnvironmentClaims;
import io.jenkins.plugins.amideploy.engine.release.EnvironmentClaims.Life;
import io.jenkins.plugins.amideploy.engine.release.Run;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * One of the two things that a run can hold, the lock of the state or the environment, as {@link LockDoctor} found and left it.
 *
 * @param id of the lock, or of the run that has the environment; empty where nobody holds it
 * @param text what is held, by whom, since when; empty where nobody does
 * @param life whether the holder lives; dead where there is none
 * @param builds ids of the runs that may be the holder
 * @param how in words, one for each run that may be the holder
 * @param end what became of it
 */
public record Holding(String id, String text, Life life, List<String> builds, List<String> how, End end) {
    /** What the doctor did. */
    public enum End {
        /** Nobody holds it. */
        FREE,
        /** It is held. */
        KEPT,
        /** It was freed. */
        REMOVED,
        /** It became another's while it was judged. */
        CHANGED
    }

    public Holding {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(text, "text");
        Objects.requireNonNull(life, "life");
        builds = List.copyOf(builds);
        how = List.copyOf(how);
        Objects.requireNonNull(end, "end");
    }

    static Holding free() {
        return new Holding("", "", Life.DEAD, List.of(), List.of(), End.FREE);
    }

    /**
     * The lock. Of several that may hold it, one that lives is enough for it to be held.
     *
     * @param suspects runs that may hold it
     * @param found what became of each
     */
    static Holding of(StateLock lock, List<TerraformRun> suspects, List<Found> found) {
        List<String> how = new ArrayList<>();
        for (int each = 0; each < suspects.size(); each++) {
            how.add(suspects.get(each).owner().text() + ", " + found.get(each).how());
        }
        if (suspects.isEmpty()) {
            how.add("no run of ours says that it is its own: it may be a terraform that somebody started by hand");
        }
        List<String> builds = suspects.stream().map(run -> run.owner().build()).toList();
        return new Holding(lock.id(), "state lock " + lock.explained(), worst(found), builds, how, End.KEPT);
    }

    private static Life worst(List<Found> found) {
        List<Life> lives = found.stream().map(Found::life).toList();
        if (lives.contains(Life.LIVES)) {
            return Life.LIVES;
        }
        return lives.isEmpty() || lives.contains(Life.UNKNOWN) ? Life.UNKNOWN : Life.DEAD;
    }

    /** The environment. */
    static Holding of(Run run, Life life) {
        String how =
                switch (life) {
                    case LIVES -> "which works";
                    case DEAD -> "which has ended, or said nothing since " + run.seenAt();
                    case UNKNOWN ->
                        "which last said at " + run.seenAt() + " that it lives; it counts as dead from "
                                + run.seenAt().plus(EnvironmentClaims.SILENCE) + " on";
                };
        return new Holding(
                run.owner().build(),
                "environment held since " + run.since(),
                life,
                List.of(run.owner().build()),
                List.of(run.owner().text() + ", " + how),
                End.KEPT);
    }

    /** Whether it may be freed: its owner is dead, or the caller answers for it. */
    boolean mayGo(List<String> forcedIds) {
        return life == Life.DEAD || life == Life.UNKNOWN && !id.isEmpty() && forcedIds.contains(id);
    }

    Holding removed() {
        return new Holding(id, text, life, builds, how, End.REMOVED);
    }

    Holding changed() {
        return new Holding(id, text, life, builds, how, End.CHANGED);
    }

    /** Whether it is still somebody's. */
    boolean isHeld() {
        return end == End.KEPT || end == End.CHANGED;
    }

    /** What, who and what became of it, on one line. */
    String line() {
        return text + ": " + how.stream().collect(Collectors.joining("; or "));
    }
}
