package io.jenkins.plugins.amideploy.engine.state;

import io.jenkins.plugins.amideploy.engine.AwsFailure;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Who counts on which image of an application, so that the teardown of one environment does not take away what another is just
 * about to start. Images are shared between environments and locks are not, so both sides write first and read then: who counts on an
 * image writes a claim and then looks for a removal marker ({@link #claim}); who removes one writes the marker and then looks for
 * claims ({@link #mark}, {@link #current}). S3 lists and reads what was written before (S3 user guide, "Amazon S3 data
 * consistency model"), so one of the two always sees the other.
 *
 * <p>Objects of the state bucket: {@code <app>/claims/<subject>/<environment>.<build>.json} and {@code …/removing.json}. A subject is the
 * fingerprint of an image, or the id of one that has none. Everything expires, so that a crashed run holds nothing for ever. Where there is
 * no bucket nobody can have claimed anything. Every method throws {@link AwsFailure}: a store that cannot be read proves nothing.
 *
 * <p>Used by the front doors before they count on an image, and by a teardown.
 */
public final class ImageClaims {
    /** A bake, plan or rollout: the longest bake with the longest rollout after it, and as much again. */
    public static final Duration RUN = Duration.ofHours(3);

    /** A plan that waits for a person in Jenkins, for which a build gives a day, and then the apply. */
    public static final Duration APPROVAL = Duration.ofHours(26);

    /** A removal marker: a teardown's look at AWS with the calls that remove, of which each may take two minutes. */
    public static final Duration MARKER = Duration.ofMinutes(15);

    /** Left of a marker when the last call under it may begin: longer than a call with all its retries. */
    private static final Duration ONE_CALL = Duration.ofMinutes(3);

    /** How far the clocks of two machines may be apart. AWS itself accepts no request with more than five minutes. */
    private static final Duration SKEW = Duration.ofMinutes(5);

    private static final String MARK = "removing.json";
    private static final String END = ".json";

    private final ObjectStore store;
    private final String prefix;
    private final InstantSource clock;

    public ImageClaims(ObjectStore store, String app, InstantSource clock) {
        this.store = Objects.requireNonNull(store);
        this.prefix = app + "/claims/";
        this.clock = Objects.requireNonNull(clock);
    }

    /**
     * Who claims.
     *
     * @param environment for which environment; its own teardown does not heed the claim
     * @param build owner of the run, of which only letters, digits, dot, dash and underscore are kept
     */
    public record Claimant(String environment, String build) {
        public Claimant {
            Objects.requireNonNull(environment, "environment");
            build = build.replaceAll("[^A-Za-z0-9_.-]", "-");
        }

        private String key() {
            return environment + "." + build + END;
        }
    }

    /**
     * A marker that the caller holds.
     *
     * @param subject what is being removed
     * @param until when it expires
     */
    public record Mark(String subject, Instant until) {}

    /** Fingerprint or image id. */
    public static String subject(String fingerprint, String imageId) {
        return fingerprint == null || fingerprint.isEmpty() ? imageId : fingerprint;
    }

    /**
     * Claims before the image is counted on; claimed again it lasts anew. It stands whatever is answered.
     *
     * @return whether some run is removing images of the subject just now, so that none that is there may be counted on; otherwise
     *     one that AWS still calls available after this stays
     */
    public boolean claim(String subject, Claimant who, Duration lifetime) {
        Instant until = clock.instant().plus(lifetime).truncatedTo(ChronoUnit.SECONDS);
        Claim claim = new Claim(subject, who.environment(), who.build(), until);
        try {
            store.write(directory(subject) + who.key(), claim.json());
        } catch (AwsFailure failure) {
            if (failure.kind() == AwsFailure.Kind.NOT_FOUND) {
                return false;
            }
            throw failure;
        }
        return store.read(directory(subject) + MARK)
                .map(stored -> stands(parse(directory(subject) + MARK, stored.text())))
                .orElse(false);
    }

    /** Ends all claims of a run whose work is done. */
    public void release(Claimant who) {
        store.list(prefix).stream().filter(key -> key.endsWith("/" + who.key())).forEach(store::delete);
    }

    /** Claims that count, of all subjects. */
    public List<Claim> current() {
        List<Claim> claims = new ArrayList<>();
        for (String key : store.list(prefix)) {
            if (!isMark(key)) {
                store.read(key)
                        .map(stored -> parse(key, stored.text()))
                        .filter(this::stands)
                        .ifPresent(claims::add);
            }
        }
        return claims;
    }

    /**
     * Says that images of a subject are about to be removed. Whoever holds it looks at {@link #current} and then at who uses the image before it
     * removes anything, and ends with {@link #unmark}.
     *
     * @return empty while another run holds it; what the same run left when it crashed is its own
     */
    public Optional<Mark> mark(String subject, Claimant who) {
        Instant until = clock.instant().plus(MARKER).truncatedTo(ChronoUnit.SECONDS);
        String key = directory(subject) + MARK;
        String text = new Claim(subject, who.environment(), who.build(), until).json();
        Mark mark = new Mark(subject, until);
        try {
            if (store.create(key, text)) {
                return Optional.of(mark);
            }
        } catch (AwsFailure failure) {
            if (failure.kind() == AwsFailure.Kind.NOT_FOUND) {
                return Optional.of(mark);
            }
            throw failure;
        }
        return store.read(key)
                .filter(stored -> isFree(parse(key, stored.text()), who))
                .filter(stored -> store.replace(key, text, stored.version()))
                .map(stored -> mark);
    }

    private boolean isFree(Claim marker, Claimant who) {
        boolean own =
                marker.environment().equals(who.environment()) && marker.build().equals(who.build());
        return own || !stands(marker);
    }

    /** Whether a call that begins now ends while the marker stands. */
    public boolean holds(Mark mark) {
        return clock.instant().plus(ONE_CALL).isBefore(mark.until());
    }

    /** Takes the marker away, and with it the subject's claims that count no more. One that has expired may be another's by now and stays. */
    public void unmark(Mark mark) {
        for (String key : store.list(directory(mark.subject()))) {
            boolean over = !isMark(key)
                    && store.read(key)
                            .map(stored -> !stands(parse(key, stored.text())))
                            .orElse(false);
            if (over) {
                store.delete(key);
            }
        }
        if (holds(mark)) {
            store.delete(directory(mark.subject()) + MARK);
        }
    }

    /** Ends all claims for an environment that is gone. */
    public void forget(String environment) {
        store.list(prefix).stream()
                .filter(key -> !isMark(key) && name(key).startsWith(environment + "."))
                .forEach(store::delete);
    }

    private boolean stands(Claim claim) {
        return clock.instant().isBefore(claim.expiresAt().plus(SKEW));
    }

    private String directory(String subject) {
        return prefix + subject + "/";
    }

    private static boolean isMark(String key) {
        return name(key).equals(MARK);
    }

    private static String name(String key) {
        return key.substring(key.lastIndexOf('/') + 1);
    }

    private Claim parse(String key, String text) {
        String rest = key.substring(prefix.length());
        return Claim.parse(rest.substring(0, rest.indexOf('/')), key, text);
    }
}
