package io.jenkins.plugins.amideploy.jenkins.waits;

import hudson.EnvVars;
import hudson.model.Run;
import io.jenkins.plugins.amideploy.engine.AwsFailure;
import io.jenkins.plugins.amideploy.engine.diagnosis.Diagnosis;
import io.jenkins.plugins.amideploy.engine.pace.LookPlan;
import io.jenkins.plugins.amideploy.engine.rollout.GroupReader;
import io.jenkins.plugins.amideploy.engine.rollout.GroupWriter;
import io.jenkins.plugins.amideploy.engine.rollout.HealthMemory;
import io.jenkins.plugins.amideploy.engine.rollout.HealthPolicy;
import io.jenkins.plugins.amideploy.engine.rollout.Proof;
import io.jenkins.plugins.amideploy.engine.rollout.Wanted;
import io.jenkins.plugins.amideploy.jenkins.credentials.AwsAccess;
import io.jenkins.plugins.amideploy.jenkins.credentials.AwsPorts;
import io.jenkins.plugins.amideploy.jenkins.credentials.SharedClients;
import io.jenkins.plugins.amideploy.jenkins.polling.PollPool;
import io.jenkins.plugins.amideploy.jenkins.polling.PollingExecution;
import io.jenkins.plugins.amideploy.jenkins.run.ReleaseAction;
import io.jenkins.plugins.amideploy.jenkins.run.ReleaseFact;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.jenkinsci.plugins.workflow.steps.StepContext;

/**
 * Waits for an Auto Scaling group from the controller. Needs no agent, and holds no thread between two looks, which it shares with all who wait for the same group as the same
 * identity ({@link SharedLooks}).
 *
 * <p>Persisted: where AWS is found, what is wanted, and the engine's state as plain strings, in which the beginning is an
 * absolute time: a restart renews neither the deadline nor the window in which all must stay healthy.
 */
abstract class WaitExecution extends PollingExecution {
    private static final long serialVersionUID = 1L;

    /** Pause until it is tried again to take part in the looks. */
    private static final long PAUSE_MILLIS = 5_000;

    /** Once it takes part, the looks wake it; this is for one that is missed while the build resumes. */
    private static final long NET_MILLIS = 15_000;

    /** The interval is told again when it is as many times longer or shorter than what was told. */
    private static final double NEWS = 1.5;

    /** Spread over the pause, so that many waits do not call all at once. */
    private static final long JITTER_MILLIS = 1_000;

    private final AwsAccess access;
    private final WaitTarget target;
    private volatile HashMap<String, String> state;
    private volatile String line = "";
    private boolean announced;
    private transient AwsPorts ports;
    private transient volatile Watching watching;
    private transient Look last;
    private transient Duration told;
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
        try (ForWaits here = ForWaits.here()) {
            join(first);
            over = lookAtNewest();
        } catch (Exception problem) {
            over = fail(problem);
        }
        return over;
    }

    /** Nobody is waited for any more. */
    @Override
    protected void ended() {
        if (watching != null) {
            watching.close();
            watching = null;
        }
        if (ports != null) {
            ports.close();
        }
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

    private boolean lookAtNewest() throws IOException, InterruptedException {
        Instant now = Clock.systemUTC().instant();
        if (watching == null) {
            try {
                watching = watch();
            } catch (AwsFailure noKeys) {
                // Keys that cannot be had just now are a look that AWS did not allow: the engine knows for how long to
                // bear it.
                RefusedGroup refused = new RefusedGroup(noKeys);
                return lookAt(refused, refused, now);
            }
        }
        Optional<Look> look = watching.take();
        return look.isPresent() && lookAt(look.get(), now);
    }

    private Watching watch() throws IOException, InterruptedException {
        SharedClients.Lease lease = ports().lease();
        return SharedLooks.get().join(lease, ports().place(), target.asgName(), this::lookSoon);
    }

    private boolean lookAt(Look look, Instant now) throws IOException, InterruptedException {
        if (last != null) {
            SharedLooks.get()
                    .times()
                    .add(Duration.between(last.begunAt().plus(longer(last.pause(), look.pause())), look.begunAt())
                            .plus(Duration.between(look.begunAt(), now)));
        }
        last = look;
        tellInterval(look);
        boolean over = lookAt(look.reader(), watching.writer(), look.begunAt());
        watching.proving(HealthMemory.fromMap(state).healthySince());
        return over;
    }

    /** Says how often the group is looked at, when that is no longer what was said. */
    private void tellInterval(Look look) {
        Duration before = told == null ? LookPlan.BASE : told;
        double times = (double) look.pause().toMillis() / before.toMillis();
        if (times >= NEWS || times <= 1 / NEWS) {
            told = look.pause();
            String every = "ASG " + target.asgName() + ": looking every " + told.toSeconds() + " s";
            log(look.slowed().isEmpty() ? every + " again" : every + ": " + look.slowed());
        }
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    /** The longest pause between two looks that is to be reckoned with. */
    final Duration interval() {
        Duration usual = target.policy().look();
        return last == null ? usual : longer(usual, last.pause());
    }

    /** Has the group looked at at once. */
    final void hurry() {
        PollPool.schedule(
                () -> {
                    Watching now = watching;
                    if (now != null) {
                        now.hurry();
                    }
                },
                0);
        lookSoon();
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
        return (watching == null ? PAUSE_MILLIS : NET_MILLIS)
                + ThreadLocalRandom.current().nextLong(JITTER_MILLIS);
    }

    /** How health is judged at the interval in force. */
    final HealthPolicy policy() {
        return target.policy().withLook(interval());
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
