package io.jenkins.plugins.amideploy.engine.tool;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** Replaces secret values in text before anybody reads or stores it. */
public final class Secrets {
    /** What stands in place of a secret. */
    public static final String MASK = "****";

    /**
     * Characters that a value needs to be masked. AWS secret keys have 40 and session tokens hundreds; a shorter value is
     * a placeholder such as the {@code test} that emulators take, and masking that would make the log unreadable.
     */
    public static final int SHORTEST = 8;

    private final List<String> values;

    /** @param values the secrets; those shorter than {@link #SHORTEST} are not masked */
    public Secrets(Collection<String> values) {
        this.values = values.stream()
                .filter(value -> value.length() >= SHORTEST)
                .distinct()
                .sorted(Comparator.comparingInt(String::length).reversed())
                .toList();
    }

    /** The text with every secret replaced, the longest first so that none leaves a rest. */
    public String mask(String text) {
        String masked = text;
        for (String value : values) {
            masked = masked.replace(value, MASK);
        }
        return masked;
    }

    @Override
    public String toString() {
        return "Secrets[" + values.size() + "]";
    }
}
