package io.jenkins.plugins.amideploy.jenkins.tools;

import hudson.AbortException;
import io.jenkins.plugins.amideploy.engine.stack.ApplyOperation;
import io.jenkins.plugins.amideploy.engine.stack.Backend;
import io.jenkins.plugins.amideploy.engine.stack.Initialised;
import io.jenkins.plugins.amideploy.engine.stack.PlanOperation;
import io.jenkins.plugins.amideploy.engine.stack.PlanSummary;
import io.jenkins.plugins.amideploy.engine.stack.SavedPlan;
import io.jenkins.plugins.amideploy.engine.stack.StackOutputs;
import io.jenkins.plugins.amideploy.engine.stack.StackRequest;
import io.jenkins.plugins.amideploy.engine.state.ImageClaims;
import io.jenkins.plugins.amideploy.engine.teardown.TeardownState;
import io.jenkins.plugins.amideploy.engine.tool.JsonParser;
import io.jenkins.plugins.amideploy.engine.tool.Operation;
import io.jenkins.plugins.amideploy.engine.tool.Sequence;
import io.jenkins.plugins.amideploy.jenkins.parsers.JacksonParser;
import io.jenkins.plugins.amideploy.jenkins.run.NamedFailure;
import io.jenkins.plugins.amideploy.jenkins.run.ReleaseFact;
import java.io.IOException;
import java.util.Optional;
import org.jenkinsci.plugins.workflow.steps.StepContext;

/**
 * {@code terraformApply} and {@code terraformDestroy} while they run: a plan that was made and shown before, or one made now.
 * Persists what {@link ToolExecution} does, and the steps' own parameters.
 */
public final class ApplyExecution extends StackExecution<Optional<StackOutputs>> {
    private static final long serialVersionUID = 1L;

    private final String amiId;
    private final String planSha256;
    private final boolean destroy;
    private final boolean createStateBucket;

    /** Of what is removed before Terraform begins; null before the first look and after the last. Begun anew after a restart. */
    private transient TeardownState orphans;

    /**
     * @param amiId image of the new version; null where a plan is given, or the stack is removed
     * @param planSha256 hash of the plan that {@code terraformPlan} made in the same workspace; null: plan now
     */
    public ApplyExecution(
            StepContext context,
            ToolParameters parameters,
            String amiId,
            String planSha256,
            boolean destroy,
            boolean createStateBucket) {
        super(context, parameters);
        this.amiId = amiId;
        this.planSha256 = planSha256;
        this.destroy = destroy;
        this.createStateBucket = createStateBucket;
    }

    @Override
    Operation<Optional<StackOutputs>> operation(ToolWork work) throws IOException, InterruptedException {
        if (amiId == null && planSha256 == null && !destroy) {
            throw NamedFailure.badInput(
                    "terraformApply: planSha256 is missing",
                    "give that of the plan that terraformPlan returned, or amiId to plan and apply in one go");
        }
        JsonParser json = new JacksonParser();
        Backend backend = backend(work, createStateBucket);
        take(work);
        if (amiId != null) {
            hold(work, amiId, ImageClaims.RUN);
        }
        StackRequest request = work.stack(recipesDirectory(), backend, StackReleases.variables(work, amiId));
        if (planSha256 == null) {
            Initialised initialised = initialised(work, request);
            PlanOperation planning = new PlanOperation(request, destroy, initialised, json, () -> takenUp(work));
            return new Sequence<>(planning, plan -> {
                if (once("the plan that was made")) {
                    StackResults.show(work.listener(), plan.summary());
                }
                return new ApplyOperation(request, plan, Initialised.YES, json);
            });
        }
        // Its summary was shown when it was made. The stage may run in another container than the plan's did: init,
        // then apply.
        SavedPlan plan = new SavedPlan(request.planPath(), planSha256, destroy, PlanSummary.none());
        return new ApplyOperation(request, plan, Initialised.NO, json);
    }

    /** Terraform would wait for what its state does not know: that goes first. */
    @Override
    boolean isReady(ToolWork work) throws AbortException {
        if (!destroy) {
            return true;
        }
        TeardownState before = orphans == null ? TeardownState.begin(clock().instant()) : orphans;
        orphans = StepUnowned.remove(work, stateBucket(), before, clock().instant());
        return orphans == null;
    }

    private void take(ToolWork work) throws AbortException {
        if (!destroy) {
            joinRelease(work, false);
            StackReleases.applying(work);
        } else if (isBegun()) {
            StepReleases.rejoin(work);
        } else {
            StackReleases.hold(work);
        }
    }

    @Override
    String phase() {
        return "apply";
    }

    @Override
    protected void failing(Throwable cause) {
        super.failing(cause);
        if (destroy) {
            giveBack();
        }
    }

    private void giveBack() {
        StackReleases.giveBack(context(), parameters().environment(), this::log);
    }

    @Override
    Object good(ToolWork work, Optional<StackOutputs> outputs) throws IOException {
        if (outputs.isEmpty()) {
            if (destroy) {
                giveBack();
                work.record(ReleaseFact.Kind.STATE, "destroyed");
            }
            return null;
        }
        StackOutputs stack = outputs.get();
        StackReleases.tell(work, stack);
        work.record(ReleaseFact.Kind.URL, stack.url());
        work.record(
                ReleaseFact.Kind.LAUNCH_TEMPLATE,
                stack.launchTemplateId() + " version " + stack.launchTemplateVersion());
        work.listener().getLogger().println("Stack answers at " + stack.url());
        return StackResults.of(stack);
    }
}
