package io.jenkins.plugins.amideploy.jenkins.waits;

import hudson.model.Run;
import io.jenkins.plugins.amideploy.engine.rollout.GroupReader;
import io.jenkins.plugins.amideploy.engine.rollout.GroupWriter;
import io.jenkins.plugins.amideploy.engine.rollout.Proof;
import io.jenkins.plugins.amideploy.engine.rollout.RolloutPoll;
import io.jenkins.plugins.amideploy.engine.rollout.RolloutRequest;
import io.jenkins.plugins.amideploy.engine.rollout.RolloutState;
import io.jenkins.plugins.amideploy.engine.rollout.RolloutStep;
import io.jenkins.plugins.amideploy.engine.rollout.ScaleInProtectedInstances;
import io.jenkins.plugins.amideploy.engine.rollout.StandbyInstances;
import io.jenkins.plugins.amideploy.engine.rollout.StartedRollout;
import io.jenkins.plugins.amideploy.jenkins.credentials.AwsAccess;
import io.jenkins.plugins.amideploy.jenkins.run.NamedFailure;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jenkinsci.plugins.workflow.steps.StepContext;

/**
 * {@code rolloutAsg} while it runs; persists what {@link WaitExecution} does, the refresh's options, and why it is to stop. A
 * step that is stopped has its refresh rolled back before it ends, as the command line does on Ctrl-C; to be stopped again
 * changes nothing, so that whatever comes next finds the group at rest.
 */
public final class RolloutExecution extends WaitExecution {
    private static final long serialVersionUID = 1L;

    private final Integer instanceWarmupSeconds;
    private final ArrayList<String> alarmNames;
    private final boolean rollback;

    /** False in builds of versions that had no such parameter. */
    private final boolean ignoreAlarms;

    /** Word of the API; null in builds of versions that had no such parameter: AWS's default. */
    private final String standbyInstances;

    /** The same. */
    private final String scaleInProtectedInstances;

    private volatile Throwable stopCause;
    private volatile boolean aborted;

    /** What runs that are over may have left under way; asked for at the first look, also after a restart. */
    private transient List<StartedRollout> abandoned;

    /**
     * @param instanceWarmupSeconds null: the group's own
     * @param standbyInstances word of the API; null: its default
     * @param scaleInProtectedInstances word of the API; null: its default
     */
    public RolloutExecution(
            StepContext context,
            AwsAccess access,
            WaitTarget target,
            Integer instanceWarmupSeconds,
            List<String> alarmNames,
            boolean rollback,
            boolean ignoreAlarms,
            String standbyInstances,
            String scaleInProtectedInstances) {
        super(context, access, target);
        this.instanceWarmupSeconds = instanceWarmupSeconds;
        this.alarmNames = new ArrayList<>(alarmNames);
        this.rollback = rollback;
        this.ignoreAlarms = ignoreAlarms;
        this.standbyInstances = standbyInstances;
        this.scaleInProtectedInstances = scaleInProtectedInstances;
    }

    @Override
    Map<String, String> begin(Instant now, Optional<Proof> earlier) {
        return RolloutState.begin(now, earlier).asMap();
    }

    @Override
    public void stop(Throwable cause) {
        if (!rollback) {
            log("Stopped without a rollback, as the step says; a refresh that it started goes on in AWS");
            endNow(cause);
            return;
        }
        if (stopCause != null) {
            return;
        }
        stopCause = cause;
        save();
        hurry();
    }

    @Override
    boolean lookAt(GroupReader reader, GroupWriter writer, Instant now) throws IOException, InterruptedException {
        if (abandoned == null) {
            abandoned = WaitReleases.rollsOut(context().get(Run.class), target().wanted());
        }
        RolloutPoll poll = new RolloutPoll(reader, writer, request());
        RolloutState before = RolloutState.fromMap(state());
        if (stopCause != null && !aborted) {
            log("Stopped: a refresh that this step started is rolled back");
            before = poll.abort(before, now);
            aborted = true;
        }
        RolloutStep step = poll.poll(before, now);
        remember(step.state().asMap());
        say(step.lines());
        return switch (step.action()) {
            case DONE -> {
                proven(target().wanted());
                yield true;
            }
            case FAILED -> stopCause == null ? failWith(step.state().failure()) : fail(stopCause);
            case START_REFRESH, CANCEL_REFRESH, ROLL_BACK, WAIT -> false;
        };
    }

    private RolloutRequest request() throws IOException {
        try {
            return requestInWords();
        } catch (IllegalArgumentException noSuchWord) {
            throw NamedFailure.badInput(noSuchWord.getMessage(), "");
        }
    }

    private RolloutRequest requestInWords() throws IOException {
        return new RolloutRequest(
                target().wanted(),
                policy(),
                instanceWarmupSeconds,
                alarmNames,
                rollback,
                RolloutRequest.DEFAULT_ROLLBACK_DEADLINE,
                standbyInstances == null ? StandbyInstances.WAIT : StandbyInstances.of(standbyInstances),
                scaleInProtectedInstances == null
                        ? ScaleInProtectedInstances.WAIT
                        : ScaleInProtectedInstances.of(scaleInProtectedInstances),
                ignoreAlarms,
                abandoned);
    }
}
