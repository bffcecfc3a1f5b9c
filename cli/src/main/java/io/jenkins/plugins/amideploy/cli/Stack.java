package io.jenkins.plugins.amideploy.cli;

import io.jenkins.plugins.amideploy.engine.Outcome;
import io.jenkins.plugins.amideploy.engine.diagnosis.Cause;
import io.jenkins.plugins.amideploy.engine.stack.ApplyOperation;
import io.jenkins.plugins.amideploy.engine.stack.Backend;
import io.jenkins.plugins.amideploy.engine.stack.CheckOperation;
import io.jenkins.plugins.amideploy.engine.stack.ErroredState;
import io.jenkins.plugins.amideploy.engine.stack.Initialised;
import io.jenkins.plugins.amideploy.engine.stack.OutputsOperation;
import io.jenkins.plugins.amideploy.engine.stack.PlanOperation;
import io.jenkins.plugins.amideploy.engine.stack.PlanSummary;
import io.jenkins.plugins.amideploy.engine.stack.PushStateOperation;
import io.jenkins.plugins.amideploy.engine.stack.SavedPlan;
import io.jenkins.plugins.amideploy.engine.stack.StackOutputs;
import io.jenkins.plugins.amideploy.engine.stack.StackRequest;
import io.jenkins.plugins.amideploy.engine.teardown.TakeUp;
import io.jenkins.plugins.amideploy.engine.tool.Operation;
import io.jenkins.plugins.amideploy.engine.tool.Tool;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Terraform on the session's stack, for every command that needs it. */
final class Stack {
    private final Session session;
    private final Backend backend;
    private final Runnable ready;
    private final PlannedFiles planned;
    private final KeptState kept;
    private boolean isReady;
    private Initialised initialised = Initialised.NO;

    /** A stack whose state is in a place that is ready. */
    Stack(Session session, Backend backend) {
        this(session, backend, () -> {});
    }

    /** @param ready sees to it that the state's place is ready, or throws; what Terraform says counts only after that */
    Stack(Session session, Backend backend, Runnable ready) {
        this.session = session;
        this.backend = backend;
        this.ready = ready;
        this.planned = new PlannedFiles(session);
        this.kept = new KeptState(session, backend);
        session.requireKnownVariables();
    }

    /** Whether this directory was initialised for the same place: then that place was there, and ready, once. */
    boolean isRecorded() {
        return Initialised.of(record(), backend, session.json()) == Initialised.RECORDED;
    }

    /** Waits until the state's place is known to be ready. */
    void requireReady() {
        if (!isReady) {
            ready.run();
            isReady = true;
        }
    }

    private Initialised initialised() {
        return initialised == Initialised.YES ? initialised : Initialised.of(record(), backend, session.json());
    }

    private String record() {
        Path file = Path.of(request(Map.of()).recordPath());
        try {
            return Files.isRegularFile(file) ? Files.readString(file, StandardCharsets.UTF_8) : "";
        } catch (IOException e) {
            return "";
        }
    }

    /** Fails when a plan could not work, before anything is made. Empty where one worked with just these files. */
    Optional<Operation<?>> check() {
        return initialised() != Initialised.NO && planned.areKnown()
                ? Optional.empty()
                : Optional.of(new CheckOperation(request(Map.of()), initialised(), session.json()));
    }

    /** @throws CommandFailure also when the environment opens ports that the image may not use */
    SavedPlan plan(Chosen chosen) {
        new Preflight(session).requirePorts(chosen.imageId());
        kept.require();
        Unowned unowned = new Unowned(session, backend);
        Ahead<TakeUp> takeUp = unowned.takeUp();
        SavedPlan plan = locking(new PlanOperation(
                request(chosen.variables()), false, initialised(), session.json(), () -> unowned.told(takeUp.get())));
        planned.planned();
        return plan;
    }

    SavedPlan planDestroy() {
        kept.require();
        return locking(new PlanOperation(request(Map.of()), true, initialised(), session.json()));
    }

    /** Applies what was planned; what is there afterwards, empty when it was removed. */
    Optional<StackOutputs> apply(SavedPlan plan, Map<String, String> variables) {
        return kept.keep(() -> locking(new ApplyOperation(request(variables), plan, initialised(), session.json())));
    }

    /** Where a state is kept that an apply could not write. */
    Path keptState() {
        return kept.file();
    }

    /** Text of the state as it is; empty where there is none. */
    Optional<String> state() {
        if (backend instanceof Backend.S3 remote) {
            return new Records(session).text(remote.key());
        }
        try {
            Path file = Path.of(backend.place());
            return Files.isRegularFile(file) ? Optional.of(Files.readString(file)) : Optional.empty();
        } catch (IOException e) {
            throw CommandFailure.badInput(backend.place() + " cannot be read: " + e.getMessage());
        }
    }

    /** Gives the state's place a state that an apply could not write there. */
    void push(ErroredState state, Path file) {
        locking(new PushStateOperation(request(Map.of()), state, file.toString(), initialised(), session.json()));
    }

    /** Runs what takes the lock of the state; meanwhile others can find out who that is. */
    private <T> T locking(Operation<T> operation) {
        try (TerraformClaim claim = TerraformClaim.begin(session, backend)) {
            try {
                T value = run(operation);
                claim.hasNone();
                return value;
            } catch (CommandFailure failure) {
                if (failure.why().cause() == Cause.STATE_LOCKED) {
                    claim.hasNone();
                }
                throw failure;
            }
        }
    }

    Optional<StackOutputs> outputs() {
        return run(new OutputsOperation(request(Map.of()), initialised(), session.json()));
    }

    /** The outputs of a stack that must be there. */
    static StackOutputs existing(Session session, StackOptions options) {
        return new StateHome(session, options)
                .existing()
                .flatMap(backend -> new Stack(session, backend).outputs())
                .orElseThrow(() -> missing(session));
    }

    /** A stack whose state is in a bucket that must be there. */
    static Stack there(Session session) {
        return there(session, new StackOptions());
    }

    static Stack there(Session session, StackOptions options) {
        return new StateHome(session, options)
                .existing()
                .map(backend -> new Stack(session, backend))
                .orElseThrow(() -> missing(session));
    }

    private static CommandFailure missing(Session session) {
        return CommandFailure.badInput(
                "there is no stack " + session.variables().app().stackName() + " in "
                        + session.variables().region(),
                "deploy it first:",
                "ami-deploy deploy -e " + session.variables().app().environment());
    }

    /** The stack that an image can be taken from. */
    StackOutputs current() {
        return outputs()
                .orElseThrow(() -> CommandFailure.badInput(
                        "there is no stack " + session.variables().app().stackName() + " yet to take the image from",
                        "name one with --image-id; this makes it:",
                        "ami-deploy bake -e " + session.variables().app().environment()));
    }

    /** Plans, asks, applies; where nothing changes, neither asks nor applies. What becomes known goes into the recording. */
    StackOutputs shape(Chosen chosen, Approval approval, Recording recording) {
        SavedPlan plan = recording.phase(Recording.PLAN, () -> plan(chosen));
        show(session.console(), plan.summary());
        recording.planned(plan.summary());
        Optional<StackOutputs> outputs;
        if (plan.summary().hasChanges()) {
            recording.phase(Recording.APPROVE, () -> approval.require("apply this plan?"));
            recording.requireHeld();
            outputs = recording.phase(Recording.APPLY, () -> apply(plan, chosen.variables()));
        } else {
            outputs = outputs();
        }
        StackOutputs there = outputs.orElseThrow(() -> new CommandFailure(
                Outcome.Kind.FAILED,
                "the stack has no outputs url and asg_name: the Terraform configuration must declare them"));
        recording.shaped(there);
        return there;
    }

    private StackRequest request(Map<String, String> runVariables) {
        return new StackRequest(
                session.recipes().resolve("terraform").toString(),
                session.variablesFile().toString(),
                session.workDirectory().resolve("terraform").toString(),
                session.workDirectory().resolve("stack.tfplan").toString(),
                backend,
                runVariables);
    }

    private <T> T run(Operation<T> operation) {
        T value = session.loop()
                .run(
                        operation,
                        Tool.TERRAFORM.graceTime(),
                        "terraform, which ends the operation it is in and writes the state");
        initialised = Initialised.YES;
        requireReady();
        return value;
    }

    /** A summary for people, one line a resource. */
    static void show(Console console, PlanSummary summary) {
        lines(console, "  + ", summary.add());
        lines(console, "  ~ ", summary.change());
        lines(console, "-/+ ", summary.replace());
        lines(console, "  - ", summary.destroy());
        console.outcome("plan: " + summary.line());
    }

    private static void lines(Console console, String mark, List<String> addresses) {
        addresses.forEach(address -> console.listing("plan: " + mark + address));
    }

    /** A summary for {@code --json}. */
    static Map<String, Object> document(SavedPlan plan) {
        PlanSummary summary = plan.summary();
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("has_changes", summary.hasChanges());
        document.put("add", summary.add());
        document.put("change", summary.change());
        document.put("replace", summary.replace());
        document.put("destroy", summary.destroy());
        document.put("outputs", summary.outputs());
        document.put("plan_file", plan.path());
        document.put("plan_sha256", plan.sha256());
        return document;
    }

    /** Outputs for {@code --json}. */
    static Map<String, Object> document(StackOutputs outputs) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("url", outputs.url());
        document.put("image_id", outputs.imageId());
        document.put("asg_name", outputs.asgName());
        document.put("launch_template_id", outputs.launchTemplateId());
        document.put("launch_template_version", outputs.launchTemplateVersion());
        document.put("target_group_arns", outputs.targetGroupArns());
        document.put("region", outputs.region());
        return document;
    }
}
