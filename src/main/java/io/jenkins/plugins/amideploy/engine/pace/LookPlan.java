package io.jenkins.plugins.amideploy.engine.pace;

import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How often each group is looked at, so that all looks together keep to the budget. While it is enough, every few seconds; else the pauses stretch, the same for all. One
 * sort of group cannot bear that: what is healthy is proven only by looks close to each other ({@code HealthWindow}), so a stretched interval would begin its proof anew for
 * ever. Such groups are served first, those that began first before the others, out of at most three quarters of the budget. The others go on at the stretched
 * interval until it is their turn: a proof takes its time and ends, so all get one.
 */
public final class LookPlan {
    /** Pause between looks when there is budget enough: a change is seen before a person would look again. */
    public static final Duration BASE = Duration.ofSeconds(5);

    /** Part of the budget that proofs may take. */
    private static final double PROOFS = 0.75;

    /** Part of the longest allowed pause that is planned, so that a look which comes late is still in time. */
    private static final double IN_TIME = 0.6;

    private final Map<Object, Duration> pauses;
    private final Duration interval;

    private LookPlan(Map<Object, Duration> pauses, Duration interval) {
        this.pauses = pauses;
        this.interval = interval;
    }

    /** @param callsPerSecond the budget's rate, more than 0 */
    public static LookPlan of(Collection<Watched> groups, double callsPerSecond) {
        double all = groups.stream().mapToDouble(Watched::calls).sum();
        Duration even = pause(all, callsPerSecond);
        Map<Object, Duration> pauses = new HashMap<>();
        double used = 0;
        double others = all;
        if (even.compareTo(BASE) > 0) {
            for (Watched proof : proofs(groups, even)) {
                Duration pause = shorter(inTime(proof), even);
                double rate = proof.calls() / (pause.toMillis() / 1000.0);
                if (used + rate <= callsPerSecond * PROOFS) {
                    used += rate;
                    others -= proof.calls();
                    pauses.put(proof.key(), pause);
                }
            }
        }
        return new LookPlan(pauses, pause(others, callsPerSecond - used));
    }

    /** Those that the interval would be too long for, however much other proofs stretch it; in order of their beginnings. */
    private static List<Watched> proofs(Collection<Watched> groups, Duration even) {
        Duration longest = Duration.ofMillis((long) (even.toMillis() / (1 - PROOFS)));
        return groups.stream()
                .filter(Watched::isBeingProven)
                .filter(group -> inTime(group).compareTo(longest) < 0)
                .sorted(Comparator.comparing(Watched::provenSince)
                        .thenComparing(group -> group.key().toString()))
                .toList();
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private static Duration inTime(Watched proof) {
        return Duration.ofMillis((long) (proof.mostPause().toMillis() * IN_TIME));
    }

    private static Duration pause(double calls, double callsPerSecond) {
        Duration needed = Duration.ofMillis((long) Math.ceil(calls * 1000 / callsPerSecond));
        return needed.compareTo(BASE) > 0 ? needed : BASE;
    }

    /** Time from one look at a group to the next. */
    public Duration pause(Object key) {
        return pauses.getOrDefault(key, interval);
    }

    /** Whether a group is served before others, since it is being proven. */
    public boolean isFirst(Object key) {
        return pauses.containsKey(key);
    }

    /** Time from one look to the next for all that are not served first. */
    public Duration interval() {
        return interval;
    }
}
