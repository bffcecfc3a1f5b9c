package io.jenkins.plugins.amideploy.jenkins.tools;

import java.io.Serializable;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** How much of each phase's progress stands in the build's log already. Persisted with the step, so that a restart repeats nothing. */
final class ShownProgress implements Serializable {
    private static final long serialVersionUID = 1L;

    private final Map<String, Integer> counts = new ConcurrentHashMap<>();
    private String last = "";

    /** Whether the phase is new to the log. */
    synchronized boolean begin(String phase) {
        return counts.putIfAbsent(phase, 0) == null;
    }

    /**
     * Whether the line is to be shown.
     *
     * @param number how many lines of the phase there were up to this one, itself included
     */
    synchronized boolean next(String phase, int number, String line) {
        if (number <= counts.getOrDefault(phase, 0)) {
            return false;
        }
        counts.put(phase, number);
        boolean isNew = !line.equals(last);
        last = line;
        return isNew;
    }
}
