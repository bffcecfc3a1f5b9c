package io.jenkins.plugins.amideploy.engine.rollout;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * What a refresh does with instances in Standby: preference {@code StandbyInstances} of StartInstanceRefresh, in its words (EC2 Auto Scaling API reference,
 * "RefreshPreferences"). Callers choose it as an option or step parameter.
 */
public enum StandbyInstances {
    /** They are ended. */
    TERMINATE("Terminate"),
    /** They stay as they are, on their old version. */
    IGNORE("Ignore"),
    /** The refresh waits an hour for them, and then fails: refused before it is started. AWS's default. */
    WAIT("Wait");

    private final String word;

    StandbyInstances(String word) {
        this.word = word;
    }

    /** As the API writes it. */
    public String word() {
        return word;
    }

    /** Capital or small letters. @throws IllegalArgumentException which names the words there are */
    public static StandbyInstances of(String text) {
        return Arrays.stream(values())
                .filter(value -> value.word.equalsIgnoreCase(text.strip()))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("standbyInstances is \"" + text + "\", not one of "
                        + Arrays.stream(values()).map(StandbyInstances::word).collect(Collectors.joining(", "))));
    }
}
