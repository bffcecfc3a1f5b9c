package io.jenkins.plugins.amideploy.engine.teardown;

import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a teardown remembers between two looks. Plain values only; {@link #asMap()} is what a front door persists.
 *
 * @param since when it began
 * @param failures by resource id, why its last removal was refused
 */
public record TeardownState(Instant since, Map<String, String> failures) {
    private static final String FAILURE = "failure.";

    public TeardownState {
        Objects.requireNonNull(since, "since");
        failures = Collections.unmodifiableMap(new TreeMap<>(failures));
    }

    public static TeardownState begin(Instant now) {
        return new TeardownState(now, Map.of());
    }

    /** As plain strings. */
    public Map<String, String> asMap() {
        Map<String, String> map = new TreeMap<>();
        map.put("since", since.toString());
        failures.forEach((id, why) -> map.put(FAILURE + id, why));
        return map;
    }

    /** Reads what {@link #asMap()} wrote. */
    public static TeardownState fromMap(Map<String, String> map) {
        Map<String, String> failures = new TreeMap<>();
        new TreeSet<>(map.keySet())
                .stream()
                        .filter(key -> key.startsWith(FAILURE))
                        .forEach(key -> failures.put(key.substring(FAILURE.length()), map.get(key)));
        return new TeardownState(Instant.parse(map.get("since")), failures);
    }
}
