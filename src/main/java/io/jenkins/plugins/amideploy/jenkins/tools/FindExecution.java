package io.jenkins.plugins.amideploy.jenkins.tools;

import hudson.AbortException;
import io.jenkins.plugins.amideploy.engine.release.Begin.Kind;
import io.jenkins.plugins.amideploy.engine.release.Begin.Source;
import io.jenkins.plugins.amideploy.engine.release.Facts;
import io.jenkins.plugins.amideploy.engine.release.Facts.Name;
import io.jenkins.plugins.amideploy.engine.state.ImageClaims;
import io.jenkins.plugins.amideploy.jenkins.releases.AskedRelease;
import io.jenkins.plugins.amideploy.jenkins.releases.OpenRelease;
import io.jenkins.plugins.amideploy.jenkins.releases.ReleaseDraft;
import io.jenkins.plugins.amideploy.jenkins.releases.ReleaseRecorder;
import io.jenkins.plugins.amideploy.jenkins.run.NamedFailure;
import java.util.Map;
import java.util.Optional;
import org.jenkinsci.plugins.workflow.steps.StepContext;

/**
 * {@code findRelease} while it runs. It begins the release of the build, before anything was done for it.
 *
 * <p>Persisted: the parameters, and what {@link AskingExecution} does. Begun again after a restart it finds what it began before.
 */
public final class FindExecution extends AskingExecution {
    private static final long serialVersionUID = 1L;

    private final String from;
    private final String rollbackTo;
    private final boolean takeOver;

    /**
     * @param from environment whose release is to be deployed; empty: none
     * @param rollbackTo {@code previous} or the number of a release of the environment itself; empty: none
     * @param takeOver whether the environment is taken also from a run of which nobody knows whether it lives
     */
    public FindExecution(
            StepContext context, ToolParameters parameters, String from, String rollbackTo, boolean takeOver) {
        super(context, parameters);
        this.from = from;
        this.rollbackTo = rollbackTo;
        this.takeOver = takeOver;
    }

    @Override
    Map<String, Object> ask(ToolWork work) throws AbortException {
        Optional<ReleaseChoice> choice = ReleaseChoice.of(
                work.variables().app().environment(),
                from,
                rollbackTo,
                work.run().getAction(AskedRelease.class));
        ReleaseDraft draft = StepReleases.draft(work).forced(takeOver);
        if (choice.isEmpty()) {
            begin(work, draft);
            return null;
        }
        ChosenRelease chosen = ChosenRelease.find(work, draft.bucket(), choice.get());
        Source source = new Source(choice.get().environment(), chosen.release().number());
        Map<String, String> again =
                chosen.kind() == Kind.ROLLBACK ? chosen.facts().settings() : null;
        begin(work, draft.of(chosen.kind(), source, again));
        StepClaims.hold(work, chosen.release().imageId(), ImageClaims.RUN);
        StepReleases.image(work, chosen.release().imageId());
        StepReleases.tell(
                work,
                Facts.none()
                        .with(Name.COMMIT, chosen.facts().text(Name.COMMIT))
                        .with(Name.APP_VERSION, chosen.facts().text(Name.APP_VERSION)));
        log((chosen.kind() == Kind.ROLLBACK ? "Going back to " : "Promoting ") + chosen.summary());
        return chosen.result();
    }

    /** Begins the release; where the build has begun one already, it must be this. */
    private void begin(ToolWork work, ReleaseDraft draft) throws AbortException {
        Optional<OpenRelease> open = StepReleases.of(work);
        if (open.isEmpty()) {
            ReleaseRecorder.begin(work.run(), draft, work.listener());
            return;
        }
        StepReleases.join(work, false);
        String source = draft.source().map(Source::text).orElse("");
        if (!source.isEmpty() && !source.equals(open.get().source())) {
            throw NamedFailure.badInput(
                    "this build began release " + open.get().number() + " of "
                            + open.get().app().environment() + " already, as "
                            + open.get().kind().word(),
                    "findRelease comes before bakeAmi and terraformPlan");
        }
    }

    @Override
    protected void failing(Throwable cause) {
        StepReleases.failed(context(), parameters().environment(), "find", startedAt(), cause);
    }
}
