package io.jenkins.plugins.amideploy.jenkins.tools;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Variables that a tool gets and variables that are kept from it. They are written into a file of the agent's user: docker
 * would show them on a command line.
 *
 * @param set name to value
 * @param unset names
 */
record ToolEnvironment(Map<String, String> set, Set<String> unset) {
    ToolEnvironment {
        set = new LinkedHashMap<>(set);
        unset = new TreeSet<>(unset);
    }

    /** What is the agent's own and holds in a container on it, too: the way out of its network. */
    private static final Pattern WAY_OUT = Pattern.compile("(HTTPS?|NO)_PROXY", Pattern.CASE_INSENSITIVE);

    /**
     * What the blocks around a step added to the agent's own variables. Where a stage runs in a container, the agent's own would
     * be wrong in it, PATH and HOME above all; its proxy would not.
     */
    static Map<String, String> added(Map<String, String> effective, Map<String, String> agents) {
        Map<String, String> added = new TreeMap<>(effective);
        added.entrySet()
                .removeIf(entry -> !WAY_OUT.matcher(entry.getKey()).matches()
                        && entry.getValue().equals(agents.get(entry.getKey())));
        added.remove("PATH");
        return added;
    }

    @Override
    public String toString() {
        return "ToolEnvironment[set " + set.keySet() + ", unset " + unset + "]";
    }
}
