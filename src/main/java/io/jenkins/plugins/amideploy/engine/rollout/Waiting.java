package io.jenkins.plugins.amideploy.engine.rollout;

import io.jenkins.plugins.amideploy.engine.diagnosis.Cause;
import io.jenkins.plugins.amideploy.engine.diagnosis.Diagnosis;
import io.jenkins.plugins.amideploy.engine.diagnosis.EvidenceReader.GroupSetup;
import io.jenkins.plugins.amideploy.engine.diagnosis.EvidenceReader.Hook;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Rule: an instance that a lifecycle hook holds (EC2 Auto Scaling user guide, "Amazon EC2 Auto Scaling lifecycle hooks"). One that is held at its launch is given up
 * long before AWS does, which is an hour unless the hook says otherwise; one that is held at its end stands in nobody's way, and is named when time is up.
 *
 * @param instance which is held
 * @param since when its launch or end began, as the group's activities say
 */
record Waiting(InstanceState instance, Instant since) {
    /** What holds an instance of an image that has everything is quick, or waits for somebody. */
    static final Duration PATIENCE = Duration.ofSeconds(90);

    /** Whether any instance is held. */
    static boolean any(GroupSnapshot snapshot) {
        return held(snapshot).findAny().isPresent();
    }

    /** The one that is held longest, at launch or at its end. */
    static Optional<Waiting> longest(GroupSnapshot snapshot) {
        return held(snapshot).min(Comparator.comparing(Waiting::since));
    }

    /** One that has been held at its launch for longer than can be right. */
    static Optional<Waiting> tooLong(GroupSnapshot snapshot, Instant now) {
        return held(snapshot)
                .filter(Waiting::atLaunch)
                .filter(one -> !now.isBefore(one.since.plus(PATIENCE)))
                .min(Comparator.comparing(Waiting::since));
    }

    private static Stream<Waiting> held(GroupSnapshot snapshot) {
        return snapshot.instances().stream()
                .filter(instance -> instance.lifecycle().equals("Pending:Wait")
                        || instance.lifecycle().equals("Terminating:Wait"))
                .flatMap(instance -> began(snapshot, instance).map(since -> new Waiting(instance, since)).stream());
    }

    private static Optional<Instant> began(GroupSnapshot snapshot, InstanceState instance) {
        boolean launch = instance.lifecycle().startsWith("Pending");
        return snapshot.activities().stream()
                .filter(activity -> launch ? activity.isLaunch() : activity.isTermination())
                .filter(activity ->
                        activity.instanceId().filter(instance.id()::equals).isPresent())
                .map(ActivityState::startedAt)
                .findFirst();
    }

    boolean atLaunch() {
        return instance.lifecycle().startsWith("Pending");
    }

    /** @param setup with the hooks that may be the one; none when they could not be read */
    Diagnosis diagnosis(String groupName, GroupSetup setup, Instant now) {
        List<Hook> hooks = setup.hooks().stream()
                .filter(hook -> hook.atLaunch() == atLaunch())
                .toList();
        String name = hooks.isEmpty()
                ? "a lifecycle hook"
                : "lifecycle hook " + hooks.get(0).name();
        String command = hooks.isEmpty()
                ? "aws autoscaling describe-lifecycle-hooks --auto-scaling-group-name " + groupName
                : "aws autoscaling complete-lifecycle-action --auto-scaling-group-name " + groupName
                        + " --lifecycle-hook-name " + hooks.get(0).name() + " --instance-id " + instance.id()
                        + " --lifecycle-action-result CONTINUE";
        return new Diagnosis(
                Cause.HOOK_WAITS,
                "ASG " + groupName + ": " + name + " has held " + instance.id() + " for "
                        + Durations.text(Duration.between(since, now)) + ", and nobody completes it",
                Stream.concat(
                                Stream.of(instance.id() + " is " + instance.lifecycle()),
                                hooks.stream().map(Waiting::described))
                        .toList(),
                "",
                "look at what is to complete the hook (a function, a script on the instance), then deploy again; by hand:",
                command);
    }

    /** {@code lifecycle hook web-drain holds each instance that is launched for up to 3600 s, then ABANDON}. */
    static String described(Hook hook) {
        return "lifecycle hook " + hook.name() + " holds each instance that is "
                + (hook.atLaunch() ? "launched" : "ended") + " for up to " + hook.heartbeatSeconds() + " s, then "
                + hook.defaultResult();
    }
}
