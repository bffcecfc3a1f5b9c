package io.jenkins.plugins.amideploy.engine.doctor;

import io.jenkins.plugins.amideploy.engine.diagnosis.Cause;
import io.jenkins.plugins.amideploy.engine.diagnosis.Diagnosis;
import java.util.List;
import java.util.Objects;

/**
 * One thing that was looked at.
 *
 * @param name short and stable, for example {@code subnets}
 * @param status how it stands
 * @param seen what was seen, one line
 * @param evidence what stands behind it, a line each
 * @param cure what to do; empty when OK
 * @param command what does it, to be pasted into a shell; empty where words are all
 */
public record Check(String name, Status status, String seen, List<String> evidence, String cure, String command) {
    public Check {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(status, "status");
        Objects.requireNonNull(seen, "seen");
        evidence = List.copyOf(evidence);
        Objects.requireNonNull(cure, "cure");
        Objects.requireNonNull(command, "command");
    }

    /** How a thing stands. */
    public enum Status {
        /** As it must be. */
        OK,
        /** A deployment can work, but somebody should know. */
        WARN,
        /** A deployment would fail. */
        FAIL,
        /** Could not be looked at; {@link Check#seen} says why. */
        NOT_CHECKED
    }

    static Check ok(String name, String seen) {
        return new Check(name, Status.OK, seen, List.of(), "", "");
    }

    static Check warn(String name, String seen, String cure) {
        return new Check(name, Status.WARN, seen, List.of(), cure, "");
    }

    static Check fail(String name, String seen, String cure) {
        return new Check(name, Status.FAIL, seen, List.of(), cure, "");
    }

    /** The same with a command that does what the cure says. */
    static Check fail(String name, String seen, String cure, String command) {
        return new Check(name, Status.FAIL, seen, List.of(), cure, command);
    }

    /** In the words, with the cause and the cure, in which a deployment would end. */
    static Check fail(String name, Diagnosis why) {
        return of(name, Status.FAIL, why);
    }

    /** The same for what a deployment can do without. */
    static Check warn(String name, Diagnosis why) {
        return of(name, Status.WARN, why);
    }

    private static Check of(String name, Status status, Diagnosis why) {
        return new Check(name, status, why.headline(), why.evidence(), why.cure(), why.command());
    }

    static Check notChecked(String name, String seen) {
        return new Check(name, Status.NOT_CHECKED, seen, List.of(), "", "");
    }

    /** What is said where nothing is begun because of it. */
    public Diagnosis refusal() {
        return new Diagnosis(Cause.BAD_INPUT, name + ": " + seen, evidence, "", cure, command);
    }
}
