package io.jenkins.plugins.amideploy.engine.rollout;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** STUB until the part health brings it. */
public record GroupView(
        int desired,
        String refresh,
        int percentage,
        List<InstanceView> instances,
        List<String> waitingFor,
        Optional<Duration> windowLeft) {
    /** STUB. */
    public record InstanceView(
            String id, boolean isNew, String version, String lifecycle, String health, String target) {}
}
