package io.jenkins.plugins.amideploy.cli;

import io.jenkins.plugins.amideploy.engine.AwsFailure;
import io.jenkins.plugins.amideploy.engine.release.BalancerReader;
import io.jenkins.plugins.amideploy.engine.rollout.ActivityState;
import io.jenkins.plugins.amideploy.engine.rollout.GroupReader;
import io.jenkins.plugins.amideploy.engine.rollout.GroupSnapshot;
import io.jenkins.plugins.amideploy.engine.rollout.GroupWriter;
import io.jenkins.plugins.amideploy.engine.rollout.InstanceState;
import io.jenkins.plugins.amideploy.engine.rollout.RefreshRequest;
import io.jenkins.plugins.amideploy.engine.rollout.RefreshState;
import io.jenkins.plugins.amideploy.engine.rollout.TargetGroupState;
import io.jenkins.plugins.amideploy.engine.rollout.TargetState;
import io.jenkins.plugins.amideploy.engine.rollout.TemplateVersion;
import io.jenkins.plugins.amideploy.engine.tool.ToolCommand;
import io.jenkins.plugins.amideploy.engine.tool.ToolResult;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/** A stack as Terraform and AWS would have it: a launch template whose versions follow the run's variables, and a group of one instance. */
final class FakeStack implements GroupReader, GroupWriter, BalancerReader {
    private static final String TARGETS = "arn:targets";
    private static final String PLANNED =
            "{\"type\":\"planned_change\",\"change\":{\"resource\":{\"addr\":\"aws_launch_template.web\"},\"action\":\"update\"}}";

    private final InstantSource clock;
    private Map<String, String> planned = Map.of();
    private Map<String, String> applied = Map.of();
    private int version;
    private TemplateVersion running;
    private int instances;
    private final List<RefreshState> refreshes = new ArrayList<>();

    /** The refresh that was asked for last. */
    RefreshRequest asked;

    private final List<ActivityState> activities = new ArrayList<>();

    /** Whether machines that start from now on answer. */
    boolean isHealthy = true;

    /** Whether AWS refuses to launch, for good. */
    boolean refusesLaunches;

    /** Looks at the group. */
    int looks;

    /** Run at each look. */
    Runnable atLook = () -> {};

    /** Run at each call of Terraform, with its phase. */
    Consumer<String> atTerraform = phase -> {};

    FakeStack(InstantSource clock) {
        this.clock = clock;
    }

    /** What Terraform was told of the version that is there. */
    Map<String, String> applied() {
        return applied;
    }

    /** The machine is replaced by itself. */
    void heal() {
        instances++;
        activities.add(0, activity("Launching a new EC2 instance: " + instance(), "Successful", ""));
    }

    /** Somebody's refresh to a version is under way. */
    void refreshes(String id, TemplateVersion to) {
        refreshes.add(0, new RefreshState(id, "InProgress", 0, "", to, clock.instant(), null));
    }

    List<String> lines(ToolCommand command) {
        atTerraform.accept(command.phase());
        if (command.phase().startsWith("plan")) {
            planned = variables(command);
            boolean changes = !planned.equals(applied);
            return List.of(
                    changes ? PLANNED : "{}",
                    "{\"type\":\"change_summary\",\"changes\":{\"add\":0,\"change\":" + (changes ? 1 : 0)
                            + ",\"remove\":0,\"operation\":\"plan\"}}");
        }
        if (command.phase().equals("apply")) {
            applied = planned;
            version++;
            if (running == null) {
                running = wanted();
                heal();
            }
            return List.of(new JacksonParser().write(Map.of("type", "outputs", "outputs", outputs())));
        }
        return List.of();
    }

    private static Map<String, String> variables(ToolCommand command) {
        Map<String, String> variables = new TreeMap<>();
        command.arguments().stream()
                .filter(argument -> argument.startsWith("-var=") && !argument.startsWith("-var=build="))
                .map(argument -> argument.substring("-var=".length()).split("=", 2))
                .forEach(pair -> variables.put(pair[0], pair[1]));
        return variables;
    }

    ToolResult result(ToolCommand command) {
        ToolResult result = ToolResult.exited(command.phase(), 0);
        return command.phase().equals("output") ? result.withDocument(new JacksonParser().write(outputs())) : result;
    }

    private Map<String, Object> outputs() {
        if (version == 0) {
            return Map.of();
        }
        Map<String, Object> outputs = new TreeMap<>();
        Map<String, Object> values = Map.of(
                "url", "http://lb",
                "asg_name", "web-demo",
                "launch_template_id", "lt-1",
                "launch_template_version", String.valueOf(version),
                "target_group_arns", List.of(TARGETS),
                "image_id", applied.get("image_id"),
                "region", "eu-central-1",
                "commit", applied.getOrDefault("commit", "tagged"),
                "app_version", applied.getOrDefault("app_version", "tagged"));
        values.forEach((name, value) -> outputs.put(name, Map.of("value", value)));
        return outputs;
    }

    private TemplateVersion wanted() {
        return new TemplateVersion("lt-1", String.valueOf(version));
    }

    private String instance() {
        return "i-%04d".formatted(instances);
    }

    @Override
    public GroupSnapshot read(String groupName) {
        looks++;
        atLook.run();
        if (running == null) {
            return GroupSnapshot.missing(groupName);
        }
        String state = isHealthy ? "healthy" : "unhealthy";
        return new GroupSnapshot(
                groupName,
                true,
                "",
                1,
                1,
                1,
                running,
                60,
                Set.of(),
                List.of(new InstanceState(instance(), "InService", "Healthy", running, "eu-central-1a", false)),
                List.of(new TargetGroupState(
                        TARGETS, "web-demo", List.of(new TargetState(instance(), 80, state, "", "")))),
                refreshes,
                activities);
    }

    @Override
    public List<Listener> listeners(List<String> targetGroupArns) {
        return List.of(new Listener("HTTP", 80, List.of(TARGETS)));
    }

    @Override
    public String startRefresh(RefreshRequest request) {
        asked = request;
        String id = "refresh-" + (refreshes.size() + 1);
        if (refusesLaunches) {
            activities.add(
                    0,
                    activity(
                            "Launching a new EC2 instance.  Status Reason: no",
                            "Failed",
                            "You have requested more vCPU capacity than your current vCPU limit of 32 allows for the"
                                    + " instance bucket that the specified instance type belongs to. Launching EC2 instance"
                                    + " failed."));
            refreshes.add(0, refresh(id, "InProgress", 0));
            return id;
        }
        running = wanted();
        heal();
        refreshes.add(0, refresh(id, "Successful", 100));
        return id;
    }

    private RefreshState refresh(String id, String status, int percentage) {
        return new RefreshState(
                id,
                status,
                percentage,
                "",
                wanted(),
                clock.instant(),
                status.equals("InProgress") ? null : clock.instant());
    }

    private ActivityState activity(String description, String status, String message) {
        return new ActivityState("a-" + activities.size(), description, "", status, message, clock.instant());
    }

    @Override
    public void rollBackRefresh(String groupName) throws AwsFailure {
        RefreshState going = refreshes.get(0);
        refreshes.set(0, refresh(going.id(), "RollbackSuccessful", 0));
    }

    @Override
    public void cancelRefresh(String groupName) throws AwsFailure {
        RefreshState going = refreshes.get(0);
        refreshes.set(0, refresh(going.id(), "Cancelled", 0));
    }
}
