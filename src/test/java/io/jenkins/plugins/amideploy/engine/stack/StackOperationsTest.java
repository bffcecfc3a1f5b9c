package io.jenkins.plugins.amideploy.engine.stack;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.amideploy.engine.Outcome;
import io.jenkins.plugins.amideploy.engine.diagnosis.Cause;
import io.jenkins.plugins.amideploy.engine.tool.Fixtures;
import io.jenkins.plugins.amideploy.engine.tool.Operation;
import io.jenkins.plugins.amideploy.engine.tool.OutputParser;
import io.jenkins.plugins.amideploy.engine.tool.Problem;
import io.jenkins.plugins.amideploy.engine.tool.Step;
import io.jenkins.plugins.amideploy.engine.tool.TerraformOutput;
import io.jenkins.plugins.amideploy.engine.tool.TinyJson;
import io.jenkins.plugins.amideploy.engine.tool.ToolCommand;
import io.jenkins.plugins.amideploy.engine.tool.ToolResult;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

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
    private static final SavedPlan DESTROY = new SavedPlan(PLAN, "abc", true, SAVED.summary());

    @Test
    void plan_initialisesTheBackendWithItsLock() {
        ToolCommand init = new PlanOperation(REQUEST, false, Initialised.NO, JSON).first();

        assertThat(init.commandLine())
                .isEqualTo("terraform init -json -input=false -reconfigure -backend-config=bucket=states"
                        + " -backend-config=encrypt=true -backend-config=key=web/demo/terraform.tfstate"
                        + " -backend-config=max_retries=25 -backend-config=region=eu-central-1"
                        + " -backend-config=use_lockfile=true");
        assertThat(init.env())
                .containsEntry("TF_DATA_DIR", "/checkout/.work/terraform")
                .as("whatever the caller's environment says")
                .containsEntry("TF_WORKSPACE", "default")
                .containsEntry("TF_CLI_ARGS", "")
                .as("a way to say how the backend is opened")
                .doesNotContainKey("TF_CLI_ARGS_init");
    }

    @Test
    void plan_startsTerraformTwice() {
        PlanOperation operation = new PlanOperation(REQUEST, false, Initialised.NO, JSON);

        assertThat(next(operation, ToolResult.exited("init", 0)).phase()).isEqualTo("plan");
        assertThat(operation.after(ToolResult.exited("plan", 0))).isInstanceOf(Step.Done.class);
        assertThat(operation.after(ToolResult.exited("plan", 2))).isInstanceOf(Step.Done.class);
    }

    @ParameterizedTest
    @CsvSource({"init, 1", "init, 2", "plan, 1"})
    void plan_endsAtTheFirstFailure(String phase, int exitCode) {
        assertThat(outcome(new PlanOperation(REQUEST, false, Initialised.NO, JSON), ToolResult.exited(phase, exitCode)))
                .isInstanceOf(Outcome.Failure.class);
    }

    @Test
    void plan_isSavedWithItsVariables() {
        ToolCommand plan = next(new PlanOperation(REQUEST, true, Initialised.NO, JSON), ToolResult.exited("init", 0));

        assertThat(plan.arguments())
                .contains(
                        "-detailed-exitcode",
                        "-out=" + PLAN,
                        "-destroy",
                        "-var=image_id=ami-1",
                        "-var-file=/checkout/environments/demo.pkrvars.hcl");
    }

    @ParameterizedTest
    @EnumSource(
            value = Initialised.class,
            names = {"YES", "RECORDED"})
    void whereInitWasRunBefore_itIsLeftOut(Initialised initialised) {
        assertThat(new PlanOperation(REQUEST, false, initialised, JSON).first().phase())
                .isEqualTo("plan");
        assertThat(new CheckOperation(REQUEST, initialised, JSON).first().phase())
                .isEqualTo("plan");
        assertThat(new OutputsOperation(REQUEST, initialised, JSON).first().phase())
                .isEqualTo("output");
    }

    /** A workspace whose providers are gone, another lock file, another block in the configuration. */
    @ParameterizedTest
    @ValueSource(strings = {"plan-wants-init", "plan-wants-provider", "plan-wants-lock", "plan-wants-backend"})
    void planThatAsksForInit_getsItOnceAndIsRunAgain(String recording) {
        PlanOperation operation = new PlanOperation(REQUEST, false, Initialised.RECORDED, JSON);
        ToolResult refused = read(recording + ".jsonl", ToolResult.exited("plan", 1));

        assertThat(next(operation, refused).phase()).isEqualTo("init");
        assertThat(next(operation, ToolResult.exited("init", 0)).phase()).isEqualTo("plan-again");
        assertThat(outcome(
                        operation,
                        read("plan-none.jsonl", ToolResult.exited("plan-again", 0))
                                .withFiles(Map.of(PLAN, "abc"))))
                .isInstanceOf(Outcome.Success.class);
        assertThat(outcome(operation, refused.withPhase("plan-again"))).isInstanceOf(Outcome.Failure.class);
        assertThat(outcome(new PlanOperation(REQUEST, false, Initialised.YES, JSON), refused))
                .isInstanceOf(Outcome.Failure.class);
    }

    @Test
    void planThatFailsForAnotherReason_isNotRunAgain() {
        assertThat(outcome(
                        new PlanOperation(REQUEST, false, Initialised.RECORDED, JSON),
                        read("plan-locked.jsonl", ToolResult.exited("plan", 1))))
                .isInstanceOfSatisfying(Outcome.Failure.class, failure -> assertThat(failure.kind())
                        .isEqualTo(Outcome.Kind.STATE_LOCKED));
    }

    @Test
    void checkAndOutputsThatFailWithoutInit_getItOnce() {
        CheckOperation check = new CheckOperation(REQUEST, Initialised.RECORDED, JSON);
        OutputsOperation outputs = new OutputsOperation(REQUEST, Initialised.RECORDED, JSON);

        assertThat(next(check, read("plan-wants-init.jsonl", ToolResult.exited("plan", 1)))
                        .phase())
                .isEqualTo("init");
        assertThat(next(check, ToolResult.exited("init", 0)).phase()).isEqualTo("plan-again");
        assertThat(next(outputs, ToolResult.exited("output", 1)).phase()).isEqualTo("init");
        assertThat(next(outputs, ToolResult.exited("init", 0)).phase()).isEqualTo("output-again");
        assertThat(outcome(outputs, ToolResult.exited("output-again", 1))).isInstanceOf(Outcome.Failure.class);
    }

    @ParameterizedTest
    @CsvSource({
        "states-1,  web/demo/terraform.tfstate, eu-west-1, NO",
        "ami-deploy-state-123456789012-us-east-1, web/demo/terraform.tfstate, us-east-1, RECORDED",
        "ami-deploy-state-123456789012-us-east-1, web/prod/terraform.tfstate, us-east-1, NO",
        "ami-deploy-state-123456789012-us-east-1, web/demo/terraform.tfstate, us-east-2, NO"
    })
    void recordOfTheLastInit_isGoodForTheSameBackendAlone(
            String bucket, String key, String region, Initialised initialised) {
        String record = Fixtures.text("terraform-1.11/backend-record.json");

        assertThat(Initialised.of(record, new Backend.S3(bucket, key, region), JSON))
                .isEqualTo(initialised);
        assertThat(Initialised.of(record, new Backend.Local("/state"), JSON)).isEqualTo(Initialised.NO);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{}", "no json", "{\"backend\":{\"type\":\"local\",\"config\":{}}}"})
    void recordThatSaysNothing_isNone(String record) {
        assertThat(Initialised.of(record, new Backend.Local("/state"), JSON)).isEqualTo(Initialised.NO);
    }

    @Test
    void recordWithASettingOfSomebodyElse_isNone() {
        String record = "{\"backend\":{\"type\":\"local\",\"config\":{\"path\":\"/state\",\"workspace_dir\":%s}}}";

        assertThat(Initialised.of(String.format(record, "\"/w\""), new Backend.Local("/state"), JSON))
                .isEqualTo(Initialised.NO);
        assertThat(Initialised.of(String.format(record, "null"), new Backend.Local("/state"), JSON))
                .isEqualTo(Initialised.RECORDED);
    }

    @Test
    void planWithAnImageThatIsNotThere_namesTheImage() {
        ToolResult failed = ToolResult.exited("plan", 1)
                .withProblems(List.of(new Problem(
                        "Your query returned no results. Please change your search criteria and try again.",
                        "",
                        "data.aws_ami.chosen[0]")));

        assertThat(outcome(new PlanOperation(REQUEST, false, Initialised.NO, JSON), failed))
                .isEqualTo(Outcome.failure(
                        Outcome.Kind.BAD_INPUT,
                        "image ami-1 was not found in the region of the variables file: check the image id and the"
                                + " region, or bake a new image"));
    }

    @ParameterizedTest
    @CsvSource({
        "plan-create.jsonl,  3, 0, 0, 0, 3, true",
        "plan-none.jsonl,    0, 0, 0, 0, 0, false",
        "plan-replace.jsonl, 0, 1, 1, 0, 1, true",
        "plan-destroy.jsonl, 0, 0, 0, 3, 3, true",
        "plan-outputs.jsonl, 0, 0, 0, 0, 1, true",
        "plan-moved.jsonl,   0, 1, 0, 0, 0, true",
        "plan-mixed.jsonl,   1, 4, 1, 1, 2, true"
    })
    void plan_countsWhatItWouldDo(
            String recording, int add, int change, int replace, int destroy, int outputs, boolean hasChanges) {
        SavedPlan plan = saved(recording);

        assertThat(plan.sha256()).isEqualTo("abc");
        assertThat(plan.summary().add()).hasSize(add);
        assertThat(plan.summary().change()).hasSize(change);
        assertThat(plan.summary().replace()).hasSize(replace);
        assertThat(plan.summary().destroy()).hasSize(destroy);
        assertThat(plan.summary().outputs()).hasSize(outputs);
        assertThat(plan.summary().hasChanges()).isEqualTo(hasChanges);
    }

    @Test
    void summary_namesEachResourceOnceWhateverIsDoneToIt() {
        assertThat(saved("plan-mixed.jsonl").summary())
                .isEqualTo(new PlanSummary(
                        List.of("terraform_data.many[\"three\"]"),
                        List.of(
                                "terraform_data.forgotten",
                                "terraform_data.imported",
                                "terraform_data.many[\"one\"]",
                                "terraform_data.new"),
                        List.of("terraform_data.replaced"),
                        List.of("terraform_data.many[\"two\"]"),
                        List.of("password", "word")));
        assertThat(saved("plan-replace.jsonl").summary().line())
                .isEqualTo("0 to add, 1 to change, 1 to replace, 0 to destroy");
    }

    /** A line that got lost must not make a plan look harmless. */
    @Test
    void planWithALineMissing_isNotTaken() {
        List<String> lines = Fixtures.text("terraform-1.11/plan-mixed.jsonl")
                .lines()
                .filter(line -> line.contains("\"change_summary\"")
                        || line.matches(".*\"action\":\"(create|update|replace|delete)\".*planned_change.*"))
                .toList();

        for (String lost : lines) {
            TerraformOutput output = new TerraformOutput("plan", JSON);
            lines.stream().filter(line -> !line.equals(lost)).forEach(output::accept);
            assertThat(PlanSummary.of(output.messages())).as("without " + lost).isEmpty();
        }
        assertThat(lines).hasSize(5);
    }

    @Test
    void planWhoseFileIsGone_isNotTaken() {
        assertThat(outcome(
                        new PlanOperation(REQUEST, false, Initialised.YES, JSON),
                        read("plan-none.jsonl", ToolResult.exited("plan", 0))))
                .isInstanceOf(Outcome.Failure.class);
    }

    @Test
    void apply_takesExactlyThePlanThatWasShown() {
        ToolCommand apply = new ApplyOperation(REQUEST, SAVED, Initialised.YES, JSON).first();

        assertThat(apply.arguments()).startsWith("apply", "-json").endsWith(PLAN);
        assertThat(apply.expects()).containsExactly(Map.entry(PLAN, "abc"));
    }

    @ParameterizedTest
    @EnumSource(
            value = Initialised.class,
            names = {"NO", "RECORDED"})
    void applyOfAPlanThatAnotherProcessMade_initialisesFirst(Initialised initialised) {
        ApplyOperation operation = new ApplyOperation(REQUEST, SAVED, initialised, JSON);

        assertThat(operation.first().phase()).isEqualTo("init");
        assertThat(next(operation, ToolResult.exited("init", 0)).expects()).containsKey(PLAN);
        assertThat(outcome(operation, ToolResult.exited("init", 1))).isInstanceOf(Outcome.Failure.class);
    }

    @Test
    void apply_yieldsTheOutputsThatItTold_withoutTheSensitiveOnes() {
        ApplyOperation operation = new ApplyOperation(REQUEST, SAVED, Initialised.YES, JSON);
        OutputParser parser = operation.parser("apply");
        parser.accept(
                "{\"type\":\"outputs\",\"outputs\":{\"url\":{\"value\":\"http://a\"},\"asg_name\":{\"value\":\"web-demo\"},"
                        + "\"launch_template_version\":{\"value\":\"7\"},\"target_group_arns\":{\"value\":[\"arn:1\"]},"
                        + "\"instance_warmup\":{\"value\":30},\"image_id\":{\"sensitive\":true,\"value\":\"ami-secret\"}}}");

        assertThat(outcome(operation, ToolResult.exited("apply", 0).readBy(parser)))
                .isEqualTo(Outcome.success(Optional.of(new StackOutputs(
                        "http://a", "web-demo", "", "7", List.of("arn:1"), "", "", 30, List.of(), "", ""))));
        assertThat(outcome(operation, ToolResult.exited("apply", 0))).isEqualTo(Outcome.success(Optional.empty()));
        assertThat(outcome(
                        new ApplyOperation(REQUEST, DESTROY, Initialised.YES, JSON),
                        ToolResult.exited("apply", 0).readBy(parser)))
                .as("of what is removed, whatever was told")
                .isEqualTo(Outcome.success(Optional.empty()));
    }

    @Test
    void outputsWithoutAStack_areEmpty() {
        assertThat(outcome(
                        new OutputsOperation(REQUEST, Initialised.NO, JSON),
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
        ApplyOperation operation = new ApplyOperation(REQUEST, SAVED, Initialised.YES, JSON);

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
        "false, false, made, Failed to save state, Error saving state: failed to upload state: no such host",
        "false, true, made, Failed to save state, Error saving state: failed to upload state: no such host",
        "false, true, made, Failed to persist state to backend, 'the state has been written to the file \"errored.tfstate\"'",
        "false, true, made, Error saving, run: terraform state push errored.tfstate",
        "true, true, removed, Failed to save state, Error saving state: failed to upload state: no such host"
    })
    void apply_thatCouldNotWriteTheState_saysWhereTheStateIsAndWhatWritesIt(
            boolean destroy, boolean isStopped, String what, String summary, String detail) {
        SavedPlan plan = new SavedPlan(PLAN, "abc", destroy, SAVED.summary());
        ToolResult ended = ToolResult.exited("apply", 1)
                .withProblems(List.of(Problem.of("execution halted"), new Problem(summary, detail, "")));

        Outcome.Failure<?> failure = (Outcome.Failure<?>) outcome(
                new ApplyOperation(REQUEST, plan, Initialised.YES, JSON), isStopped ? ended.asStopped() : ended);

        assertThat(failure.kind()).isEqualTo(isStopped ? Outcome.Kind.INTERRUPTED : Outcome.Kind.FAILED);
        assertThat(failure.diagnosis().cause()).isEqualTo(Cause.STATE_NOT_WRITTEN);
        assertThat(failure.diagnosis().summary())
                .isEqualTo("terraform " + (destroy ? "destroy" : "apply") + (isStopped ? " was stopped, and" : "")
                        + " could not write its state");
        assertThat(failure.diagnosis().aftermath()).startsWith("what was " + what + " is recorded in errored.tfstate");
        assertThat(failure.diagnosis().command()).isEqualTo("ami-deploy push-state -e demo");
    }

    @Test
    void push_initialisesThenWritesTheFile() {
        ErroredState state = new ErroredState("errored.tfstate", "demo", "l", 7, 3);
        PushStateOperation operation =
                new PushStateOperation(REQUEST, state, "/kept/errored.tfstate", Initialised.RECORDED, JSON);

        assertThat(operation.first().phase()).isEqualTo("init");
        ToolCommand push = next(operation, ToolResult.exited("init", 0));
        assertThat(push.commandLine())
                .isEqualTo("terraform state push -no-color -lock-timeout=10s /kept/errored.tfstate");
        assertThat(push.env()).containsEntry("TF_CLI_ARGS_state_push", "").containsEntry("TF_WORKSPACE", "default");
        assertThat(outcome(operation, ToolResult.exited("push", 0))).isEqualTo(Outcome.success(state));
    }

    /** Words of Terraform 1.11, which has no JSON for this command. */
    @Test
    void push_whileAnotherHasTheLock_saysWhoHasIt() {
        ErroredState state = new ErroredState("errored.tfstate", "demo", "l", 7, 3);
        PushStateOperation operation = new PushStateOperation(REQUEST, state, "/kept", Initialised.YES, JSON);
        OutputParser parser = operation.parser("push");
        """
        Releasing state lock. This may take a few moments...
        Error: Error acquiring the state lock

        Error message: operation error S3: PutObject, https response error StatusCode: 412
        Lock Info:
          ID:        e1f05059-7665-5c57-9db4-2a5adb788d90
          Path:      states/web/demo/terraform.tfstate
          Operation: OperationTypeApply
          Who:       root@vm
          Version:   1.11.4
          Created:   2026-11-23 11:48:57.04 +0000 UTC
        """
                .lines()
                .forEach(parser::accept);

        Outcome.Failure<?> failure = (Outcome.Failure<?>)
                outcome(operation, ToolResult.exited("push", 1).readBy(parser));

        assertThat(failure.kind()).isEqualTo(Outcome.Kind.STATE_LOCKED);
        assertThat(failure.diagnosis().command()).isEqualTo("ami-deploy unlock -e demo");
    }

    @ParameterizedTest
    @CsvSource({
        "0, 'ended cleanly, the state is written; '",
        "1, 'ended cleanly, the state is written; '",
        "137, 'ended by force, the state may lack what it did last; '",
        "143, 'ended by force, the state may lack what it did last; '"
    })
    void stoppedApply_saysHowItEnded(int exitCode, String how) {
        ApplyOperation operation = new ApplyOperation(REQUEST, SAVED, Initialised.YES, JSON);
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
        ApplyOperation operation = new ApplyOperation(REQUEST, DESTROY, Initialised.YES, JSON);

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
        ToolCommand plan = next(new CheckOperation(REQUEST, Initialised.NO, JSON), ToolResult.exited("init", 0));

        assertThat(plan.arguments()).contains("-target=data.aws_vpc.chosen", "-var=image_id=ami-00000000000000000");
        assertThat(outcome(new CheckOperation(REQUEST, Initialised.NO, JSON), ToolResult.exited("plan", 0)))
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
        ToolResult result = read(recording, ToolResult.exited("plan", 2)).withFiles(Map.of(PLAN, "abc"));
        Outcome<SavedPlan> outcome = outcome(new PlanOperation(REQUEST, false, Initialised.NO, JSON), result);
        return ((Outcome.Success<SavedPlan>) outcome).value();
    }

    private static ToolResult read(String recording, ToolResult result) {
        TerraformOutput output = new TerraformOutput("plan", JSON);
        Fixtures.play("terraform-1.11/" + recording, output);
        return result.readBy(output);
    }

    private static <T> ToolCommand next(Operation<T> operation, ToolResult result) {
        return ((Step.Run<T>) operation.after(result)).command();
    }

    private static <T> Outcome<T> outcome(Operation<T> operation, ToolResult result) {
        return ((Step.Done<T>) operation.after(result)).outcome();
    }
}
