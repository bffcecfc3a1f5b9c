package io.jenkins.plugins.amideploy.engine.pace;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

/**
 * How many calls an account bears in a region: a bucket of tokens that is charged for every call that was made, also for those that nobody planned (evidence, attempts
 * again), and out of which nothing new is begun while it is empty. So the rate holds on average, whatever a look costs. Kept by the looks of Jenkins' waits.
 *
 * <p>AWS throttles Describe calls per account, region and action, shared by everybody in the account, and does not publish how much is left (Auto Scaling API reference,
 * "Throttling"; EC2 API reference, "Request throttling"): where it says "too fast" the rate is halved, and grows again to its limit.
 *
 * @param limit calls a second that were allowed by configuration
 * @param rate calls a second now
 * @param balance calls that may be made at once; negative: debt
 * @param at when that was so
 * @param throttledAt when AWS last said "too fast"; {@link Instant#MIN}: never
 */
public record CallBudget(double limit, double rate, double balance, Instant at, Instant throttledAt) {
    /** What is left unused is kept for this long, so that a quiet account answers a new wait at once, and no burst is longer. */
    private static final Duration BURST = Duration.ofSeconds(2);

    /** From nothing to the limit again: AWS's own buckets refill within seconds, but others use them, too. */
    private static final Duration RECOVERY = Duration.ofMinutes(2);

    /** One answer of "too fast" speaks for all of the calls that were on their way with it. */
    private static final Duration SAME_THROTTLE = Duration.ofSeconds(2);

    /** Part of the limit that is always left: whoever never looks cannot see that it is over. */
    private static final double LEAST = 0.1;

    public CallBudget {
        if (!(limit > 0)) {
            throw new IllegalArgumentException("a budget of " + limit + " calls a second allows none");
        }
        Objects.requireNonNull(at, "at");
        Objects.requireNonNull(throttledAt, "throttledAt");
    }

    /** A budget of which nothing was used. @param limit calls a second, more than 0 */
    public static CallBudget begin(double limit, Instant now) {
        return new CallBudget(limit, limit, limit * seconds(BURST), now, Instant.MIN);
    }

    /** The same at a later time. Clocks that go back refill nothing. */
    public CallBudget at(Instant now) {
        double passed = Math.max(0, seconds(Duration.between(at, now)));
        double grown = Math.min(limit, rate + limit * passed / seconds(RECOVERY));
        double full = grown * seconds(BURST);
        return new CallBudget(limit, grown, Math.min(full, balance + grown * passed), now, throttledAt);
    }

    /** The same budget with another limit, as soon as it is configured. */
    public CallBudget withLimit(double value) {
        return value == limit ? this : new CallBudget(value, value, Math.min(balance, value), at, throttledAt);
    }

    /** Calls that were made. */
    public CallBudget charged(int calls) {
        return new CallBudget(limit, rate, balance - calls, at, throttledAt);
    }

    /** AWS said "too fast". */
    public CallBudget throttled() {
        boolean same = !throttledAt.equals(Instant.MIN) && at.isBefore(throttledAt.plus(SAME_THROTTLE));
        return same ? this : new CallBudget(limit, Math.max(limit * LEAST, rate / 2), Math.min(0, balance), at, at);
    }

    /** Whether AWS allows less than the limit. */
    public boolean isSlowed() {
        return rate < limit;
    }

    /** When more than so many calls may be made at once; never, if a burst is not that long. */
    public Duration until(double calls) {
        return balance > calls
                ? Duration.ZERO
                : Duration.ofMillis(1 + (long) Math.ceil((calls - balance) * 1000 / rate));
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }
}
