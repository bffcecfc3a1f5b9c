package io.jenkins.plugins.amideploy.engine.rollout;

import java.time.Duration;

/**
 * How long to wait for health and how much failure to bear. Front doors start from {@link #defaults()} and change what the caller named.
 *
 * @param stability how long everything must hold at least before it counts as healthy; {@link HealthWindow} makes it longer where checks are slow
 * @param deadline how long the whole wait may take, counted from its beginning
 * @param maxFailedLaunches as many failed launches in a row end the wait
 * @param maxUnhealthyTerminations as many instances of the wanted version replaced for failing health checks end the wait
 * @param unhealthyPatience how long beyond the group's grace period a target of the wanted version may stay unhealthy
 * @param launchPatience how long a running refresh may go without launching anything
 * @param settling how long to bear what eventual consistency explains: a group not there yet, an old version in a list after a successful refresh
 * @param look longest pause between two looks
 */
public record HealthPolicy(
        Duration stability,
        Duration deadline,
        int maxFailedLaunches,
        int maxUnhealthyTerminations,
        Duration unhealthyPatience,
        Duration launchPatience,
        Duration settling,
        Duration look) {
    /** Front doors that pause longer between two looks say so with {@link #withLook}. */
    private static final Duration LOOK = Duration.ofSeconds(6);

    /**
     * 30 s stable, so that what fails in the first half minute is seen also by the fastest checks; 30 min in all; 3 failed launches; 2 unhealthy replacements; 3 min unhealthy beyond the grace period; 5 min without a launch; 1 min settling.
     * AWS itself would go on for an hour (user guide, "How an instance refresh works": health retries).
     */
    public static HealthPolicy defaults() {
        return new HealthPolicy(
                Duration.ofSeconds(30),
                Duration.ofMinutes(30),
                3,
                2,
                Duration.ofMinutes(3),
                Duration.ofMinutes(5),
                Duration.ofMinutes(1),
                LOOK);
    }

    public HealthPolicy withStability(Duration value) {
        return new HealthPolicy(
                value,
                deadline,
                maxFailedLaunches,
                maxUnhealthyTerminations,
                unhealthyPatience,
                launchPatience,
                settling,
                look);
    }

    public HealthPolicy withLook(Duration value) {
        return new HealthPolicy(
                stability,
                deadline,
                maxFailedLaunches,
                maxUnhealthyTerminations,
                unhealthyPatience,
                launchPatience,
                settling,
                value);
    }

    public HealthPolicy withDeadline(Duration value) {
        return new HealthPolicy(
                stability,
                value,
                maxFailedLaunches,
                maxUnhealthyTerminations,
                unhealthyPatience,
                launchPatience,
                settling,
                look);
    }

    public HealthPolicy withMaxFailedLaunches(int value) {
        return new HealthPolicy(
                stability,
                deadline,
                value,
                maxUnhealthyTerminations,
                unhealthyPatience,
                launchPatience,
                settling,
                look);
    }

    public HealthPolicy withMaxUnhealthyTerminations(int value) {
        return new HealthPolicy(
                stability, deadline, maxFailedLaunches, value, unhealthyPatience, launchPatience, settling, look);
    }

    public HealthPolicy withUnhealthyPatience(Duration value) {
        return new HealthPolicy(
                stability,
                deadline,
                maxFailedLaunches,
                maxUnhealthyTerminations,
                value,
                launchPatience,
                settling,
                look);
    }
}
