package io.jenkins.plugins.amideploy.jenkins.tools;

import io.jenkins.plugins.amideploy.engine.AppId;
import io.jenkins.plugins.amideploy.engine.stack.Backend;
import io.jenkins.plugins.amideploy.engine.stack.PlanOperation;
import io.jenkins.plugins.amideploy.engine.stack.SavedPlan;
import io.jenkins.plugins.amideploy.engine.stack.StackRequest;
import io.jenkins.plugins.amideploy.engine.state.ImageClaims;
import io.jenkins.plugins.amideploy.engine.tool.Operation;
import io.jenkins.plugins.amideploy.jenkins.parsers.JacksonParser;
import io.jenkins.plugins.amideploy.jenkins.run.NamedFailure;
import io.jenkins.plugins.amideploy.jenkins.run.ReleaseFact;
import java.io.IOException;
import org.jenkinsci.plugins.workflow.steps.StepContext;

/** {@code terraformPlan} while it runs; persists what {@link ToolExecution} does, and the step's own parameters. */
public final class PlanExecution extends StackExecution<SavedPlan> {
    private static final long serialVersionUID = 1L;

    private final String amiId;
    private final boolean destroy;
    private final boolean createStateBucket;

    /** @param amiId image of the new version; null only for a plan to destroy */
    public PlanExecution(
            StepContext context, ToolParameters parameters, String amiId, boolean destroy, boolean createStateBucket) {
        super(context, parameters);
        this.amiId = amiId;
        this.destroy = destroy;
        this.createStateBucket = createStateBucket;
    }

    /** Of what is nowhere there is no plan to make: mostly it was looked for in another account or region than was deployed to. */
    @Override
    Object atOnce(ToolWork work) throws IOException {
        if (!destroy) {
            return null;
        }
        String bucket = StepReleases.bucket(work);
        if (!StepFound.isNothing(work, bucket)) {
            return null;
        }
        AppId app = work.variables().app();
        String account = account(work);
        log("nothing found: neither a state nor resources of " + app.app() + " in " + app.environment()
                + " are in account " + account + ", region " + work.variables().region());
        return StackResults.nothing(work.variables(), account, bucket);
    }

    private static String account(ToolWork work) throws IOException {
        return work.ports().clients().accountReader().identity().account();
    }

    @Override
    Operation<SavedPlan> operation(ToolWork work) throws IOException, InterruptedException {
        if (amiId == null && !destroy) {
            throw NamedFailure.badInput(
                    "terraformPlan: amiId is missing", "give the image that bakeAmi returned, or destroy: true");
        }
        if (!isBegun()) {
            if (destroy) {
                StackChecks.beforeRemoval(work);
            } else {
                StackChecks.beforePlan(work, amiId);
            }
        }
        Backend backend = backend(work, createStateBucket);
        if (!destroy) {
            joinRelease(work, true);
            hold(work, amiId, ImageClaims.APPROVAL);
        }
        StackRequest request = work.stack(recipesDirectory(), backend, StackReleases.variables(work, amiId));
        return new PlanOperation(
                request, destroy, initialised(work, request), new JacksonParser(), () -> takenUp(work));
    }

    @Override
    String phase() {
        return "plan";
    }

    @Override
    Object good(ToolWork work, SavedPlan plan) throws IOException {
        work.record(ReleaseFact.Kind.PLAN, plan.summary().line());
        StackResults.show(work.listener(), plan.summary());
        if (!destroy) {
            StackReleases.tell(work, plan.summary(), clock().instant());
        }
        return StackResults.of(plan, work.variables(), account(work), stateBucket());
    }
}
