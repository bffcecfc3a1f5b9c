package io.jenkins.plugins.amideploy.engine.rollout;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What one evaluation must know of the earlier ones. Plain values only, so that a front door can persist it ({@link #asMap()}) and go on after
 * a restart with the same clock: a restart neither renews the deadline nor the stability window.
 *
 * @param since when the wait began; older scaling activities and refreshes do not count
 * @param missingSince since when AWS has not listed the group without a break; null when it does
 * @param window in which all has held without a break; null when it does not hold
 * @param refreshId the refresh to watch; null: whichever is the group's newest
 * @param noRefresh the wanted version needed no refresh: refreshes from before {@code since} do not matter
 * @param everHealthy whether an instance of the wanted version was ever seen healthy in all target groups
 * @param proof an earlier proof to trust while it holds; null: none, or it did not hold at a look
 * @param proven ids of the instances that were proven healthy, sorted; empty before
 * @param served ids of the instances of the wanted version that were seen healthy, in order of first sight
 * @param instances instances seen with the wanted version, in order of first sight
 * @param evidenceAt when evidence was last read for a trouble; null: not yet
 */
public record HealthMemory(
        Instant since,
        Instant missingSince,
        HealthWindow window,
        String refreshId,
        boolean noRefresh,
        boolean everHealthy,
        Proof proof,
        List<String> proven,
        List<String> served,
        Map<String, Trouble> instances,
        Instant evidenceAt) {
    /** More than any rollout replaces before it fails; bounds what is persisted. */
    private static final int MAX_INSTANCES = 200;

    private static final String INSTANCE_KEY = "instance.";

    /**
     * What is remembered of an instance of the wanted version.
     *
     * @param unhealthySince since when one of its targets has been unhealthy without a break; null when none is
     * @param last the last unhealthy state seen, kept although AWS has long replaced the instance; empty when none
     */
    public record Trouble(Instant unhealthySince, String last) {
        static final Trouble NONE = new Trouble(null, "");

        public Trouble {
            Objects.requireNonNull(last, "last");
        }
    }

    public HealthMemory {
        Objects.requireNonNull(since, "since");
        proven = List.copyOf(proven);
        served = List.copyOf(served);
        instances = Collections.unmodifiableMap(new LinkedHashMap<>(instances));
    }

    /** A wait that begins now and watches whatever refresh the group has. */
    public static HealthMemory begin(Instant now) {
        return new HealthMemory(now, null, null, null, false, false, null, List.of(), List.of(), Map.of(), null);
    }

    /** From here on this refresh alone is watched. */
    public HealthMemory watching(String refresh) {
        return new HealthMemory(
                since,
                missingSince,
                null,
                Objects.requireNonNull(refresh),
                false,
                everHealthy,
                null,
                List.of(),
                served,
                instances,
                evidenceAt);
    }

    /** The wanted version is in place already: old refreshes do not matter. */
    public HealthMemory withoutRefresh() {
        return new HealthMemory(
                since, missingSince, window, null, true, everHealthy, proof, proven, served, instances, evidenceAt);
    }

    /**
     * While an earlier proof holds, a look that finds all healthy is enough. At the first look at which it does not hold it is forgotten, and the
     * whole window counts.
     */
    public HealthMemory trusting(Proof earlier) {
        return new HealthMemory(
                since,
                missingSince,
                window,
                refreshId,
                noRefresh,
                everHealthy,
                Objects.requireNonNull(earlier),
                proven,
                served,
                instances,
                evidenceAt);
    }

    HealthMemory withoutProof() {
        return new HealthMemory(
                since,
                missingSince,
                window,
                refreshId,
                noRefresh,
                everHealthy,
                null,
                proven,
                served,
                instances,
                evidenceAt);
    }

    /** What {@link Verdict.Kind#HEALTHY} was said of. */
    HealthMemory proving(Set<String> ids) {
        List<String> sorted = ids.stream().sorted().toList();
        return new HealthMemory(
                since,
                missingSince,
                window,
                refreshId,
                noRefresh,
                everHealthy,
                proof,
                sorted,
                served,
                instances,
                evidenceAt);
    }

    /** Since when all has held without a break; null when it does not hold. */
    public Instant healthySince() {
        return window == null ? null : window.since();
    }

    /** @param at when a look did not find the group; null when it did */
    HealthMemory missing(Instant at) {
        Instant from = at == null || missingSince == null ? at : missingSince;
        return new HealthMemory(
                since, from, window, refreshId, noRefresh, everHealthy, proof, proven, served, instances, evidenceAt);
    }

    HealthMemory with(HealthWindow value) {
        return new HealthMemory(
                since,
                missingSince,
                value,
                refreshId,
                noRefresh,
                everHealthy,
                proof,
                proven,
                served,
                instances,
                evidenceAt);
    }

    /** @param healthy ids of the instances that are healthy at this look */
    HealthMemory withInstances(Map<String, Trouble> seen, Set<String> healthy) {
        LinkedHashMap<String, Trouble> all = new LinkedHashMap<>(instances);
        all.putAll(seen);
        while (all.size() > MAX_INSTANCES) {
            all.remove(all.keySet().iterator().next());
        }
        LinkedHashSet<String> good = new LinkedHashSet<>(served);
        good.addAll(healthy);
        good.retainAll(all.keySet());
        boolean ever = everHealthy || !healthy.isEmpty();
        return new HealthMemory(
                since,
                missingSince,
                window,
                refreshId,
                noRefresh,
                ever,
                proof,
                proven,
                List.copyOf(good),
                all,
                evidenceAt);
    }

    HealthMemory withEvidenceAt(Instant value) {
        return new HealthMemory(
                since,
                missingSince,
                window,
                refreshId,
                noRefresh,
                everHealthy,
                proof,
                proven,
                served,
                instances,
                value);
    }

    /** As plain strings, for whoever persists it. */
    public Map<String, String> asMap() {
        Map<String, String> map = new TreeMap<>();
        map.put("since", since.toString());
        if (missingSince != null) {
            map.put("missingSince", missingSince.toString());
        }
        if (window != null) {
            map.put("healthySince", window.since().toString());
            map.put("window.looked", window.looked().toString());
            map.put("window.instances", String.join(",", window.instances()));
            map.put("window.activity", window.activity());
        }
        if (refreshId != null) {
            map.put("refreshId", refreshId);
        }
        map.put("noRefresh", Boolean.toString(noRefresh));
        map.put("everHealthy", Boolean.toString(everHealthy));
        if (proof != null) {
            map.put("proof.at", proof.at().toString());
            map.put("proof.instances", String.join(",", new TreeSet<>(proof.instanceIds())));
        }
        map.put("proven", String.join(",", proven));
        map.put("served", String.join(",", served));
        if (evidenceAt != null) {
            map.put("evidenceAt", evidenceAt.toString());
        }
        int position = 0;
        for (Map.Entry<String, Trouble> entry : instances.entrySet()) {
            Trouble trouble = entry.getValue();
            String unhealthy = trouble.unhealthySince() == null
                    ? ""
                    : trouble.unhealthySince().toString();
            map.put(
                    INSTANCE_KEY + String.format("%04d", position++),
                    entry.getKey() + "|" + unhealthy + "|" + trouble.last());
        }
        return map;
    }

    /** Reads what {@link #asMap()} wrote; other keys are ignored. */
    public static HealthMemory fromMap(Map<String, String> map) {
        Map<String, Trouble> instances = new LinkedHashMap<>();
        new TreeMap<>(map).forEach((key, value) -> {
            if (key.startsWith(INSTANCE_KEY)) {
                String[] parts = value.split("\\|", 3);
                instances.put(parts[0], new Trouble(instant(parts[1]), parts[2]));
            }
        });
        return new HealthMemory(
                Instant.parse(map.get("since")),
                instant(map.get("missingSince")),
                window(map),
                map.get("refreshId"),
                Boolean.parseBoolean(map.get("noRefresh")),
                Boolean.parseBoolean(map.get("everHealthy")),
                proof(map),
                ids(map.get("proven")),
                ids(map.get("served")),
                instances,
                instant(map.get("evidenceAt")));
    }

    private static HealthWindow window(Map<String, String> map) {
        Instant looked = instant(map.get("window.looked"));
        return looked == null
                ? null
                : new HealthWindow(
                        Instant.parse(map.get("healthySince")),
                        looked,
                        ids(map.get("window.instances")),
                        map.getOrDefault("window.activity", ""));
    }

    private static Proof proof(Map<String, String> map) {
        Instant at = instant(map.get("proof.at"));
        return at == null ? null : new Proof(Set.copyOf(ids(map.get("proof.instances"))), at);
    }

    private static List<String> ids(String text) {
        return text == null || text.isEmpty() ? List.of() : List.of(text.split(","));
    }

    private static Instant instant(String text) {
        return text == null || text.isEmpty() ? null : Instant.parse(text);
    }
}
