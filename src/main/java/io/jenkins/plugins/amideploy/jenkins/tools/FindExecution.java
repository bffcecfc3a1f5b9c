package io.jenkins.plugins.amideploy.jenkins.tools;

import hudson.AbortException;
import hudson.FilePath;
import io.jenkins.plugins.amideploy.engine.AwsFailure;
import io.jenkins.plugins.amideploy.engine.diagnosis.Cause;
import io.jenkins.plugins.amideploy.engine.release.Begin.Kind;
import io.jenkins.plugins.amideploy.engine.release.Begin.Source;
import io.jenkins.plugins.amideploy.engine.release.Facts;
import io.jenkins.plugins.amideploy.engine.release.Facts.Name;
import io.jenkins.plugins.amideploy.engine.state.ImageClaims;
import io.jenkins.plugins.amideploy.jenkins.credentials.AwsPorts;
import io.jenkins.plugins.amideploy.jenkins.polling.PollingExecution;
import io.jenkins.plugins.amideploy.jenkins.releases.AskedRelease;
import io.jenkins.plugins.amideploy.jenkins.releases.OpenRelease;
import io.jenkins.plugins.amideploy.jenkins.releases.ReleaseDraft;
import io.jenkins.plugins.amideploy.jenkins.releases.ReleaseRecorder;
import io.jenkins.plugins.amideploy.jenkins.run.NamedFailure;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jenkinsci.plugins.workflow.steps.StepContext;

/**
 * {@code findRelease} while it runs: reads the variables file on the agent, and then only asks AWS. It begins the release of the build, before
 * anything was done for it.
 *
 * <p>Persisted: the parameters and when it began. Begun again after a restart it finds what it began before.
 */
public final class FindExecution extends PollingExecution {
    private static final long serialVersionUID = 1L;

    private static final long PAUSE_MILLIS = 5_000;

    private final ToolParameters parameters;
    private final String from;
    private final String rollbackTo;
    private final boolean takeOver;
    private long startedMillis;
    private transient AwsPorts ports;
    private transient String status;

    /**
     * @param from environment whose release is to be deployed; empty: none
     * @param rollbackTo {@code previous} or the number of a release of the environment itself; empty: none
     * @param takeOver whether the environment is taken also from a run of which nobody knows whether it lives
     */
    public FindExecution(
            StepContext context, ToolParameters parameters, String from, String rollbackTo, boolean takeOver) {
        super(context);
        this.parameters = parameters;
        this.from = from;
        this.rollbackTo = rollbackTo;
        this.takeOver = takeOver;
    }

    @Override
    public boolean start() {
        startedMillis = Clock.systemUTC().millis();
        lookSoon();
        return false;
    }

    @Override
    protected long pauseMillis() {
        return PAUSE_MILLIS;
    }

    @Override
    protected boolean look() throws Exception {
        boolean over = false;
        try {
            FilePath workspace = context().get(FilePath.class);
            if (workspace == null) {
                return waiting("the agent is away");
            }
            over = true;
            succeed(find(work(workspace)));
        } catch (AwsFailure failure) {
            if (failure.isFinal()) {
                throw new NamedFailure(failure.diagnosis());
            }
            over = waiting(failure.getMessage());
        } catch (IllegalArgumentException unreadable) {
            throw NamedFailure.badInput(unreadable.getMessage(), "");
        } finally {
            if (over && ports != null) {
                ports.close();
            }
        }
        return over;
    }

    /** Looks again, until the time is over. */
    private boolean waiting(String why) throws AbortException {
        if (Clock.systemUTC().millis() > startedMillis + parameters.timeout().toMillis()) {
            throw new NamedFailure(
                    Cause.DEADLINE,
                    "not done within " + parameters.timeout().toMinutes() + " min: " + why,
                    "run it again, or give the step more with timeoutMinutes");
        }
        if (!why.equals(status)) {
            status = why;
            log(why + "; looking again");
        }
        return false;
    }

    private ToolWork work(FilePath workspace) throws IOException, InterruptedException {
        String text = EnvironmentFile.read(workspace, parameters);
        ToolWork work = ToolWork.of(context(), parameters, workspace, text, startedAt(), ports, listener());
        if (ports == null) {
            ports = work.ports();
            label(work.variables().app().app() + " in " + parameters.environment());
        }
        return work;
    }

    private Instant startedAt() {
        return Instant.ofEpochMilli(startedMillis);
    }

    private Map<String, Object> find(ToolWork work) throws AbortException {
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
        StepReleases.failed(context(), parameters.environment(), "find", startedAt(), cause);
    }

    @Override
    protected String subject() {
        return parameters.environment();
    }

    @Override
    public String getStatus() {
        return status == null ? "about to look for the release" : status;
    }
}
