package io.jenkins.plugins.amideploy.engine.rollout;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * What a refresh does with instances that are protected from scale-in: preference {@code ScaleInProtectedInstances} of StartInstanceRefresh, in its words
 * (EC2 Auto Scaling API reference, "RefreshPreferences"). Callers choose it as an option or step parameter.
 */
public enum ScaleInProtectedInstances {
    /** They are replaced as all others. */
    REFRESH("Refresh"),
    /** They stay as they are, on their old version. */
    IGNORE("Ignore"),
    /** The refresh waits an hour for them, and then fails: refused before it is started. AWS's default. */
    WAIT("Wait");

    private final String word;

    ScaleInProtectedInstances(String word) {
        this.word = word;
    }

    /** As the API writes it. */
    public String word() {
        return word;
    }

    /** Capital or small letters. @throws IllegalArgumentException which names the words there are */
    public static ScaleInProtectedInstances of(String text) {
        return Arrays.stream(values())
                .filter(value -> value.word.equalsIgnoreCase(text.strip()))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("scaleInProtectedInstances is \"" + text
                        + "\", not one of "
                        + Arrays.stream(values())
                                .map(ScaleInProtectedInstances::word)
                                .collect(Collectors.joining(", "))));
    }
}
