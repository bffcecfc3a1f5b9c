package io.jenkins.plugins.amideploy.engine.tool;

import java.util.Objects;

/**
 * What a front door can find out while a bake runs, beside what the tool says.
 *
 * @param reach whether the machine that bakes answers from where Packer runs
 * @param credentials whether those of Packer still count
 */
public record Lookout(Reach reach, CredentialCheck credentials) {
    public Lookout {
        Objects.requireNonNull(reach, "reach");
        Objects.requireNonNull(credentials, "credentials");
    }

    /** Where nothing can be found out. */
    public static Lookout none() {
        return new Lookout(Reach.none(), CredentialCheck.none());
    }
}
