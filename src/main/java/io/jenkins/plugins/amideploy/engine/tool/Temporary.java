package io.jenkins.plugins.amideploy.engine.tool;

import java.util.Objects;

/**
 * What a bake makes for its own time and Packer removes at its end. Packer before its plugins puts no tag on it, so the front doors keep a claim of it in the state bucket.
 *
 * @param kind what it is
 * @param name by which it is found
 */
public record Temporary(Kind kind, String name) {
    /** What old Packer makes without a tag. */
    public enum Kind {
        KEY_PAIR,
        SECURITY_GROUP
    }

    /** How Packer's names for it begin (packer, builder/amazon/common: step_key_pair.go, step_security_group.go). */
    public static final String PREFIX = "packer_";

    public Temporary {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(name, "name");
    }
}
