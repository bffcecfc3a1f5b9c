package io.jenkins.plugins.amideploy.engine.rollout;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

/**
 * What a run said before it rolled a version out: so that the next run knows a refresh that was left under way for one of ours. Kept in the claim of the
 * environment, where only one run at a time writes; {@link Rollout} asks {@link #began} of those of runs that are over.
 *
 * @param build id of the run
 * @param version what it rolled out
 * @param from when it began
 * @param until when it last lived, as far as is known
 */
public record StartedRollout(String build, TemplateVersion version, Instant from, Instant until) {
    /** How far a clock may be off: with more AWS refuses what is signed by it (IAM user guide, "Elements of an AWS API request signature"). */
    private static final Duration SKEW = Duration.ofMinutes(5);

    public StartedRollout {
        Objects.requireNonNull(build, "build");
        Objects.requireNonNull(version, "version");
        Objects.requireNonNull(from, "from");
        Objects.requireNonNull(until, "until");
    }

    /**
     * Whether this run began a refresh: it is to the version, or, while the group is on that, back to an earlier one; and the run lived when it began.
     *
     * @param group what the group itself says that new instances are made from
     */
    public boolean began(RefreshState refresh, TemplateVersion group) {
        boolean wayBack = version.equals(group) && refresh.wanted() != null && version.isAfter(refresh.wanted());
        return (version.equals(refresh.wanted()) || wayBack)
                && (refresh.startedAt() == null
                        || !refresh.startedAt().isBefore(from.minus(SKEW))
                                && !refresh.startedAt().isAfter(until.plus(SKEW)));
    }

    /** The same of a run that was seen alive later. */
    public StartedRollout livingAt(Instant seen) {
        return new StartedRollout(build, version, from, seen.isAfter(until) ? seen : until);
    }
}
