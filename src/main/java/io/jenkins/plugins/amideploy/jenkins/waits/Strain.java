package io.jenkins.plugins.amideploy.jenkins.waits;

/**
 * How many calls looks really take, by how many were planned: evidence, attempts again and what waits do at their ends come on top. {@link AccountLooks} plans by it, so that
 * the interval it names is the one that is kept.
 */
final class Strain {
    /** Planned calls after which what was learned before counts half. */
    private static final double MEMORY = 200;

    /** A look that takes more than this many times what it should is AWS's trouble, for which the budget itself slows down. */
    private static final double MOST = 4;

    private double planned = MEMORY;
    private double called = MEMORY;

    void called() {
        called++;
    }

    void planned(double calls) {
        planned += calls;
        if (planned > 2 * MEMORY) {
            called *= MEMORY / planned;
            planned = MEMORY;
        }
    }

    /** At least 1. */
    double factor() {
        return Math.max(1, Math.min(MOST, called / planned));
    }
}
