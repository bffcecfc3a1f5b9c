package io.jenkins.plugins.amideploy.jenkins.waits;

import hudson.EnvVars;
import hudson.model.Run;
import io.jenkins.plugins.amideploy.aws.AwsClients;
import io.jenkins.plugins.amideploy.engine.AwsFailure;
import io.jenkins.plugins.amideploy.engine.Variables;
import io.jenkins.plugins.amideploy.engine.diagnosis.Cause;
import io.jenkins.plugins.amideploy.engine.diagnosis.Diagnosis;
import io.jenkins.plugins.amideploy.engine.teardown.Kept;
import io.jenkins.plugins.amideploy.engine.teardown.Ledger;
import io.jenkins.plugins.amideploy.engine.teardown.Leftover;
import io.jenkins.plugins.amideploy.engine.teardown.PrunePoll;
import io.jenkins.plugins.amideploy.engine.teardown.PruneState;
import io.jenkins.plugins.amideploy.engine.teardown.PruneStep;
import io.jenkins.plugins.amideploy.engine.teardown.TeardownPlan;
import io.jenkins.plugins.amideploy.engine.teardown.TeardownPlan.Removal;
import io.jenkins.plugins.amideploy.jenkins.credentials.AwsAccess;
import io.jenkins.plugins.amideploy.jenkins.credentials.AwsPorts;
import io.jenkins.plugins.amideploy.jenkins.parsers.JacksonParser;
import io.jenkins.plugins.amideploy.jenkins.polling.PollingExecution;
import io.jenkins.plugins.amideploy.jenkins.releases.BuildOwner;
import io.jenkins.plugins.amideploy.jenkins.run.NamedFailure;
import io.jenkins.plugins.amideploy.jenkins.run.ReleaseFact;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jenkinsci.plugins.workflow.steps.StepContext;

/**
 * {@code pruneImages} while it runs: shows what goes and what stays, then looks every few seconds from the controller, without an agent.
 *
 * <p>Persisted: where AWS is found, the application, how much to keep, whether to remove anything, the state's bucket, and, once it was shown, the
 * engine's state as plain strings, so that a restart takes nothing else; and that it was stopped, which ends it after the image that is just going and leaves the rest.
 */
public final class PruneExecution extends PollingExecution {
    private static final long serialVersionUID = 1L;

    /** Pause between looks: what is deleted in EC2 is listed for some seconds more. */
    private static final long PAUSE_MILLIS = 5_000;

    private final AwsAccess access;
    private final String app;
    private final int keep;
    private final boolean dryRun;

    /** Null until it is known. */
    private String stateBucket;

    /** When the first look was; by it a first look that AWS does not answer ends at last. */
    private final long startedMillis;

    /** Null until it was shown what goes. */
    private volatile HashMap<String, String> state;

    private volatile String status = "about to look for images";
    private volatile Throwable stopCause;
    private transient List<String> said;
    private transient AwsPorts ports;
    private transient EnvVars variables;
    private transient String build;

    /**
     * @param keep for how many images an environment's newest proven releases count
     * @param dryRun whether it only shows what would go
     * @param stateBucket where runs say on which images they count and records are; null: the account's default one
     */
    public PruneExecution(
            StepContext context, AwsAccess access, String app, int keep, boolean dryRun, String stateBucket) {
        super(context);
        this.access = access;
        this.app = app;
        this.keep = keep;
        this.dryRun = dryRun;
        this.stateBucket = stateBucket;
        this.startedMillis = Clock.systemUTC().millis();
    }

    @Override
    public boolean start() {
        lookSoon();
        return false;
    }

    /** The look under way ends after its image, and the one after it ends the step. */
    @Override
    public void stop(Throwable cause) {
        stopCause = cause;
        log("Stopped: images that are still there stay; another run does the rest");
        save();
        lookSoon();
    }

    @Override
    protected long pauseMillis() {
        return PAUSE_MILLIS;
    }

    @Override
    protected boolean look() throws Exception {
        boolean over;
        try {
            over = stopCause == null ? lookAt(Clock.systemUTC().instant()) : fail(stopCause);
        } catch (IllegalArgumentException problem) {
            over = fail(NamedFailure.badInput(problem.getMessage(), ""));
        } catch (Exception problem) {
            over = fail(problem);
        }
        if (over && ports != null) {
            ports.close();
        }
        return over;
    }

    private boolean lookAt(Instant now) throws IOException, InterruptedException {
        if (ports == null) {
            label(app);
            Run<?, ?> run = context().get(Run.class);
            EnvVars env = context().get(EnvVars.class);
            variables = env == null ? new EnvVars() : env;
            build = BuildOwner.id(run);
            ports = new AwsPorts(access, run, variables, Clock.systemUTC());
        }
        PruneState before = state == null ? null : PruneState.fromMap(state);
        try {
            PrunePoll prune = prune(ports.clients());
            if (before == null) {
                TeardownPlan plan = prune.plan(now);
                show(plan);
                before = PruneState.begin(plan, now);
                if (dryRun || plan.removals().isEmpty()) {
                    return end(ids(plan), plan.kept(), left(List.of(), plan.unread()));
                }
                keep(before);
            }
            return step(prune.poll(before, now, () -> stopCause != null));
        } catch (AwsFailure failure) {
            return step(
                    PrunePoll.waiting(before == null ? unplanned() : before, failure, PrunePoll.DEFAULT_DEADLINE, now));
        }
    }

    /** What stands in for a state while there is none. */
    private PruneState unplanned() {
        return PruneState.nothing(Instant.ofEpochMilli(startedMillis));
    }

    private PrunePoll prune(AwsClients clients) {
        if (stateBucket == null) {
            stateBucket = Variables.defaultStateBucket(
                    clients.accountReader().identity().account(),
                    access.region(variables).orElseThrow());
        }
        return new PrunePoll(
                clients.resourceReader(),
                clients.resourceWriter(),
                Ledger.of(clients.objects(stateBucket), app, build, Clock.systemUTC(), new JacksonParser()),
                app,
                keep,
                PrunePoll.DEFAULT_DEADLINE);
    }

    private void show(TeardownPlan plan) {
        plan.kept().forEach(kept -> log(kept.text()));
        plan.removals().forEach(removal -> log((dryRun ? "would remove " : "to remove: ") + removal.text()));
        plan.undecided().forEach(image -> log("keeps " + image.text() + ": it could not be looked at who needs it"));
    }

    private void keep(PruneState next) {
        state = new HashMap<>(next.asMap());
        save();
    }

    private boolean step(PruneStep step) {
        if (state != null) {
            keep(step.state());
        }
        step.lines().stream()
                .filter(line -> said == null || !said.contains(line))
                .forEach(this::log);
        said = step.lines();
        step.leftovers().stream()
                .findFirst()
                .ifPresent(left -> status = "waiting until " + left.resource().text() + " is gone");
        return step.over() && end(step.removed(), step.kept(), left(step.leftovers(), step.unread()));
    }

    private static List<String> ids(TeardownPlan plan) {
        return plan.removals().stream()
                .map(Removal::resource)
                .map(resource -> resource.id())
                .toList();
    }

    private static List<String> left(List<Leftover> leftovers, List<String> unread) {
        return Stream.concat(
                        leftovers.stream().map(Leftover::text), unread.stream().map(each -> "not looked at: " + each))
                .toList();
    }

    private boolean end(List<String> removed, List<Kept> kept, List<String> left) {
        if (stopCause != null) {
            return fail(stopCause);
        }
        String outcome = removed.size() + (dryRun ? " would be removed, " : " removed, ") + kept.size() + " kept";
        log(outcome);
        show(new ReleaseFact(app, ReleaseFact.Kind.STATE, "images: " + outcome));
        if (!left.isEmpty()) {
            return fail(Diagnosis.of(
                    Cause.LEFT_BEHIND,
                    "images of " + app + ": " + left.size() + " left behind",
                    left,
                    "run the step again, which removes what it can by now; remove by hand what it cannot"));
        }
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("removed", new ArrayList<>(removed));
        result.put("kept", new ArrayList<>(kept.stream().map(Kept::text).toList()));
        succeed(result);
        return true;
    }

    @Override
    protected String subject() {
        return app;
    }

    @Override
    public String getStatus() {
        return status;
    }
}
