package io.jenkins.plugins.amideploy.engine.stack;

import io.jenkins.plugins.amideploy.engine.Outcome;
import io.jenkins.plugins.amideploy.engine.diagnosis.Cause;
import io.jenkins.plugins.amideploy.engine.diagnosis.Diagnosis;
import io.jenkins.plugins.amideploy.engine.tool.JsonParser;
import io.jenkins.plugins.amideploy.engine.tool.Problem;
import io.jenkins.plugins.amideploy.engine.tool.Step;
import io.jenkins.plugins.amideploy.engine.tool.ToolCommand;
import io.jenkins.plugins.amideploy.engine.tool.ToolResult;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Applies a saved plan exactly as it was shown; yields the stack's outputs, which Terraform tells at the end of an apply, or
 * nothing when the plan removed the stack.
 * When the apply is stopped, a plan follows, since Terraform may have lost sight of what it was creating
 * (hashicorp/terraform issue 33358), and the outcome says what is still to do. Where the state could not be written no plan
 * follows: made from the state of before, it would say the wrong thing.
 */
public final class ApplyOperation extends StackOperation<Optional<StackOutputs>> {
    private static final Pattern STATE_NOT_WRITTEN =
            Pattern.compile("Failed to (save|persist) state|" + Pattern.quote(ErroredState.FILE));

    /** Above it are codes of a process that was ended by a signal, which wrote nothing any more (POSIX shell, exit status). */
    private static final int HIGHEST_OWN_EXIT_CODE = 128;

    private final Backend backend;
    private final SavedPlan plan;
    private boolean cutOff;

    /**
     * @param initialised {@link Initialised#YES} where the plan was made by the same process; otherwise init comes first, since
     *     the plan may have been made in another container
     * @param json parses what Terraform prints
     */
    public ApplyOperation(StackRequest request, SavedPlan plan, Initialised initialised, JsonParser json) {
        super(plan.destroy() ? "destroy" : "apply", request, wanted(initialised), json);
        this.backend = request.backend();
        this.plan = plan;
    }

    /** A record is not enough: what is missing beside it, an apply tells in other words than a plan. */
    private static Initialised wanted(Initialised initialised) {
        return initialised == Initialised.YES ? Initialised.YES : Initialised.NO;
    }

    @Override
    public ToolCommand first() {
        return initOr(commands().apply(plan));
    }

    @Override
    public Step<Optional<StackOutputs>> after(ToolResult result) {
        return switch (result.phase()) {
            case TerraformCommands.INIT -> result.isOk() ? Step.run(commands().apply(plan)) : failed(result);
            case TerraformCommands.APPLY -> afterApply(result);
            case TerraformCommands.PLAN -> Step.done(Outcome.failure(Outcome.Kind.INTERRUPTED, stopped(result)));
            default -> throw unknownPhase(result);
        };
    }

    private Step<Optional<StackOutputs>> afterApply(ToolResult result) {
        if (result.problems().stream().map(Problem::text).anyMatch(STATE_NOT_WRITTEN.asPredicate())) {
            return Step.done(stateNotWritten(result));
        }
        if (result.ending() == ToolResult.Ending.STOPPED) {
            cutOff = result.exitCode() > HIGHEST_OWN_EXIT_CODE;
            return Step.run(commands().plan(plan.destroy() ? List.of("-destroy") : List.of()));
        }
        if (!result.isOk()) {
            return failed(result);
        }
        return Step.done(Outcome.success(plan.destroy() ? Optional.empty() : StackOutputs.told(result.messages())));
    }

    private String what() {
        return plan.destroy() ? "destroy" : "apply";
    }

    private Outcome<Optional<StackOutputs>> stateNotWritten(ToolResult result) {
        boolean isStopped = result.ending() == ToolResult.Ending.STOPPED;
        Diagnosis why = new Diagnosis(
                Cause.STATE_NOT_WRITTEN,
                "terraform " + what() + (isStopped ? " was stopped, and" : "") + " could not write its state",
                result.problems().stream().map(Problem::line).toList(),
                "what was " + (plan.destroy() ? "removed" : "made") + " is recorded in " + ErroredState.FILE
                        + " alone, which is kept (a build archives it)",
                "write it before anything else, once AWS answers again" + ErroredState.IN_A_BUILD + ":",
                ErroredState.push(backend));
        return Outcome.failure(isStopped ? Outcome.Kind.INTERRUPTED : Outcome.Kind.FAILED, why);
    }

    private String stopped(ToolResult lookAfterwards) {
        String what = what();
        String begun = "terraform " + what
                + (cutOff
                        ? " was stopped and ended by force, the state may lack what it did last; "
                        : " was stopped and ended cleanly, the state is written; ");
        if (lookAfterwards.isOk()) {
            return begun + "a plan made afterwards finds nothing left to do";
        }
        boolean planned = lookAfterwards.exitCode() == TerraformCommands.EXIT_CHANGES;
        return begun
                + (planned
                        ? "a plan made afterwards still finds changes to make: run " + what + " again to finish"
                                + (plan.destroy() ? "" : ", or destroy to remove what is there")
                        : "the plan made afterwards did not succeed: run plan before anything else");
    }
}
