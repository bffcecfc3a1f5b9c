package io.jenkins.plugins.amideploy.engine.doctor;

import java.util.Objects;

/**
 * One thing that was looked at.
 *
 * @param name short and stable, for example {@code subnets}
 * @param status how it stands
 * @param seen what was seen, one line
 * @param cure what to do; empty when OK
 */
public record Check(String name, Status status, String seen, String cure) {
    public Check {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(status, "status");
        Objects.requireNonNull(seen, "seen");
        Objects.requireNonNull(cure, "cure");
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
        return new Check(name, Status.OK, seen, "");
    }

    static Check warn(String name, String seen, String cure) {
        return new Check(name, Status.WARN, seen, cure);
    }

    static Check fail(String name, String seen, String cure) {
        return new Check(name, Status.FAIL, seen, cure);
    }

    static Check notChecked(String name, String seen) {
        return new Check(name, Status.NOT_CHECKED, seen, "");
    }
}
