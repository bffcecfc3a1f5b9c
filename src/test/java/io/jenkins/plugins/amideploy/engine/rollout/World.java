package io.jenkins.plugins.amideploy.engine.rollout;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A group in memory that tests put into any state and look at through {@link #snapshot()}. */
final class World {
    static final String GROUP = "web-prod";
    static final String TEMPLATE = "lt-1";
    static final String TARGET_GROUP = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/web-prod/abc";
    static final String SECOND_TARGET_GROUP =
            "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/web-second/def";
    static final Instant START = Instant.parse("2026-01-01T10:00:00Z");
    static final TemplateVersion OLD = new TemplateVersion(TEMPLATE, "1");
    static final TemplateVersion NEW = new TemplateVersion(TEMPLATE, "2");
    static final Wanted WANTED = new Wanted(GROUP, NEW, List.of(TARGET_GROUP));
    static final HealthPolicy POLICY = HealthPolicy.defaults().withStability(Duration.ofSeconds(20));

    Instant now = START;
    int desired = 1;
    int max = 1;
    int grace = 60;
    String status = "";
    boolean exists = true;
    TemplateVersion groupTemplate = OLD;
    Set<String> suspended = Set.of();
    HealthCheck check;
    final Map<String, InstanceState> instances = new LinkedHashMap<>();
    final Map<String, List<TargetState>> targets = new LinkedHashMap<>();
    final List<RefreshState> refreshes = new ArrayList<>();
    final List<ActivityState> activities = new ArrayList<>();

    World() {
        targets.put(TARGET_GROUP, new ArrayList<>());
    }

    /** One healthy instance of the old version. */
    static World serving() {
        World world = new World();
        world.instance("i-0a", "InService", OLD).target("i-0a", "healthy", "", "");
        return world;
    }

    /** One healthy instance of the wanted version, after a successful refresh. */
    static World done() {
        World world = new World();
        world.groupTemplate = NEW;
        world.instance("i-0b", "InService", NEW).target("i-0b", "healthy", "", "");
        world.refresh("r-1", "Successful", NEW);
        return world;
    }

    /** Checks every so many seconds, each with a timeout of 2 s; two good or bad ones count. */
    World checkedEvery(int seconds) {
        check = new HealthCheck(
                Duration.ofSeconds(seconds), Duration.ofSeconds(2), 2, 2, "/health", "traffic-port", "200");
        return this;
    }

    World instance(String id, String lifecycle, TemplateVersion template) {
        return instance(id, lifecycle, "Healthy", template);
    }

    World instance(String id, String lifecycle, String health, TemplateVersion template) {
        instances.put(id, new InstanceState(id, lifecycle, health, template, "eu-west-1a", false));
        return this;
    }

    World protect(String id) {
        InstanceState was = instances.get(id);
        instances.put(id, new InstanceState(id, was.lifecycle(), was.health(), was.template(), was.zone(), true));
        return this;
    }

    World target(String id, String state, String reason, String description) {
        return target(TARGET_GROUP, id, state, reason, description);
    }

    World target(String group, String id, String state, String reason, String description) {
        List<TargetState> all = targets.computeIfAbsent(group, name -> new ArrayList<>());
        all.removeIf(target -> target.id().equals(id));
        all.add(new TargetState(id, 80, state, reason, description));
        return this;
    }

    World unhealthy(String id) {
        return target(id, "unhealthy", "Target.ResponseCodeMismatch", "Health checks failed with these codes: [503]");
    }

    World silent(String id) {
        return target(id, "unhealthy", "Target.Timeout", "Request timed out");
    }

    World refresh(String id, String refreshStatus, TemplateVersion wanted) {
        return refresh(id, refreshStatus, wanted, "");
    }

    World refresh(String id, String refreshStatus, TemplateVersion wanted, String reason) {
        refreshes.removeIf(refresh -> refresh.id().equals(id));
        boolean over = Set.of("Successful", "Failed", "Cancelled", "RollbackSuccessful", "RollbackFailed")
                .contains(refreshStatus);
        refreshes.add(0, new RefreshState(id, refreshStatus, 0, reason, wanted, START, over ? now : null));
        return this;
    }

    World failedLaunch(String message) {
        return activity("Launching a new EC2 instance.  Status Reason: " + message, "", "Failed", message);
    }

    World launched(String id) {
        return activity("Launching a new EC2 instance: " + id, "", "Successful", "");
    }

    World replacedForHealth(String id) {
        instances.remove(id);
        targets.values().forEach(all -> all.removeIf(target -> target.id().equals(id)));
        return activity(
                "Terminating EC2 instance: " + id,
                "At 2026-01-01T10:00:00Z an instance was taken out of service in response to an ELB system health check failure.",
                "InProgress",
                "");
    }

    World activity(String description, String cause, String code, String message) {
        activities.add(0, new ActivityState("a-" + activities.size(), description, cause, code, message, now));
        return this;
    }

    World later(long seconds) {
        now = now.plusSeconds(seconds);
        return this;
    }

    GroupSnapshot snapshot() {
        if (!exists) {
            return GroupSnapshot.missing(GROUP);
        }
        List<TargetGroupState> groups = targets.entrySet().stream()
                .map(entry ->
                        new TargetGroupState(entry.getKey(), entry.getKey().split("/")[1], entry.getValue(), check))
                .toList();
        return new GroupSnapshot(
                GROUP,
                true,
                status,
                1,
                max,
                desired,
                groupTemplate,
                grace,
                suspended,
                List.copyOf(instances.values()),
                groups,
                refreshes,
                activities);
    }

    /** One evaluation at the present time. */
    Verdict judge(HealthMemory memory) {
        return HealthEvaluator.evaluate(snapshot(), WANTED, POLICY, memory, now);
    }

    /** Looks, waits out the stability window, and looks again. */
    Verdict judgeStable() {
        Verdict first = judge(HealthMemory.begin(START));
        later(POLICY.stability().toSeconds());
        return judge(HealthMemory.fromMap(first.memory().asMap()));
    }
}
