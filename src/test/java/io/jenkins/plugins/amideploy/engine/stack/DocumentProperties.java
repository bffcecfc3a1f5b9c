package io.jenkins.plugins.amideploy.engine.stack;

import static io.jenkins.plugins.amideploy.engine.Fuzz.readOrRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.amideploy.engine.AppId;
import io.jenkins.plugins.amideploy.engine.Fuzz;
import io.jenkins.plugins.amideploy.engine.state.KnownResources;
import io.jenkins.plugins.amideploy.engine.tool.Json;
import io.jenkins.plugins.amideploy.engine.tool.TinyJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** Whatever Terraform prints of a plan and of outputs, and whatever a state is, is read, or refused in a line. */
class DocumentProperties {
    private static final List<String> NAMES = List.of(
            "type",
            "change",
            "resource",
            "addr",
            "action",
            "changes",
            "operation",
            "add",
            "remove",
            "outputs",
            "value",
            "url",
            "asg_name",
            "sensitive",
            "instance_warmup",
            "alarm_names",
            "target_group_arns",
            "version",
            "serial",
            "lineage",
            "resources",
            "mode",
            "name",
            "instances",
            "attributes",
            "id",
            "index_key",
            "deposed",
            "backend",
            "config");

    private static final AppId APP = new AppId("shop", "demo");
    private static final Backend BACKEND = new Backend.S3("states", "shop/demo/terraform.tfstate", "us-east-1");

    @Provide
    Arbitrary<Object> trees() {
        return Fuzz.trees(
                NAMES, "planned_change", "change_summary", "outputs", "create", "replace", "plan", "managed", "l");
    }

    @Property
    void anyMessages_areAPlanOrNone(@ForAll("trees") Object first, @ForAll("trees") Object second) {
        PlanSummary.of(List.of(Json.of(first), Json.of(second)))
                .ifPresent(plan -> assertThat(plan.line()).isNotBlank());
    }

    @Property
    void anyOutputs_areAStacksOrNone(@ForAll("trees") Object tree) {
        assertThat(StackOutputs.of(Json.of(tree))).isNotNull();
        assertThat(StackOutputs.of(Json.of(Map.of("url", wrapped(tree), "asg_name", wrapped(tree)))))
                .isNotNull();
    }

    private static Map<String, Object> wrapped(Object tree) {
        return tree == null ? Map.of() : Map.of("value", tree);
    }

    @Property
    void anyState_isReadOrRefused(@ForAll("trees") Object tree) {
        readOrRefused(() -> KnownResources.of("state", "text", text -> tree), known -> assertThat(known.knows(""))
                .isFalse());
        readOrRefused(() -> ErroredState.of("errored.tfstate", "text", APP, text -> tree), state -> assertThat(
                        state.refusal(Optional.of("text"), text -> tree))
                .isPresent());
        assertThat(Initialised.of("text", BACKEND, text -> tree)).isNotNull();
    }

    @Property
    void planAsTerraformPrintsIt_isCounted(
            @ForAll @IntRange(max = 5) int add,
            @ForAll @IntRange(max = 5) int change,
            @ForAll @IntRange(max = 5) int remove) {
        TinyJson json = new TinyJson();
        List<Json> messages = new ArrayList<>();
        planned(messages, json, add, "create");
        planned(messages, json, change, "update");
        planned(messages, json, remove, "delete");
        messages.add(Json.of(json.parse(
                "{\"type\":\"change_summary\",\"changes\":{\"add\":%d,\"change\":%d,\"remove\":%d,\"operation\":\"plan\"}}"
                        .formatted(add, change, remove))));

        PlanSummary plan = PlanSummary.of(messages).orElseThrow();

        assertThat(List.of(
                        plan.add().size(), plan.change().size(), plan.destroy().size()))
                .containsExactly(add, change, remove);
    }

    private static void planned(List<Json> messages, TinyJson json, int count, String action) {
        for (int each = 0; each < count; each++) {
            messages.add(Json.of(json.parse(
                    "{\"type\":\"planned_change\",\"change\":{\"resource\":{\"addr\":\"aws_x.y%d\"},\"action\":\"%s\"}}"
                            .formatted(each, action))));
        }
    }
}
