package io.jenkins.plugins.amideploy.engine.image;

import java.util.Map;

/**
 * Port: where a front door keeps what a bake has decided. One that restarts begins the operation again from its first
 * command, and must find the same decision then, whatever is in AWS by that time.
 */
public interface Memory {
    /** What was kept; empty when nothing was. */
    Map<String, String> recall();

    /** Keeps plain values in place of what was kept before. */
    void keep(Map<String, String> values);

    /** For a front door that ends with its process. */
    static Memory none() {
        return new Memory() {
            private Map<String, String> kept = Map.of();

            @Override
            public Map<String, String> recall() {
                return kept;
            }

            @Override
            public void keep(Map<String, String> values) {
                kept = Map.copyOf(values);
            }
        };
    }
}
