package io.jenkins.plugins.amideploy.jenkins.deployments;

import com.cloudbees.hudson.plugins.folder.AbstractFolder;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.model.Action;
import hudson.model.Api;
import hudson.model.Failure;
import hudson.model.Item;
import hudson.model.Job;
import io.jenkins.plugins.amideploy.engine.Outcome;
import io.jenkins.plugins.amideploy.engine.release.Release;
import io.jenkins.plugins.amideploy.jenkins.releases.AskedRelease;
import io.jenkins.plugins.amideploy.jenkins.releases.Places;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import jenkins.model.TransientActionFactory;
import org.kohsuke.stapler.HttpResponse;
import org.kohsuke.stapler.HttpResponses;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.StaplerProxy;
import org.kohsuke.stapler.verb.POST;

/**
 * The page {@code Deployments} of a folder whose builds have deployed: what runs in each environment, what ran before, and buttons that ask the
 * environment's job for an earlier release or another environment's. Who may read the folder sees it, by the folder's AWS credentials; the
 * buttons are for who may build the job. Nothing of it is persisted.
 */
public final class DeploymentsAction implements Action, StaplerProxy {
    private final AbstractFolder<?> folder;

    DeploymentsAction(AbstractFolder<?> folder) {
        this.folder = folder;
    }

    /** Gives the page to folders that have something to show. */
    @Extension
    @SuppressWarnings("rawtypes")
    public static final class Factory extends TransientActionFactory<AbstractFolder> {
        @Override
        public Class<AbstractFolder> type() {
            return AbstractFolder.class;
        }

        @NonNull
        @Override
        public Collection<? extends Action> createFor(@NonNull AbstractFolder folder) {
            return Places.areIn(folder) ? List.of(new DeploymentsAction(folder)) : List.of();
        }
    }

    @Override
    public String getIconFileName() {
        return folder.hasPermission(Item.READ) ? "symbol-rocket-outline plugin-ionicons-api" : null;
    }

    @Override
    public String getDisplayName() {
        return "Deployments";
    }

    @Override
    public String getUrlName() {
        return "deployments";
    }

    /** Everything below this address is for readers of the folder. */
    @Override
    public Object getTarget() {
        folder.checkPermission(Item.READ);
        return this;
    }

    public AbstractFolder<?> getFolder() {
        return folder;
    }

    /** What the page shows; asks AWS unless that was done just now. */
    public DeploymentsView getView() {
        return new DeploymentsView(folder, Records.of(folder));
    }

    /** The same as JSON or XML. Not an exported property, since the remote API of the folder would ask AWS by it. */
    public Api getApi() {
        return new Api(getView());
    }

    /**
     * Asks the environment's job to go back to a release that was proven healthy.
     *
     * @param number of that release
     */
    @POST
    public HttpResponse doRollBack(
            @QueryParameter String app, @QueryParameter String environment, @QueryParameter int number) {
        EnvironmentState state = state(app, environment);
        Job<?, ?> job = job(state);
        Release to = orFail(state.history().rollbackTarget(OptionalInt.of(number)));
        if (state.history().current().filter(to::equals).isPresent()) {
            throw new Failure(environment + " runs release " + number + " already");
        }
        return queued(job, new AskedRelease(environment, environment, number));
    }

    /**
     * Asks the environment's job for the image of another environment's release.
     *
     * @param sourceEnvironment where that release runs
     * @param number of that release, as the user saw it
     */
    @POST
    public HttpResponse doPromote(
            @QueryParameter String app,
            @QueryParameter String environment,
            @QueryParameter String sourceEnvironment,
            @QueryParameter int number) {
        EnvironmentState state = state(app, environment);
        Job<?, ?> job = job(state);
        EnvironmentState source = state(app, sourceEnvironment);
        if (!state.isBeside(source)) {
            throw new Failure(
                    sourceEnvironment + " cannot be promoted to " + environment
                            + ": their records are in different buckets or regions, and promotion to another account or region is not done");
        }
        Release promoted = orFail(source.history().promotable());
        if (promoted.number() != number) {
            throw new Failure(sourceEnvironment + " runs release " + promoted.number() + " by now, not " + number
                    + ": look at the page again");
        }
        return queued(job, new AskedRelease(environment, sourceEnvironment, number));
    }

    private EnvironmentState state(String app, String environment) {
        EnvironmentState state = Records.of(folder)
                .environment(app, environment)
                .orElseThrow(() -> new Failure("No environment of that name: look at the page again"));
        if (!state.isRead()) {
            throw new Failure(state.problem());
        }
        return state;
    }

    /** Looked at before anything is told about the request. */
    private Job<?, ?> job(EnvironmentState state) {
        Optional<Job<?, ?>> job = AskedBuild.job(folder, state);
        job.ifPresent(found -> found.checkPermission(Item.BUILD));
        return job.orElseThrow(() -> new Failure(
                "No job of this folder deploys " + state.name() + ": deploy it once, then the page knows its job"));
    }

    private static <T> T orFail(Outcome<T> outcome) {
        if (outcome instanceof Outcome.Success<T> success) {
            return success.value();
        }
        throw new Failure(((Outcome.Failure<T>) outcome).message());
    }

    private static HttpResponse queued(Job<?, ?> job, AskedRelease asked) {
        AskedBuild.queue(job, asked);
        return HttpResponses.redirectViaContextPath(job.getUrl());
    }
}
