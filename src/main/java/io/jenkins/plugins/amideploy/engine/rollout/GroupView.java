package io.jenkins.plugins.amideploy.engine.rollout;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What a look shows of a group, for whoever draws it: the live view of the command line, a status in Jenkins. Made by {@link #of} for each {@link Verdict} and
 * {@link RolloutStep} that has read the group; says nothing that decides anything.
 *
 * @param groupName the group
 * @param desired desired capacity
 * @param version number of the wanted launch-template version
 * @param refreshStatus AWS's word for the refresh that counts, for example {@code InProgress}; empty where none counts
 * @param refreshPercentage how much the refresh has replaced, 0 to 100
 * @param instances old ones first, each in the order of AWS
 * @param waitingFor what is not yet as it must be, one line each; empty where all is
 * @param windowLeft how long all must stay as it is; empty where the window does not run
 */
public record GroupView(
        String groupName,
        int desired,
        String version,
        String refreshStatus,
        int refreshPercentage,
        List<InstanceView> instances,
        List<String> waitingFor,
        Optional<Duration> windowLeft) {
    /** States of targets from the worst on; what AWS invents later comes before {@code healthy}. */
    private static final List<String> WORST_FIRST =
            List.of("unhealthy", "unhealthy.draining", "unused", "unavailable", "initial", "draining");

    public GroupView {
        Objects.requireNonNull(groupName, "groupName");
        Objects.requireNonNull(version, "version");
        Objects.requireNonNull(refreshStatus, "refreshStatus");
        instances = List.copyOf(instances);
        waitingFor = List.copyOf(waitingFor);
        Objects.requireNonNull(windowLeft, "windowLeft");
    }

    /**
     * One instance of the group.
     *
     * @param id {@code i-…}
     * @param isNew whether it is of the wanted version
     * @param version number of its launch-template version; {@code ?} where AWS does not say
     * @param lifecycle AWS's word, for example {@code Pending:Wait}
     * @param health {@code Healthy} or {@code Unhealthy}, as the group sees it
     * @param target the worst state of its targets with its reason, for example {@code unhealthy: Target.Timeout}; {@code not registered} where a target group
     *     misses it; empty where none is attached
     */
    public record InstanceView(
            String id, boolean isNew, String version, String lifecycle, String health, String target) {
        /** Whether requests reach it, as far as its group and its target groups know. */
        public boolean serves() {
            return lifecycle.equals("InService")
                    && health.equals("Healthy")
                    && (target.isEmpty() || target.equals("healthy"));
        }
    }

    /** What there is to see; empty of a group that does not exist. */
    static Optional<GroupView> of(
            GroupSnapshot snapshot, Wanted wanted, HealthPolicy policy, HealthMemory memory, Instant now) {
        if (!snapshot.exists()) {
            return Optional.empty();
        }
        Optional<RefreshState> refresh = Refreshes.relevant(snapshot, wanted, memory);
        return Optional.of(new GroupView(
                snapshot.groupName(),
                snapshot.desired(),
                wanted.template().version(),
                refresh.map(RefreshState::status).orElse(""),
                refresh.map(RefreshState::percentage).orElse(0),
                snapshot.instances().stream()
                        .map(instance -> instance(snapshot, instance, wanted))
                        .sorted(Comparator.comparing(InstanceView::isNew))
                        .toList(),
                Readiness.missing(snapshot, wanted, memory),
                Optional.ofNullable(memory.healthySince())
                        .map(since -> left(Duration.between(now, since.plus(HealthWindow.length(snapshot, policy)))))));
    }

    private static Duration left(Duration duration) {
        return duration.isNegative() ? Duration.ZERO : duration;
    }

    private static InstanceView instance(GroupSnapshot snapshot, InstanceState instance, Wanted wanted) {
        return new InstanceView(
                instance.id(),
                instance.runs(wanted.template()),
                instance.template() == null ? "?" : instance.template().version(),
                instance.lifecycle(),
                instance.health(),
                target(snapshot, instance.id()));
    }

    private static String target(GroupSnapshot snapshot, String id) {
        Optional<TargetState> worst = snapshot.targetGroups().stream()
                .flatMap(group -> group.of(id).stream())
                .min(Comparator.comparingInt(GroupView::rank));
        boolean missed =
                snapshot.targetGroups().stream().anyMatch(group -> group.of(id).isEmpty());
        if (missed && worst.filter(target -> !target.isHealthy()).isEmpty()) {
            return "not registered";
        }
        return worst.map(TargetState::explained).orElse("");
    }

    private static int rank(TargetState target) {
        int known = WORST_FIRST.indexOf(target.state());
        return target.isHealthy() ? WORST_FIRST.size() + 1 : known < 0 ? WORST_FIRST.size() : known;
    }
}
