package io.jenkins.plugins.amideploy.engine.release;

import io.jenkins.plugins.amideploy.engine.release.BalancerReader.Listener;
import io.jenkins.plugins.amideploy.engine.rollout.GroupSnapshot;
import io.jenkins.plugins.amideploy.engine.rollout.InstanceState;
import io.jenkins.plugins.amideploy.engine.rollout.TargetGroupState;
import io.jenkins.plugins.amideploy.engine.rollout.TargetState;
import io.jenkins.plugins.amideploy.engine.rollout.TemplateVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** A group of the demo environment that a test puts into any state. */
final class Groups {
    static final String TARGETS = "arn:targetgroup/web-demo/1";
    static final TemplateVersion VERSION = new TemplateVersion("lt-1", "7");
    static final Listener HTTP = new Listener("HTTP", 80, List.of(TARGETS));

    int min = 1;
    int max = 2;
    int desired = 1;
    TemplateVersion template = VERSION;
    Set<String> suspended = Set.of();
    final List<InstanceState> instances = new ArrayList<>();
    final List<TargetGroupState> targets = new ArrayList<>();

    /** One healthy instance. */
    Groups() {
        instances.add(instance("i-0a", VERSION));
        targets.add(targets(TARGETS, "healthy"));
    }

    static InstanceState instance(String id, TemplateVersion version) {
        return new InstanceState(id, "InService", "Healthy", version, "eu-west-1a", false);
    }

    static TargetGroupState targets(String arn, String state) {
        return new TargetGroupState(arn, "web-demo", List.of(new TargetState("i-0a", 80, state, "", "")));
    }

    GroupSnapshot snapshot() {
        return new GroupSnapshot(
                "web-demo",
                true,
                "",
                min,
                max,
                desired,
                template,
                60,
                suspended,
                instances,
                targets,
                List.of(),
                List.of());
    }
}
