package io.jenkins.plugins.amideploy.jenkins.tools;

import hudson.AbortException;
import hudson.FilePath;
import io.jenkins.plugins.amideploy.engine.AwsFailure;
import io.jenkins.plugins.amideploy.engine.Outcome;
import io.jenkins.plugins.amideploy.engine.diagnosis.Cause;
import io.jenkins.plugins.amideploy.engine.diagnosis.Denials;
import io.jenkins.plugins.amideploy.engine.diagnosis.Diagnosis;
import io.jenkins.plugins.amideploy.engine.image.Memory;
import io.jenkins.plugins.amideploy.engine.stack.Backend;
import io.jenkins.plugins.amideploy.engine.stack.Initialised;
import io.jenkins.plugins.amideploy.engine.stack.StackRequest;
import io.jenkins.plugins.amideploy.engine.tool.Operation;
import io.jenkins.plugins.amideploy.jenkins.credentials.AwsPorts;
import io.jenkins.plugins.amideploy.jenkins.credentials.ToolCredentials;
import io.jenkins.plugins.amideploy.jenkins.polling.PollingExecution;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.support.concurrent.Timeout;

/**
 * Carries an operation of tools through on the agent of the stage. The tools are detached there; this looks at them on a
 * timer and holds no thread in between.
 *
 * <p>Persisted: the parameters, where it works ({@link ToolPlace}), when it began, what was decided ({@link ToolDecisions}), how much was logged, and why
 * it is to stop ({@link ToolStop}). The rest is made anew after a restart, and the
 * operation is begun again: its runner takes up what runs on the agent. While the agent is away the tool goes on and this waits for it.
 *
 * <p>Stopping starts no further tool; it asks the one that runs to end, once, and waits for it: {@code stop}, the step's own time limit and a surrounding {@code
 * timeout} never end the step before its tool.
 *
 * @param <T> what the operation yields
 */
abstract class ToolExecution<T> extends PollingExecution {
    private static final long serialVersionUID = 1L;

    /** One look takes a few remote calls; one that takes longer has lost its agent. */
    private static final int LOOK_SECONDS = 60;

    private final ToolParameters parameters;
    private final DurableLaunches launches = new DurableLaunches();
    private final ShownProgress shown = new ShownProgress();
    private final AgentAbsence absence = new AgentAbsence();
    private ToolPlace place;
    private long startedMillis;
    private final ToolDecisions decisions = new ToolDecisions();
    private final ToolStop stop = new ToolStop();
    private boolean begun;
    private transient volatile ToolSession<T> session;
    private transient AwsPorts ports;

    ToolExecution(StepContext context, ToolParameters parameters) {
        super(context);
        this.parameters = parameters;
    }

    /**
     * Makes the operation; the same one whenever it is called for the same step. May read the workspace, and ask AWS the first
     * time; later a tool may run, which is to be looked at and stopped whether AWS answers or not.
     */
    abstract Operation<T> operation(ToolWork work) throws IOException, InterruptedException;

    /** What the pipeline gets where no tool is needed for it; null where one is. Asked until the first is started; may ask AWS. */
    Object atOnce(ToolWork work) throws IOException, InterruptedException {
        return null;
    }

    /** Whether the first tool may be started; asked at each look until it may. May ask AWS. @throws AbortException when it never may */
    boolean isReady(ToolWork work) throws IOException {
        return true;
    }

    /** What the pipeline gets: maps, lists, strings and numbers. */
    abstract Object result(ToolWork work, T value) throws IOException, InterruptedException;

    /** A tool is about to be started, the first of the step. May ask AWS. @param directory where the agent keeps how the step's tools stand */
    void beginning(ToolWork work, String node, FilePath directory) throws IOException, InterruptedException {}

    /** The step's last tool has ended; may be called again where it throws. */
    void ended(ToolWork work, String node, FilePath directory, Outcome<T> outcome)
            throws IOException, InterruptedException {}

    /** Whether this is the first time that this is said, restarts included. */
    final boolean once(String what) {
        boolean isNew = shown.begin(what);
        if (isNew) {
            save();
        }
        return isNew;
    }

    /** What the operation has decided, over restarts. */
    final Memory memory() {
        return decisions.memory(this::save);
    }

    /** Where the state is. The bucket is looked at, or made, once. */
    final Backend backend(ToolWork work, boolean createStateBucket) throws IOException {
        return decisions.backend(work, createStateBucket, this::save);
    }

    /** Claims the image that is to be deployed, once. Asks AWS. */
    void hold(ToolWork work, String amiId, Duration lifetime) throws AbortException {
        decisions.hold(work, amiId, lifetime, this::save);
    }

    /** What stands of the stack and the state does not know. Asks AWS, once. */
    final Map<String, String> takenUp(ToolWork work) {
        return decisions.takenUp(() -> StepUnowned.takeUp(work, stateBucket()), this::save);
    }

    /** Whether a tool runs, or has run. */
    final boolean isBegun() {
        return begun;
    }

    final ToolParameters parameters() {
        return parameters;
    }

    /** Where the recipes are on the agent, absolute; known once there is an operation to make. */
    final String recipesDirectory() {
        return place.recipesDirectory();
    }

    /** The bucket of the state, once {@link #backend} was asked for it. */
    final String stateBucket() {
        return decisions.stateBucket();
    }

    /** Whether Terraform's init is left out. Decided once: by then init may be running. */
    final Initialised initialised(ToolWork work, StackRequest request) throws IOException, InterruptedException {
        return decisions.initialised(work, request, begun, this::save);
    }

    @Override
    public boolean start() throws Exception {
        place = new ToolPlace(context().get(FilePath.class));
        startedMillis = clock().millis();
        lookSoon();
        return false;
    }

    /** @see HeldContext */
    @Override
    public StepContext getContext() {
        return HeldContext.isWanted() ? new HeldContext(context(), this::askToStop) : context();
    }

    @Override
    public void stop(Throwable cause) {
        askToStop(cause);
    }

    private void askToStop(Throwable cause) {
        if (stop.want(cause)) {
            save();
        }
        lookSoon();
    }

    @Override
    protected boolean look() throws Exception {
        if (clock().instant().isAfter(startedAt().plus(parameters.timeout()))) {
            stop.want(new AbortException(
                    "not done within " + parameters.timeout().toMinutes() + " min, so it was stopped"));
        }
        if (stop.isWanted() && !begun) {
            return failStopped(List.of());
        }
        FilePath workspace = place.find();
        if (workspace == null) {
            return away(null);
        }
        try (Timeout limit = Timeout.limit(LOOK_SECONDS, TimeUnit.SECONDS)) {
            return lookAt(workspace);
        } catch (AgentUnreachable unreachable) {
            return away(unreachable.getCause());
        } catch (IOException | InterruptedException unreachable) {
            if (!begun) {
                DiskTrouble.refuse(unreachable, place.node());
            }
            return away(unreachable);
        } catch (AwsFailure failure) {
            if (!begun && !failure.kind().passing()) {
                return fail(failure);
            }
            return away(failure);
        }
    }

    private boolean lookAt(FilePath workspace) throws IOException, InterruptedException {
        if (session == null) {
            ToolWork work = prepared(workspace);
            Object answer = begun ? null : atOnce(work);
            if (answer != null) {
                ports.close();
                succeed(answer);
                return true;
            }
            session = begin(workspace, work);
        }
        if (session == null) {
            return false;
        }
        Optional<Outcome<T>> outcome = look(session);
        stop.news(session, clock().instant()).ifPresent(this::log);
        absence.over(place.node()).ifPresent(this::log);
        return outcome.isPresent() && end(workspace, outcome.get());
    }

    /** Between two tools an operation may ask AWS; what AWS refuses then, it would refuse again. */
    private Optional<Outcome<T>> look(ToolSession<T> now) throws IOException, InterruptedException {
        try {
            return now.look(stop.isWanted());
        } catch (AwsFailure refused) {
            if (refused.isFinal()) {
                return Optional.of(Outcome.failure(Outcome.Kind.FAILED, refused.diagnosis()));
            }
            throw refused;
        }
    }

    private ToolWork prepared(FilePath workspace) throws IOException, InterruptedException {
        ToolWork work = work(workspace);
        if (place.findRecipes(workspace, parameters)) {
            save();
        }
        if (!begun) {
            StackChecks.first(work, place.variables(workspace, parameters), workspace.child(recipesDirectory()));
        }
        return work;
    }

    /** @return null while the first tool is not to be started yet */
    private ToolSession<T> begin(FilePath workspace, ToolWork work) throws IOException, InterruptedException {
        Operation<T> operation = operation(work);
        if (!begun && !isReady(work)) {
            return null;
        }
        workspace.child(ToolWork.workDirectory(work.variables())).mkdirs();
        label(work.variables().app().app() + " in " + work.variables().app().environment());
        AgentWorkplace workplace = new AgentWorkplace(
                context(),
                workspace,
                ToolPlace.directoryName(work.run(), context()),
                parameters.access().inRegion(work.variables().region()),
                new ToolCredentials(ports.identity()),
                work.workDirectory() + "/logs/" + work.build());
        workplace.recallSecrets();
        if (!begun) {
            // Who may not have the keys is told so at once; later a tool depends on this step.
            workplace.refreshCredentials();
            beginning(work, place.node(), workplace.directory());
            begun = true;
            save();
        }
        return new ToolSession<>(
                operation,
                workplace,
                launches,
                shown,
                new SteadyClock(clock()),
                text -> Denials.plainly(text, this::decoded));
    }

    /** Empty where the build may not ask, which leaves the message as it is. */
    private Optional<String> decoded(String encodedMessage) {
        try {
            return ports.clients().accountReader().decoded(encodedMessage);
        } catch (AbortException noKeys) {
            return Optional.empty();
        }
    }

    private ToolWork work(FilePath workspace) throws IOException, InterruptedException {
        String text = place.variables(workspace, parameters);
        ToolWork work = ToolWork.of(context(), parameters, workspace, text, startedAt(), ports, listener());
        ports = work.ports();
        return work;
    }

    private boolean end(FilePath workspace, Outcome<T> outcome) throws IOException, InterruptedException {
        ended(work(workspace), place.node(), session.workplace().directory(), outcome);
        if (outcome instanceof Outcome.Success<T> success && !stop.isWanted()) {
            Object result = result(work(workspace), success.value());
            cleanUp(workspace);
            succeed(result);
            return true;
        }
        cleanUp(workspace);
        if (!(outcome instanceof Outcome.Failure<T> failure)) {
            return failStopped(List.of());
        }
        return stop.isWanted() ? failStopped(failure.diagnosis().lines()) : fail(failure.diagnosis());
    }

    /** @param said by the tool that was stopped */
    private boolean failStopped(List<String> said) {
        if (stop.overtime().isPresent()) {
            return fail(Diagnosis.of(
                    Cause.DEADLINE,
                    stop.overtime().get(),
                    said,
                    "give the step more with timeoutMinutes, or see the log for what it waited for"));
        }
        said.forEach(this::log);
        return fail(stop.cause());
    }

    private void cleanUp(FilePath workspace) {
        try {
            session.workplace().directory().deleteRecursive();
            launches.cleanUp(workspace);
        } catch (IOException | InterruptedException e) {
            log("Temporary files of the step stay on agent " + place.node() + ": " + e);
        }
        ports.close();
    }

    private boolean away(Throwable why) throws Exception {
        session = null;
        AgentAbsence.Judgement judgement = absence.noticed(place.node(), why, clock().instant());
        judgement.news().ifPresent(this::log);
        if (judgement.givenUp().isEmpty()) {
            return false;
        }
        Diagnosis lost = judgement.givenUp().get();
        return stop.isWanted() ? failStopped(lost.lines()) : fail(lost);
    }

    @Override
    protected final String subject() {
        return parameters.environment();
    }

    @Override
    public String getStatus() {
        ToolSession<T> now = session;
        String what = now == null ? "waiting for agent " + AgentAbsence.name(place.node()) : now.status();
        return stop.isWanted() ? what + "; was asked to end" : what;
    }

    final Instant startedAt() {
        return Instant.ofEpochMilli(startedMillis);
    }

    final Clock clock() {
        return Clock.systemUTC();
    }
}
