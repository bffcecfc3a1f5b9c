package io.jenkins.plugins.amideploy.engine.image;

import java.util.Map;

/**
 * How an application is started in the bake to see whether it does, as image.yml says it.
 *
 * @param start whether it is
 * @param environment placeholders for settings that it needs to start; never in the image
 */
public record TrialStart(boolean start, Map<String, String> environment) {
    static final TrialStart DEFAULTS = new TrialStart(true, Map.of());

    public TrialStart {
        environment = Map.copyOf(environment);
    }
}
