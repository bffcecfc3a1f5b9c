package io.jenkins.plugins.amideploy.engine.rollout;

import java.util.List;
import java.util.Objects;

/**
 * One target group that is attached to the group.
 *
 * @param arn its ARN
 * @param name short name, for people
 * @param targets all registered targets, also those that are draining
 * @param check how it checks them; null where nobody read it
 */
public record TargetGroupState(String arn, String name, List<TargetState> targets, HealthCheck check) {
    public TargetGroupState {
        Objects.requireNonNull(arn, "arn");
        Objects.requireNonNull(name, "name");
        targets = List.copyOf(targets);
    }

    /** One whose checks nobody read. */
    public TargetGroupState(String arn, String name, List<TargetState> targets) {
        this(arn, name, targets, null);
    }

    /** The registrations of one instance: one for each port, none when it is not registered. */
    public List<TargetState> of(String instanceId) {
        return targets.stream().filter(target -> target.id().equals(instanceId)).toList();
    }
}
