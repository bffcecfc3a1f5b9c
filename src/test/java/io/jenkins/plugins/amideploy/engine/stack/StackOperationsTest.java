package io.jenkins.plugins.amideploy.engine.stack;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.amideploy.engine.Outcome;
import io.jenkins.plugins.amideploy.engine.stack.StackOperation.Initialised;
import io.jenkins.plugins.amideploy.engine.tool.Fixtures;
import io.jenkins.plugins.amideploy.engine.tool.Operation;
import io.jenkins.plugins.amideploy.engine.tool.Problem;
import io.jenkins.plugins.amideploy.engine.tool.Step;
import io.jenkins.plugins.amideploy.engine.tool.TinyJson;
import io.jenkins.plugins.amideploy.engine.tool.ToolCommand;
import io.jenkins.plugins.amideploy.engine.tool.ToolResult;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StackOperationsTest {
    private static final String PLAN = "/checkout/.work/stack.tfplan";
    private static final TinyJson JSON = new TinyJson();
    private static final StackRequest REQUEST = new StackRequest(
            "/checkout/terraform",
            "/checkout/environments/demo.pkrvars.hcl",
            "/checkout/.work/terraform",
            PLAN,
            new Backend.S3("states", "web/demo/terraform.tfstate", "eu-central-1"),
            Map.of("image_id", "ami-1"));
    private static final SavedPlan SAVED = new SavedPlan(
            PLAN, "abc", false, new PlanSummary(List.of("a"), List.of(), List.of(), List.of(), List.of()));

    @Test
    void plan_initialisesTheBackendWithItsLock() {
        ToolCommand init = new PlanOperation(REQUEST, false, JSON).first();

        assertThat(init.commandLine())
                .isEqualTo("terraform init -json -input=false -reconfigure -backend-config=bucket=states"
                        + " -backend-config=key=web/demo/terraform.tfstate -backend-config=region=eu-central-1"
                        + " -backend-config=use_lockfile=true -backend-config=encrypt=true");
        assertThat(init.env()).containsEntry("TF_DATA_DIR", "/checkout/.work/terraform");
    }

    @ParameterizedTest
    @CsvSource({"init, 0, validate", "validate, 0, plan", "plan, 0, show", "plan, 2, show"})
    void plan_goesOn(String phase, int exitCode, String next) {
        assertThat(next(new PlanOperation(REQUEST, false, JSON), ToolResult.exited(phase, exitCode))
                        .phase())
                .isEqualTo(next);
    }

    @ParameterizedTest
    @CsvSource({"init, 1", "init, 2", "validate, 1", "plan, 1", "show, 1", "show, 2"})
    void plan_endsAtTheFirstFailure(String phase, int exitCode) {
        assertThat(new PlanOperation(REQUEST, false, JSON).after(ToolResult.exited(phase, exitCode)))
                .isInstanceOf(Step.Done.class);
    }

    @Test
    void plan_isSavedWithItsVariables() {
        ToolCommand plan = next(new PlanOperation(REQUEST, true, JSON), ToolResult.exited("validate", 0));

        assertThat(plan.arguments())
                .contains(
                        "-detailed-exitcode",
                        "-out=" + PLAN,
                        "-destroy",
                        "-var=image_id=ami-1",
                        "-var-file=/checkout/environments/demo.pkrvars.hcl");
    }

    @Test
    void planAfterACheck_leavesInitOut() {
        assertThat(new PlanOperation(REQUEST, false, Initialised.YES, JSON)
                        .first()
                        .phase())
                .isEqualTo("plan");
        assertThat(new OutputsOperation(REQUEST, Initialised.YES, JSON).first().phase())
                .isEqualTo("output");
    }

    @Test
    void validateThatFails_tellsTheDiagnosticsOfItsDocument() {
        String document =
                """
                {"valid":false,"diagnostics":[{"severity":"error","summary":"Unsupported argument","detail":"",
                 "range":{"filename":"main.tf","start":{"line":3}}}]}
                """;

        assertThat(outcome(
                        new PlanOperation(REQUEST, false, JSON),
                        ToolResult.exited("validate", 1).withDocument(document)))
                .isEqualTo(Outcome.failure(
                        Outcome.Kind.FAILED, "terraform validate failed: main.tf line 3: Unsupported argument"));
    }

    @Test
    void planWithAnImageThatIsNotThere_namesTheImage() {
        ToolResult failed = ToolResult.exited("plan", 1)
                .withProblems(List.of(new Problem(
                        "Your query returned no results. Please change your search criteria and try again.",
                        "",
                        "data.aws_ami.chosen[0]")));

        assertThat(outcome(new PlanOperation(REQUEST, false, JSON), failed))
                .isEqualTo(Outcome.failure(
                        Outcome.Kind.BAD_INPUT,
                        "image ami-1 was not found in the region of the variables file: check the image id and the"
                                + " region, or bake a new image"));
    }

    @ParameterizedTest
    @CsvSource({
        "show-create.json,  3, 0, 0, 0, true",
        "show-none.json,    0, 0, 0, 0, false",
        "show-replace.json, 0, 1, 1, 0, true",
        "show-destroy.json, 0, 0, 0, 3, true"
    })
    void show_countsWhatThePlanWouldDo(
            String recording, int add, int change, int replace, int destroy, boolean hasChanges) {
        SavedPlan plan = saved(recording);

        assertThat(plan.sha256()).isEqualTo("abc");
        assertThat(plan.summary().add()).hasSize(add);
        assertThat(plan.summary().change()).hasSize(change);
        assertThat(plan.summary().replace()).hasSize(replace);
        assertThat(plan.summary().destroy()).hasSize(destroy);
        assertThat(plan.summary().hasChanges()).isEqualTo(hasChanges);
    }

    @Test
    void summary_holdsNoValueOfThePlan() {
        assertThat(saved("show-create.json").toString()).doesNotContain("s3cret");
        assertThat(saved("show-replace.json").summary().line())
                .isEqualTo("0 to add, 1 to change, 1 to replace, 0 to destroy");
    }

    @Test
    void apply_takesExactlyThePlanThatWasShown() {
        ToolCommand apply = new ApplyOperation(REQUEST, SAVED, JSON).first();

        assertThat(apply.arguments()).startsWith("apply", "-json").endsWith(PLAN);
        assertThat(apply.expects()).containsExactly(Map.entry(PLAN, "abc"));
    }

    @Test
    void afterApply_readsOutputsWithoutTheSensitiveOnes() {
        ApplyOperation operation = new ApplyOperation(REQUEST, SAVED, JSON);
        String document =
                """
                {"url":{"value":"http://a"},"asg_name":{"value":"web-demo"},"launch_template_version":{"value":"7"},
                 "target_group_arns":{"value":["arn:1"]},"instance_warmup":{"value":30},
                 "image_id":{"sensitive":true,"value":"ami-secret"}}
                """;

        assertThat(next(operation, ToolResult.exited("apply", 0)).output()).isEqualTo(ToolCommand.Output.DOCUMENT);
        assertThat(outcome(operation, ToolResult.exited("output", 0).withDocument(document)))
                .isEqualTo(Outcome.success(Optional.of(new StackOutputs(
                        "http://a", "web-demo", "", "7", List.of("arn:1"), "", "", 30, List.of(), "", ""))));
    }

    @Test
    void outputsWithoutAStack_areEmpty() {
        assertThat(outcome(
                        new OutputsOperation(REQUEST, JSON),
                        ToolResult.exited("output", 0).withDocument("{}")))
                .isEqualTo(Outcome.success(Optional.empty()));
    }

    @ParameterizedTest
    @CsvSource({
        "0, a plan made afterwards finds nothing left to do",
        "2, 'a plan made afterwards still finds changes to make: run apply again to finish, or destroy to remove what is there'",
        "1, the plan made afterwards did not succeed: run plan before anything else"
    })
    void stoppedApply_isFollowedByAPlanAndSaysWhatIsLeft(int exitCode, String what) {
        ApplyOperation operation = new ApplyOperation(REQUEST, SAVED, JSON);

        ToolCommand look = next(operation, ToolResult.exited("apply", 1).asStopped());

        assertThat(look.phase()).isEqualTo("plan");
        assertThat(look.arguments()).noneMatch(argument -> argument.startsWith("-out"));
        assertThat(outcome(operation, ToolResult.exited("plan", exitCode)))
                .isEqualTo(Outcome.failure(
                        Outcome.Kind.INTERRUPTED,
                        "terraform apply was stopped and ended cleanly, the state is written; " + what));
    }

    /** Headlines and details as Terraform 1.11 words them. */
    @ParameterizedTest
    @CsvSource({
        "false, made, Failed to save state, Error saving state: failed to upload state: no such host",
        "false, made, Failed to persist state to backend, 'the state has been written to the file \"errored.tfstate\"'",
        "false, made, Error saving, run: terraform state push errored.tfstate",
        "true, removed, Failed to save state, Error saving state: failed to upload state: no such host"
    })
    void stoppedApply_thatCouldNotWriteTheState_saysWhereTheStateIs(
            boolean destroy, String what, String summary, String detail) {
        SavedPlan plan = new SavedPlan(PLAN, "abc", destroy, SAVED.summary());
        ToolResult stopped = ToolResult.exited("apply", 1)
                .asStopped()
                .withProblems(List.of(Problem.of("execution halted"), new Problem(summary, detail, "")));

        assertThat(outcome(new ApplyOperation(REQUEST, plan, JSON), stopped))
                .isEqualTo(Outcome.failure(
                        Outcome.Kind.INTERRUPTED,
                        "terraform " + (destroy ? "destroy" : "apply") + " was stopped, and the state could not be"
                                + " written: what was " + what + " is recorded in errored.tfstate in"
                                + " /checkout/terraform; run \"terraform state push errored.tfstate\" in that"
                                + " directory once AWS answers again"));
    }

    @ParameterizedTest
    @CsvSource({
        "0, 'ended cleanly, the state is written; '",
        "1, 'ended cleanly, the state is written; '",
        "137, 'ended by force, the state may lack what it did last; '",
        "143, 'ended by force, the state may lack what it did last; '"
    })
    void stoppedApply_saysHowItEnded(int exitCode, String how) {
        ApplyOperation operation = new ApplyOperation(REQUEST, SAVED, JSON);
        ToolResult stopped =
                ToolResult.exited("apply", exitCode).asStopped().withProblems(List.of(Problem.of("execution halted")));

        assertThat(next(operation, stopped).phase()).isEqualTo("plan");
        assertThat(outcome(operation, ToolResult.exited("plan", 0)))
                .isEqualTo(Outcome.failure(
                        Outcome.Kind.INTERRUPTED,
                        "terraform apply was stopped and " + how + "a plan made afterwards finds nothing left to do"));
    }

    @Test
    void stoppedDestroy_isFollowedByAPlanToDestroyAndIsToBeRunAgain() {
        SavedPlan plan = new SavedPlan(PLAN, "abc", true, SAVED.summary());
        ApplyOperation operation = new ApplyOperation(REQUEST, plan, JSON);

        ToolCommand look = next(operation, ToolResult.exited("apply", 1).asStopped());

        assertThat(look.arguments()).contains("-destroy");
        assertThat(outcome(operation, ToolResult.exited("plan", 2)))
                .isEqualTo(Outcome.failure(
                        Outcome.Kind.INTERRUPTED,
                        "terraform destroy was stopped and ended cleanly, the state is written; a plan made afterwards"
                                + " still finds changes to make: run destroy again to finish"));
    }

    @Test
    void check_looksAtTheNetworkWithoutAnImage() {
        ToolCommand plan = next(new CheckOperation(REQUEST, JSON), ToolResult.exited("validate", 0));

        assertThat(plan.arguments()).contains("-target=data.aws_vpc.chosen", "-var=image_id=ami-00000000000000000");
        assertThat(outcome(new CheckOperation(REQUEST, JSON), ToolResult.exited("plan", 0)))
                .isEqualTo(Outcome.success(CheckOperation.Passed.PASSED));
    }

    @Test
    void localState_isAskedForByName() {
        Backend local = new Backend.Local("/checkout/.work/terraform.tfstate");

        assertThat(local.initArguments()).containsExactly("-backend-config=path=/checkout/.work/terraform.tfstate");
        assertThat(local.override()).hasValueSatisfying(text -> assertThat(text).contains("backend \"local\" {}"));
        assertThat(REQUEST.backend().override()).isEmpty();
    }

    private static SavedPlan saved(String recording) {
        ToolResult result = ToolResult.exited("show", 0)
                .withDocument(Fixtures.text("terraform-1.11/" + recording))
                .withFiles(Map.of(PLAN, "abc"));
        Outcome<SavedPlan> outcome = outcome(new PlanOperation(REQUEST, false, JSON), result);
        return ((Outcome.Success<SavedPlan>) outcome).value();
    }

    private static <T> ToolCommand next(Operation<T> operation, ToolResult result) {
        return ((Step.Run<T>) operation.after(result)).command();
    }

    private static <T> Outcome<T> outcome(Operation<T> operation, ToolResult result) {
        return ((Step.Done<T>) operation.after(result)).outcome();
    }
}
