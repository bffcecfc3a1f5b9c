package io.jenkins.plugins.amideploy.jenkins.execution;

import hudson.AbortException;
import hudson.FilePath;
import hudson.model.Run;
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
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jenkinsci.plugins.workflow.FilePathUtils;
import org.jenkinsci.plugins.workflow.graph.FlowNode;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.support.concurrent.Timeout;

/**
 * Carries an operation of tools through on the agent of the stage. The tools are detached there; this looks at them on a
 * timer and holds no thread in between.
 *
 * <p>Persisted: the parameters, agent and path, when it began, what the variables file said, where the recipes are, the state's bucket, whether init is
 * left out, what the operation decided, how much was logged, and why it is to stop. The rest is made anew after a restart, and the
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
    private String node;
    private String remote;
    private long startedMillis;
    private String variablesText;

    /** Absolute, on the agent; null until it is known. */
    private String recipesDirectory;

    /** Null until it is known, in steps that have none, and in builds of versions that did not keep it. */
    private String stateBucket;

    /** Name of an {@link Initialised}; null until it is asked for, and in builds of versions that always ran init. */
    private String initialised;

    /** Plain values; null in operations that decide nothing, and until they do. */
    private HashMap<String, String> decided;

    private boolean begun;

    /** Whether the image is claimed already; false in builds of versions that claimed none. */
    private boolean held;

    private volatile Throwable stopCause;
    private transient volatile ToolSession<T> session;
    private transient AwsPorts ports;
    private transient Instant stopAskedAt;

    ToolExecution(StepContext context, ToolParameters parameters) {
        super(context);
        this.parameters = parameters;
    }

    /**
     * Makes the operation; the same one whenever it is called for the same step. May read the workspace, and ask AWS the first
     * time; later a tool may run, which is to be looked at and stopped whether AWS answers or not.
     */
    abstract Operation<T> operation(ToolWork work) throws IOException, InterruptedException;

    /** What the pipeline gets: maps, lists, strings and numbers. */
    abstract Object result(ToolWork work, T value) throws IOException, InterruptedException;

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
        return new Memory() {
            @Override
            public Map<String, String> recall() {
                return decided == null ? Map.of() : Map.copyOf(decided);
            }

            @Override
            public void keep(Map<String, String> values) {
                decided = new HashMap<>(values);
                save();
            }
        };
    }

    /** Where the state is. The bucket is looked at, or made, once. */
    final Backend backend(ToolWork work, boolean createStateBucket) throws IOException {
        if (stateBucket == null) {
            stateBucket = StateHome.prepared(work, createStateBucket);
            save();
        }
        return StateHome.in(stateBucket, work);
    }

    /** Claims the image that is to be deployed, once. Asks AWS. */
    void hold(ToolWork work, String amiId, Duration lifetime) throws AbortException {
        if (!held) {
            StepClaims.hold(work, amiId, lifetime);
            held = true;
            save();
        }
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
        return recipesDirectory;
    }

    /** The bucket of the state, once {@link #backend} was asked for it. */
    final String stateBucket() {
        return stateBucket;
    }

    /** Whether Terraform's init is left out. Decided once: by then init may be running. */
    final Initialised initialised(ToolWork work, StackRequest request) throws IOException, InterruptedException {
        if (initialised == null) {
            FilePath record = work.workspace().child(request.recordPath());
            String text = begun || !record.exists() ? "" : AgentFiles.text(record);
            initialised =
                    Initialised.of(text, request.backend(), new JacksonParser()).name();
            save();
        }
        return Initialised.valueOf(initialised);
    }

    @Override
    public boolean start() throws Exception {
        FilePath workspace = context().get(FilePath.class);
        node = FilePathUtils.getNodeName(workspace);
        remote = workspace.getRemote();
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
        if (stopCause == null) {
            stopCause = cause;
            save();
        }
        lookSoon();
    }

    @Override
    boolean look() throws Exception {
        if (stopCause == null && clock().instant().isAfter(startedAt().plus(parameters.timeout()))) {
            stopCause = new AbortException(
                    "not done within " + parameters.timeout().toMinutes() + " min, so it was stopped");
        }
        if (stopCause != null && !begun) {
            return failStopped(List.of());
        }
        FilePath workspace = AgentWorkplace.find(node, remote);
        if (workspace == null) {
            return away(null);
        }
        try (Timeout limit = Timeout.limit(LOOK_SECONDS, TimeUnit.SECONDS)) {
            return lookAt(workspace);
        } catch (AgentUnreachable unreachable) {
            return away(unreachable.getCause());
        } catch (IOException | InterruptedException unreachable) {
            if (unreachable instanceof AbortException && !begun) {
                throw unreachable;
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
            session = begin(workspace);
        }
        Optional<Outcome<T>> outcome = look(session);
        if (session.isAskedToEnd() && stopAskedAt == null) {
            stopAskedAt = clock().instant();
            listener()
                    .getLogger()
                    .println("Asking " + session.name() + " to end; it has "
                            + session.command().tool().graceTime().toMinutes() + " min to do so cleanly");
        }
        absence.over(node).ifPresent(this::log);
        overdue();
        return outcome.isPresent() && end(workspace, outcome.get());
    }

    /** Between two tools an operation may ask AWS; what AWS refuses then, it would refuse again. */
    private Optional<Outcome<T>> look(ToolSession<T> now) throws IOException, InterruptedException {
        try {
            return now.look(stopCause != null);
        } catch (AwsFailure refused) {
            if (refused.isFinal()) {
                return Optional.of(Outcome.failure(Outcome.Kind.FAILED, refused.diagnosis()));
            }
            throw refused;
        }
    }

    private ToolSession<T> begin(FilePath workspace) throws IOException, InterruptedException {
        ToolWork work = work(workspace);
        findRecipes(workspace);
        if (!begun) {
            EnvironmentFile.requireKnown(parameters, variablesText, workspace.child(recipesDirectory));
        }
        Operation<T> operation = operation(work);
        workspace.child(ToolWork.workDirectory(work.variables())).mkdirs();
        label(work.variables().app().app() + " in " + work.variables().app().environment());
        AgentWorkplace workplace = new AgentWorkplace(
                context(),
                workspace,
                directoryName(work.run()),
                parameters.access().inRegion(work.variables().region()),
                new ToolCredentials(ports.identity()),
                work.workDirectory() + "/logs/" + work.build());
        workplace.recallSecrets();
        if (!begun) {
            // Who may not have the keys is told so at once; later a tool depends on this step.
            workplace.refreshCredentials();
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

    /** A tool that was begun by a version without recipes of its own has those of the checkout. */
    private void findRecipes(FilePath workspace) throws IOException, InterruptedException {
        if (recipesDirectory == null) {
            recipesDirectory = begun ? workspace.getRemote() : AgentRecipes.directory(workspace, parameters.recipes());
            save();
        }
    }

    private ToolWork work(FilePath workspace) throws IOException, InterruptedException {
        if (variablesText == null) {
            variablesText = EnvironmentFile.read(workspace, parameters);
        }
        ToolWork work = ToolWork.of(context(), parameters, workspace, variablesText, startedAt(), ports, listener());
        ports = work.ports();
        return work;
    }

    /** The same after a restart, another one for every call of a step in every build. */
    private String directoryName(Run<?, ?> run) throws IOException, InterruptedException {
        String call = run.getExternalizableId() + " " + run.getStartTimeInMillis() + " "
                + context().get(FlowNode.class).getId();
        return "ami-deploy-" + hudson.Util.getDigestOf(call).substring(0, 12);
    }

    private boolean end(FilePath workspace, Outcome<T> outcome) throws IOException, InterruptedException {
        if (outcome instanceof Outcome.Success<T> success && stopCause == null) {
            Object result = result(work(workspace), success.value());
            cleanUp(workspace);
            succeed(result);
            return true;
        }
        cleanUp(workspace);
        if (!(outcome instanceof Outcome.Failure<T> failure)) {
            return failStopped(List.of());
        }
        return stopCause == null
                ? fail(failure.diagnosis())
                : failStopped(failure.diagnosis().lines());
    }

    /** @param said by the tool that was stopped */
    private boolean failStopped(List<String> said) {
        if (stopCause instanceof AbortException overtime) {
            return fail(Diagnosis.of(
                    Cause.DEADLINE,
                    overtime.getMessage(),
                    said,
                    "give the step more with timeoutMinutes, or see the log for what it waited for"));
        }
        said.forEach(this::log);
        return fail(stopCause);
    }

    private void cleanUp(FilePath workspace) {
        try {
            session.workplace().directory().deleteRecursive();
            launches.cleanUp(workspace);
        } catch (IOException | InterruptedException e) {
            log("Temporary files of the step stay on agent " + node + ": " + e);
        }
        ports.close();
    }

    /** Told once in every grace time: no force is used, since that would lose what the tool is doing. */
    private void overdue() throws IOException, InterruptedException {
        if (stopAskedAt != null
                && clock().instant()
                        .isAfter(stopAskedAt.plus(session.command().tool().graceTime()))) {
            stopAskedAt = clock().instant();
            listener()
                    .getLogger()
                    .println(session.name() + " takes longer to end than expected; ending it by force would"
                            + " lose what it is doing, so it is left to end by itself");
        }
    }

    private boolean away(Throwable why) throws Exception {
        session = null;
        AgentAbsence.Judgement judgement = absence.noticed(node, why, clock().instant());
        judgement.news().ifPresent(this::log);
        if (judgement.givenUp().isEmpty()) {
            return false;
        }
        Diagnosis lost = judgement.givenUp().get();
        return stopCause == null ? fail(lost) : failStopped(lost.lines());
    }

    @Override
    final String subject() {
        return parameters.environment();
    }

    @Override
    public String getStatus() {
        ToolSession<T> now = session;
        String what = now == null ? "waiting for agent " + AgentAbsence.name(node) : now.status();
        return stopCause == null ? what : what + "; was asked to end";
    }

    final Instant startedAt() {
        return Instant.ofEpochMilli(startedMillis);
    }

    final Clock clock() {
        return Clock.systemUTC();
    }
}
