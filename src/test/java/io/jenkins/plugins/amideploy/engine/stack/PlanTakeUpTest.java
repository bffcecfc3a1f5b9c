package io.jenkins.plugins.amideploy.engine.stack;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.amideploy.engine.Outcome;
import io.jenkins.plugins.amideploy.engine.diagnosis.Cause;
import io.jenkins.plugins.amideploy.engine.tool.Step;
import io.jenkins.plugins.amideploy.engine.tool.TerraformOutput;
import io.jenkins.plugins.amideploy.engine.tool.TinyJson;
import io.jenkins.plugins.amideploy.engine.tool.ToolCommand;
import io.jenkins.plugins.amideploy.engine.tool.ToolResult;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A plan that meets what the state does not know is made again and takes it up, unless that would cost what stands. */
class PlanTakeUpTest {
    private static final String PLAN = "/checkout/.work/stack.tfplan";
    private static final TinyJson JSON = new TinyJson();
    private static final StackRequest REQUEST = new StackRequest(
            "/checkout/terraform",
            "/checkout/environments/demo.pkrvars.hcl",
            "/checkout/.work/terraform",
            PLAN,
            new Backend.S3("states", "web/demo/terraform.tfstate", "eu-central-1"),
            Map.of("image_id", "ami-1"));
    private static final Map<String, String> UNOWNED =
            new TreeMap<>(Map.of("aws_lb.web", "arn:lb", "aws_iam_role.x[\"${a}\"]", "r"));

    private final AtomicInteger asked = new AtomicInteger();

    private PlanOperation plan(boolean destroy, Map<String, String> unowned) {
        return new PlanOperation(REQUEST, destroy, Initialised.YES, JSON, () -> {
            asked.incrementAndGet();
            return unowned;
        });
    }

    private static ToolResult planned(String phase, String action) {
        TerraformOutput output = new TerraformOutput("plan", JSON);
        boolean replaces = action.equals("replace");
        List.of(
                        "{\"type\":\"planned_change\",\"change\":{\"resource\":{\"addr\":\"aws_lb.web\"},\"action\":\""
                                + action + "\",\"importing\":{\"id\":\"arn:lb\"}}}",
                        "{\"type\":\"change_summary\",\"changes\":{\"add\":%d,\"change\":0,\"import\":1,\"remove\":%d,\"operation\":\"plan\"}}"
                                .formatted(replaces ? 1 : 0, replaces || action.equals("delete") ? 1 : 0))
                .forEach(output::accept);
        return ToolResult.exited(phase, 2).readBy(output).withFiles(Map.of(PLAN, "abc"));
    }

    @Test
    void after_planWithNothingUnowned_isThePlan() {
        PlanOperation operation = plan(false, Map.of());

        assertThat(asked).as("not before the plan is made").hasValue(0);
        assertThat(operation.after(planned("plan", "import"))).isInstanceOf(Step.Done.class);
        assertThat(asked).hasValue(1);
    }

    @Test
    void after_planWithSomethingUnowned_plansAgainWithImports() {
        PlanOperation operation = plan(false, UNOWNED);

        Step<SavedPlan> step = operation.after(planned("plan", "import"));

        ToolCommand again = ((Step.Run<SavedPlan>) step).command();
        assertThat(again.phase()).isEqualTo("plan-take-up");
        assertThat(again.arguments())
                .contains(
                        "-out=" + PLAN,
                        "-var=image_id=ami-1",
                        "-var=take_up={\"aws_iam_role.x[\\\"$${a}\\\"]\" = \"r\", \"aws_lb.web\" = \"arn:lb\"}");
        Outcome<SavedPlan> outcome =
                ((Step.Done<SavedPlan>) operation.after(planned(again.phase(), "import"))).outcome();
        assertThat(outcome).isInstanceOfSatisfying(Outcome.Success.class, success -> assertThat(
                        ((SavedPlan) success.value()).summary().change())
                .containsExactly("aws_lb.web"));
        assertThat(asked).hasValue(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"replace", "delete"})
    void after_takingUpThatWouldCostWhatStands_isRefusedWithACure(String action) {
        PlanOperation operation = plan(false, UNOWNED);
        operation.after(planned("plan", "create"));

        Outcome<SavedPlan> outcome =
                ((Step.Done<SavedPlan>) operation.after(planned("plan-take-up", action))).outcome();

        assertThat(outcome).isInstanceOfSatisfying(Outcome.Failure.class, failure -> {
            assertThat(failure.diagnosis().cause()).isEqualTo(Cause.NOT_OURS);
            assertThat(failure.diagnosis().lines())
                    .anySatisfy(line -> assertThat(line).contains("aws_lb.web is arn:lb"));
            assertThat(failure.diagnosis().aftermath()).isEqualTo("nothing was changed");
        });
    }

    @Test
    void after_planOfARemoval_asksForNothing() {
        assertThat(plan(true, UNOWNED).after(planned("plan", "delete"))).isInstanceOf(Step.Done.class);
        assertThat(asked).hasValue(0);
    }
}
