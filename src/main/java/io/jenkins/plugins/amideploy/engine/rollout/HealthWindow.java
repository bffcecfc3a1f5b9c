package io.jenkins.plugins.amideploy.engine.rollout;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The time in which all must stay as it is before it counts as healthy, for the same instances from its first look to its last. Kept in
 * {@link HealthMemory}, carried on by {@link HealthEvaluator}.
 *
 * <p>A target is healthy a few seconds after its registration and fails only after as many bad checks as its target group wants; so the window is at least twice
 * that time, whatever the caller asks for. Between two looks anything may happen that a look does not see: another set of instances, an activity or a pause in
 * which a target can have failed and recovered begins it anew.
 *
 * @param since when it began
 * @param looked the last look that found all healthy
 * @param instances ids of the instances that are being proven, sorted
 * @param activity the newest launch or termination that was listed then; empty: none
 */
public record HealthWindow(Instant since, Instant looked, List<String> instances, String activity) {
    public HealthWindow {
        Objects.requireNonNull(since, "since");
        Objects.requireNonNull(looked, "looked");
        instances = List.copyOf(instances);
        Objects.requireNonNull(activity, "activity");
    }

    /**
     * How long it takes: what the caller asks for, but at least twice what the slowest target group needs to notice a failure; and one look more. Without a
     * target group it is what the caller asks for.
     */
    static Duration length(GroupSnapshot snapshot, HealthPolicy policy) {
        return slowest(snapshot)
                .map(group -> longer(twice(group), policy.stability()).plus(policy.look()))
                .orElse(policy.stability());
    }

    /** {@code must stay so for 56 s, twice the 25 s in which target group web-prod notices a failure and one look}. */
    static String text(GroupSnapshot snapshot, HealthPolicy policy) {
        String text = "must stay so for " + Durations.text(length(snapshot, policy));
        return slowest(snapshot)
                .filter(group -> twice(group).compareTo(policy.stability()) > 0)
                .map(group ->
                        text + ", twice the " + Durations.text(group.check().toNotice()) + " in which target group "
                                + group.name() + " notices a failure and one look")
                .orElse(text);
    }

    private static Duration twice(TargetGroupState group) {
        return group.check().toNotice().multipliedBy(2);
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    /** How long the slowest target group needs to notice a failure; nothing where none is attached. */
    static Duration notice(GroupSnapshot snapshot) {
        return slowest(snapshot).map(group -> group.check().toNotice()).orElse(Duration.ZERO);
    }

    /** The window of a look that finds all healthy: the one before, where nothing happened since its last look, or a new one. */
    static HealthWindow at(HealthWindow before, GroupSnapshot snapshot, Instant now) {
        List<String> instances = List.copyOf(Proof.of(snapshot));
        String newest = changes(snapshot).findFirst().map(ActivityState::id).orElse("");
        boolean holds = before != null
                && before.instances.equals(instances)
                && before.activity.equals(newest)
                && !isTooLong(Duration.between(before.looked, now), snapshot);
        return new HealthWindow(holds ? before.since : now, now, instances, newest);
    }

    /**
     * The longest pause between two looks in which no target can have failed and recovered unseen; who looks less often than that can prove nothing. Empty
     * where no target group is attached: then the looks themselves are all there is.
     */
    public static Optional<Duration> longestPause(GroupSnapshot snapshot) {
        return checks(snapshot).map(HealthCheck::toHeal).min(Comparator.naturalOrder());
    }

    /** Clocks that go back prove nothing. */
    private static boolean isTooLong(Duration pause, GroupSnapshot snapshot) {
        return pause.isNegative()
                || longestPause(snapshot)
                        .filter(most -> pause.compareTo(most) > 0)
                        .isPresent();
    }

    private static Stream<ActivityState> changes(GroupSnapshot snapshot) {
        return snapshot.activities().stream().filter(activity -> activity.isLaunch() || activity.isTermination());
    }

    private static Optional<TargetGroupState> slowest(GroupSnapshot snapshot) {
        return snapshot.targetGroups().stream()
                .filter(group -> group.check() != null)
                .max(Comparator.comparing(group -> group.check().toNotice()));
    }

    private static Stream<HealthCheck> checks(GroupSnapshot snapshot) {
        return snapshot.targetGroups().stream().map(TargetGroupState::check).filter(Objects::nonNull);
    }
}
