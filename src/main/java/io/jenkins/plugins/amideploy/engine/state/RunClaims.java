package io.jenkins.plugins.amideploy.engine.state;

import io.jenkins.plugins.amideploy.engine.AwsFailure;
import io.jenkins.plugins.amideploy.engine.state.ImageClaims.Claimant;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/** The claims of one run, made by a front door and handed to who counts on images. Every method throws {@link AwsFailure}. */
public final class RunClaims {
    private final Optional<ImageClaims> claims;
    private final Claimant who;
    private final Duration lifetime;

    private RunClaims(Optional<ImageClaims> claims, Claimant who, Duration lifetime) {
        this.claims = claims;
        this.who = who;
        this.lifetime = lifetime;
    }

    public static RunClaims of(ImageClaims claims, Claimant who, Duration lifetime) {
        return new RunClaims(Optional.of(claims), Objects.requireNonNull(who), Objects.requireNonNull(lifetime));
    }

    /** Of a run that shares no bucket with others: its state is a local file. */
    public static RunClaims none() {
        return new RunClaims(Optional.empty(), null, null);
    }

    /** @return whether some run is removing images of the subject just now, see {@link ImageClaims#claim} */
    public boolean claim(String subject) {
        return claims.map(each -> each.claim(subject, who, lifetime)).orElse(false);
    }

    /** Ends all that the run claimed. */
    public void release() {
        claims.ifPresent(each -> each.release(who));
    }
}
