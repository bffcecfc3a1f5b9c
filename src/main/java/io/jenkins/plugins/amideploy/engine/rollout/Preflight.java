package io.jenkins.plugins.amideploy.engine.rollout;

import io.jenkins.plugins.amideploy.engine.AwsFailure;
import io.jenkins.plugins.amideploy.engine.diagnosis.BalancerPath;
import io.jenkins.plugins.amideploy.engine.diagnosis.Cause;
import io.jenkins.plugins.amideploy.engine.diagnosis.Diagnosis;
import io.jenkins.plugins.amideploy.engine.diagnosis.EvidenceReader;
import io.jenkins.plugins.amideploy.engine.diagnosis.EvidenceReader.Alarm;
import io.jenkins.plugins.amideploy.engine.diagnosis.EvidenceReader.GroupSetup;
import io.jenkins.plugins.amideploy.engine.diagnosis.LaunchSource;
import io.jenkins.plugins.amideploy.engine.diagnosis.PathCheck;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Looks, before a refresh is started, at all that needs no refresh to be seen: what would make it fail or stand still is refused, what may is said. Asked by
 * {@link RolloutPoll} for every start. What cannot be read is passed over in one line.
 */
final class Preflight {
    private final EvidenceReader reader;
    private final RolloutRequest request;
    private final GroupSnapshot snapshot;
    private final List<String> lines = new ArrayList<>();

    /** @param snapshot the look that found a refresh to be needed */
    Preflight(EvidenceReader reader, RolloutRequest request, GroupSnapshot snapshot) {
        this.reader = Objects.requireNonNull(reader);
        this.request = Objects.requireNonNull(request);
        this.snapshot = Objects.requireNonNull(snapshot);
    }

    /**
     * What was seen.
     *
     * @param refused why nothing is to be started; empty: go
     * @param redAlarms alarms that are red already, to be left out of the refresh
     * @param lines for people
     */
    record Result(Optional<Diagnosis> refused, Set<String> redAlarms, List<String> lines) {}

    Result look() {
        Optional<Diagnosis> refused = Suspended.blocking(snapshot)
                .or(() -> new HeldInstances(request).blocking(snapshot))
                .or(this::setup)
                .or(this::launchSource)
                .or(this::path);
        if (refused.isPresent()) {
            return new Result(refused.map(this::nothingStarted), Set.of(), List.of());
        }
        Set<String> red = redAlarms();
        lines.addAll(Suspended.notes(snapshot));
        return new Result(Optional.empty(), red, lines);
    }

    private Optional<Diagnosis> setup() {
        GroupSetup setup =
                read(() -> reader.setup(request.wanted().groupName()), new GroupSetup(false, List.of()), "hooks");
        if (setup.mixedInstances()) {
            return Optional.of(Diagnosis.of(
                    Cause.MIXED_INSTANCES,
                    "ASG " + snapshot.groupName()
                            + " has a mixed instances policy, which a refresh to a launch template"
                            + " alone does not replace",
                    List.of(),
                    "take the mixed instances policy out of the group, or refresh it with the policy as its desired"
                            + " configuration by other means"));
        }
        setup.hooks().forEach(hook -> lines.add(Waiting.described(hook)));
        return Optional.empty();
    }

    private Optional<Diagnosis> launchSource() {
        TemplateVersion template = request.wanted().template();
        return read(
                        () -> reader.launchSource(template.templateId(), template.version()),
                        LaunchSource.UNREAD,
                        "the launch template")
                .unusable(template.templateId(), template.version());
    }

    /** Where instances serve, the way to them is open; clients may still not get in. */
    private Optional<Diagnosis> path() {
        List<String> arns =
                snapshot.targetGroups().stream().map(TargetGroupState::arn).toList();
        List<String> ids = snapshot.staying().stream()
                .filter(InstanceState::isInService)
                .map(InstanceState::id)
                .toList();
        if (arns.isEmpty()) {
            return Optional.empty();
        }
        BalancerPath path = read(() -> reader.path(arns, ids), BalancerPath.UNREAD, "the way from the load balancer");
        PathCheck.closedToClients(path)
                .ifPresent(found -> lines.add("warning: " + found.summary() + "; the rollout does not depend on it"));
        return unreachable(ids)
                ? PathCheck.closed(path)
                        .map(found -> found.withAftermath(
                                "the version that runs is unreachable too: not the new version's fault"))
                : Optional.empty();
    }

    private boolean unreachable(List<String> ids) {
        return !ids.isEmpty()
                && snapshot.serving().isEmpty()
                && snapshot.targetGroups().stream()
                        .flatMap(group -> group.targets().stream())
                        .anyMatch(target -> ids.contains(target.id())
                                && (target.state().equals("unused")
                                        || target.reason().equals("Target.Timeout")));
    }

    private Set<String> redAlarms() {
        if (request.countedAlarms().isEmpty()) {
            return Set.of();
        }
        List<Alarm> red = read(() -> reader.alarms(request.countedAlarms()), List.<Alarm>of(), "alarms").stream()
                .filter(Alarm::isRed)
                .toList();
        red.forEach(alarm -> lines.add("warning: alarm " + alarm.name()
                + " is red already, so that it does not count in this rollout: " + alarm.reason()));
        return red.stream().map(Alarm::name).collect(Collectors.toSet());
    }

    private Diagnosis nothingStarted(Diagnosis diagnosis) {
        return diagnosis.withAftermath("nothing was started");
    }

    private <T> T read(Supplier<T> call, T nothing, String what) {
        try {
            return call.get();
        } catch (AwsFailure failure) {
            lines.add("not looked at beforehand: " + what + ": " + failure.getMessage());
            return nothing;
        }
    }
}
