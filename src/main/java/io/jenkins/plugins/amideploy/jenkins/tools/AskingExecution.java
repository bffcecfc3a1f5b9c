package io.jenkins.plugins.amideploy.jenkins.tools;

import hudson.AbortException;
import hudson.FilePath;
import io.jenkins.plugins.amideploy.engine.AwsFailure;
import io.jenkins.plugins.amideploy.engine.diagnosis.Cause;
import io.jenkins.plugins.amideploy.jenkins.credentials.AwsPorts;
import io.jenkins.plugins.amideploy.jenkins.polling.PollingExecution;
import io.jenkins.plugins.amideploy.jenkins.run.NamedFailure;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import org.jenkinsci.plugins.workflow.steps.StepContext;

/**
 * A step that reads the variables file on the agent, and then only asks AWS, again where that does not answer: {@code findRelease}, {@code
 * unlockState}.
 *
 * <p>Persisted: the parameters and when it began. After a restart it is begun again.
 */
abstract class AskingExecution extends PollingExecution {
    private static final long serialVersionUID = 1L;

    private static final long PAUSE_MILLIS = 5_000;

    private final ToolParameters parameters;
    private long startedMillis;
    private transient AwsPorts ports;
    private transient String status;

    AskingExecution(StepContext context, ToolParameters parameters) {
        super(context);
        this.parameters = parameters;
    }

    /**
     * Does what the step is for; may be called again where it throws an {@link AwsFailure} that passes.
     *
     * @return what the pipeline gets
     */
    abstract Object ask(ToolWork work) throws IOException, InterruptedException;

    final ToolParameters parameters() {
        return parameters;
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
            succeed(ask(work(workspace)));
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

    final Instant startedAt() {
        return Instant.ofEpochMilli(startedMillis);
    }

    @Override
    protected String subject() {
        return parameters.environment();
    }

    @Override
    public String getStatus() {
        return status == null ? "about to ask AWS" : status;
    }
}
