package io.jenkins.plugins.amideploy.jenkins.waits;

import hudson.AbortException;
import hudson.EnvVars;
import hudson.model.Run;
import io.jenkins.plugins.amideploy.aws.AwsClients;
import io.jenkins.plugins.amideploy.engine.AppId;
import io.jenkins.plugins.amideploy.engine.AwsFailure;
import io.jenkins.plugins.amideploy.engine.Variables;
import io.jenkins.plugins.amideploy.engine.diagnosis.Cause;
import io.jenkins.plugins.amideploy.engine.diagnosis.Diagnosis;
import io.jenkins.plugins.amideploy.engine.release.EnvironmentClaims;
import io.jenkins.plugins.amideploy.engine.release.EnvironmentClaims.Life;
import io.jenkins.plugins.amideploy.engine.teardown.Ledger;
import io.jenkins.plugins.amideploy.engine.teardown.Resource;
import io.jenkins.plugins.amideploy.engine.teardown.TeardownPoll;
import io.jenkins.plugins.amideploy.engine.teardown.TeardownState;
import io.jenkins.plugins.amideploy.engine.teardown.TeardownStep;
import io.jenkins.plugins.amideploy.jenkins.credentials.AwsAccess;
import io.jenkins.plugins.amideploy.jenkins.credentials.AwsPorts;
import io.jenkins.plugins.amideploy.jenkins.parsers.JacksonParser;
import io.jenkins.plugins.amideploy.jenkins.polling.PollingExecution;
import io.jenkins.plugins.amideploy.jenkins.releases.BuildOwner;
import io.jenkins.plugins.amideploy.jenkins.releases.BuildProbe;
import io.jenkins.plugins.amideploy.jenkins.releases.ReleaseRecords;
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
import java.util.Optional;
import java.util.stream.Collectors;
import org.jenkinsci.plugins.workflow.steps.StepContext;

/**
 * {@code removeLeftovers} while it runs: looks every few seconds from the controller, without an agent.
 *
 * <p>Persisted: where AWS is found, app and environment, whether orphans of the stack go too, the state's bucket, and the engine's state as plain
 * strings, in which the beginning is an absolute time. Stopped, it leaves the rest where it is; begun again, it does the rest.
 */
public final class LeftoversExecution extends PollingExecution {
    private static final long serialVersionUID = 1L;

    /** Pause between looks: what is deleted in EC2 is listed for some seconds more. */
    private static final long PAUSE_MILLIS = 5_000;

    /** Parts of a stack that a message names; the others are counted. */
    private static final int NAMED = 3;

    private final AwsAccess access;
    private final String app;
    private final String environment;
    private final boolean orphans;

    /** Null until it is known, and in builds of versions that did not ask for it. */
    private String stateBucket;

    private volatile HashMap<String, String> state;
    private volatile String status = "about to look for leftovers";
    private transient List<String> said;
    private transient AwsPorts ports;
    private transient EnvVars variables;
    private transient String build;

    /**
     * @param orphans whether parts of the stack are removed; otherwise the step fails while one of them stands
     * @param stateBucket where runs say on which images they count; null: the account's default one
     */
    public LeftoversExecution(
            StepContext context,
            AwsAccess access,
            String app,
            String environment,
            boolean orphans,
            String stateBucket) {
        super(context);
        this.access = access;
        this.app = app;
        this.environment = environment;
        this.orphans = orphans;
        this.stateBucket = stateBucket;
    }

    @Override
    public boolean start() {
        state = new HashMap<>(TeardownState.begin(Clock.systemUTC().instant()).asMap());
        lookSoon();
        return false;
    }

    @Override
    protected boolean look() throws Exception {
        boolean over;
        try {
            over = lookAt(Clock.systemUTC().instant());
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
            label(app + " in " + environment);
            EnvVars env = context().get(EnvVars.class);
            variables = env == null ? new EnvVars() : env;
            Run<?, ?> run = context().get(Run.class);
            build = BuildOwner.id(run);
            ports = new AwsPorts(access, run, variables, Clock.systemUTC());
        }
        TeardownStep step = step(TeardownState.fromMap(state), now);
        state = new HashMap<>(step.state().asMap());
        save();
        say(step.lines());
        step.leftovers().stream()
                .findFirst()
                .map(left -> left.resource().text())
                .ifPresent(this::waitingFor);
        return step.over() && end(step);
    }

    private TeardownStep step(TeardownState before, Instant now) throws AbortException {
        AwsClients clients;
        try {
            clients = ports.clients();
            if (stateBucket == null) {
                stateBucket = Variables.defaultStateBucket(
                        clients.accountReader().identity().account(),
                        access.region(variables).orElseThrow());
            }
            if (orphans) {
                requireFree(clients);
            }
        } catch (AwsFailure noKeys) {
            return TeardownPoll.unread(before, noKeys, TeardownPoll.DEFAULT_DEADLINE, now);
        }
        return new TeardownPoll(
                        clients.resourceReader(),
                        clients.resourceWriter(),
                        ledger(clients),
                        new AppId(app, environment),
                        TeardownPoll.DEFAULT_DEADLINE,
                        orphans)
                .poll(before, now);
    }

    private Ledger ledger(AwsClients clients) {
        return Ledger.of(
                clients.objects(stateBucket), app, build, Clock.systemUTC(), new JacksonParser(), new BuildProbe());
    }

    /** What a run that lives has made is in no state yet, and is nobody's orphan. */
    private void requireFree(AwsClients clients) throws AbortException {
        EnvironmentClaims claims = ReleaseRecords.claims(clients.objects(stateBucket), new AppId(app, environment));
        Optional<io.jenkins.plugins.amideploy.engine.release.Run> other = claims.current()
                .filter(run -> !run.owner().build().equals(build))
                .filter(run -> claims.judge(run, new BuildProbe()) != Life.DEAD);
        if (other.isPresent()) {
            throw new NamedFailure(
                    Cause.ENVIRONMENT_HELD,
                    other.get().owner().text() + " works on " + environment + " since "
                            + other.get().since(),
                    "wait for its end, then run the step again");
        }
    }

    /** Shows what the look before did not say already. */
    private void say(List<String> lines) {
        lines.stream().filter(line -> said == null || !said.contains(line)).forEach(this::log);
        said = lines;
    }

    private void waitingFor(String text) {
        if (!status.equals("waiting until " + text + " is gone")) {
            status = "waiting until " + text + " is gone";
            log(status);
        }
    }

    private boolean end(TeardownStep step) {
        if (!step.standing().isEmpty()) {
            return fail(stackStands(step.standing()));
        }
        List<String> left = new ArrayList<>();
        step.leftovers().forEach(leftover -> left.add(leftover.text()));
        step.unread().forEach(unread -> left.add("not looked at: " + unread));
        List<String> kept = new ArrayList<>();
        step.kept().forEach(each -> kept.add(each.text()));
        kept.forEach(this::log);
        log(left.size() + " left behind");
        show(new ReleaseFact(app + "-" + environment, ReleaseFact.Kind.STATE, left.size() + " left behind"));
        if (!left.isEmpty()) {
            return fail(Diagnosis.of(
                    Cause.LEFT_BEHIND,
                    app + " in " + environment + ": " + left.size() + " left behind",
                    left,
                    "run the step again, which removes what it can by now; remove by hand what it cannot"));
        }
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("leftBehind", 0);
        result.put("kept", kept);
        succeed(result);
        return true;
    }

    private Diagnosis stackStands(List<Resource> standing) {
        int count = standing.size();
        String names = standing.stream().limit(NAMED).map(Resource::text).collect(Collectors.joining(", "));
        return Diagnosis.of(
                Cause.LEFT_BEHIND,
                app + " in " + environment + ": " + count
                        + (count == 1 ? " part of the stack is" : " parts of the stack are") + " still there",
                List.of(names + (count > NAMED ? " and " + (count - NAMED) + " more" : "")),
                "run terraformDestroy first; what an interrupted apply left outside its state is removed with orphans: true");
    }

    @Override
    protected String subject() {
        return app + " in " + environment;
    }

    @Override
    public String getStatus() {
        return status;
    }
}
