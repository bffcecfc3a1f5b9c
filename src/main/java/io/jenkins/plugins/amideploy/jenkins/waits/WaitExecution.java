package io.jenkins.plugins.amideploy.jenkins.waits;

import hudson.EnvVars;
import hudson.model.Run;
import io.jenkins.plugins.amideploy.aws.AwsClients;
import io.jenkins.plugins.amideploy.engine.AwsFailure;
import io.jenkins.plugins.amideploy.engine.diagnosis.Diagnosis;
import io.jenkins.plugins.amideploy.engine.rollout.GroupReader;
import io.jenkins.plugins.amideploy.engine.rollout.GroupWriter;
import io.jenkins.plugins.amideploy.engine.rollout.HealthMemory;
import io.jenkins.plugins.amideploy.engine.rollout.Proof;
import io.jenkins.plugins.amideploy.engine.rollout.Wanted;
import io.jenkins.plugins.amideploy.jenkins.credentials.AwsAccess;
import io.jenkins.plugins.amideploy.jenkins.credentials.AwsPorts;
import io.jenkins.plugins.amideploy.jenkins.polling.PollingExecution;
import io.jenkins.plugins.amideploy.jenkins.run.ReleaseAction;
import io.jenkins.plugins.amideploy.jenkins.run.ReleaseFact;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.jenkinsci.plugins.workflow.steps.StepContext;

/**
 * Looks at an Auto Scaling group every few seconds from the controller. Needs no agent, and holds no thread between two looks.
 *
 * <p>Persisted: where AWS is found, what is wanted, and the engine's state as plain strings, in which the beginning is an
 * absolute time: a restart renews neither the deadline nor the window in which all must stay healthy.
 */
abstract class WaitExecution extends PollingExecution {
    private static final long serialVersionUID = 1L;

    /** Pause between looks: three or four cheap calls each, and a change is seen before a person would look again. */
    private static final long PAUSE_MILLIS = 5_000;

    /** Spread over the pause, so that many waits do not call all at once. */
    private static final long JITTER_MILLIS = 1_000;

    private final AwsAccess access;
    private final WaitTarget target;
    private volatile HashMap<String, String> state;
    private volatile String line = "";
    private boolean announced;
    private transient AwsPorts ports;
    private transient boolean joined;

    WaitExecution(StepContext context, AwsAccess access, WaitTarget target) {
        super(context);
        this.access = access;
        this.target = target;
    }

    /** The engine's state at the very beginning. @param earlier a proof that one look confirms where nothing happened since */
    abstract Map<String, String> begin(Instant now, Optional<Proof> earlier);

    /** Looks once at the world, and says whether the step is over. */
    abstract boolean lookAt(GroupReader reader, GroupWriter writer, Instant now)
            throws IOException, InterruptedException;

    @Override
    public boolean start() {
        state = new HashMap<>(begin(Clock.systemUTC().instant(), Optional.empty()));
        lookSoon();
        return false;
    }

    @Override
    protected boolean look() throws Exception {
        boolean over;
        boolean first = !announced;
        if (first) {
            announced = true;
            label(target.asgName());
            log(target.announcement());
        }
        try {
            join(first);
            over = lookAt(Clock.systemUTC().instant());
        } catch (Exception problem) {
            over = fail(problem);
        }
        if (over && ports != null) {
            ports.close();
        }
        return over;
    }

    /** @param first whether nothing was seen yet, restarts included */
    private void join(boolean first) throws IOException, InterruptedException {
        if (!joined) {
            EnvVars env = context().get(EnvVars.class);
            Optional<Proof> earlier =
                    WaitReleases.join(context().get(Run.class), env == null ? new EnvVars() : env, target.wanted());
            if (first && earlier.isPresent()) {
                state = new HashMap<>(begin(Instant.parse(state.get("since")), earlier));
            }
            joined = true;
        }
    }

    private boolean lookAt(Instant now) throws IOException, InterruptedException {
        AwsClients clients;
        try {
            clients = ports().clients();
        } catch (AwsFailure noKeys) {
            // Keys that cannot be had just now are a look that AWS did not allow: the engine knows for how long to bear
            // it.
            RefusedGroup refused = new RefusedGroup(noKeys);
            return lookAt(refused, refused, now);
        }
        return lookAt(clients.groupReader(), clients.groupWriter(), now);
    }

    private AwsPorts ports() throws IOException, InterruptedException {
        if (ports == null) {
            EnvVars env = context().get(EnvVars.class);
            ports = new AwsPorts(
                    access, context().get(Run.class), env == null ? new EnvVars() : env, Clock.systemUTC());
        }
        return ports;
    }

    @Override
    protected long pauseMillis() {
        return PAUSE_MILLIS + ThreadLocalRandom.current().nextLong(JITTER_MILLIS);
    }

    final WaitTarget target() {
        return target;
    }

    final Map<String, String> state() {
        return state;
    }

    /** Remembers where it stands, and has the controller store that when it is something new. */
    final void remember(Map<String, String> next) {
        HashMap<String, String> copy = new HashMap<>(next);
        boolean changed = !copy.equals(state);
        state = copy;
        if (changed) {
            save();
        }
    }

    /** Shows what changed. */
    final void say(List<String> lines) {
        lines.forEach(this::log);
        if (!lines.isEmpty()) {
            line = lines.get(lines.size() - 1);
            show(new ReleaseFact(target.asgName(), ReleaseFact.Kind.STATE, line));
        }
    }

    /** Shows a line unless it is the same as before. */
    final void sayIfNew(String text) {
        if (!text.equals(line)) {
            say(List.of(text));
        }
    }

    /** Ends the step with what was proven, and the release with it. */
    final void proven(Wanted wanted) throws IOException, InterruptedException {
        WaitReleases.proven(context().get(Run.class), wanted, HealthMemory.fromMap(state), ports())
                .forEach(this::log);
        ReleaseAction.record(
                context().get(Run.class),
                new ReleaseFact(
                        target.asgName(),
                        ReleaseFact.Kind.STATE,
                        "proven healthy in version " + wanted.template().version() + " of "
                                + wanted.template().templateId()));
        succeed(WaitResults.of(wanted));
    }

    /** Ends the step with the cause as the last thing in the log. */
    final boolean failWith(Diagnosis diagnosis) {
        show(new ReleaseFact(target.asgName(), ReleaseFact.Kind.STATE, "failed: " + diagnosis.cause()));
        return fail(diagnosis);
    }

    @Override
    protected void failing(Throwable cause) {
        try {
            WaitReleases.failed(context().get(Run.class), target.asgName(), cause);
        } catch (IOException | InterruptedException e) {
            log("The release does not know why: " + e);
        }
    }

    @Override
    protected String subject() {
        return target.asgName();
    }

    @Override
    public String getStatus() {
        return line.isEmpty() ? "about to look at ASG " + target.asgName() : line;
    }
}
