package io.jenkins.plugins.amideploy.jenkins.tools;

import hudson.AbortException;
import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * That a step with tools is to end, and why: the build was stopped, or the step's own time is over. No force is ever used, since that would lose what the
 * tool is doing. Persisted with {@link ToolExecution}; when the tool was asked to end is not, so that after a restart its grace time begins anew.
 */
final class ToolStop implements Serializable {
    private static final long serialVersionUID = 1L;

    private volatile Throwable cause;
    private transient Instant askedAt;

    /** Whether nobody wanted it before. */
    boolean want(Throwable why) {
        boolean first = cause == null;
        if (first) {
            cause = why;
        }
        return first;
    }

    boolean isWanted() {
        return cause != null;
    }

    /** Null while the step may go on. */
    Throwable cause() {
        return cause;
    }

    /** Whether the step's own time is over, in words; empty where it was stopped for another reason. */
    Optional<String> overtime() {
        return cause instanceof AbortException overtime ? Optional.of(overtime.getMessage()) : Optional.empty();
    }

    /**
     * What to tell people while the tool is being ended: that it was asked to, and once in every grace time that it takes longer.
     *
     */
    Optional<String> news(ToolSession<?> session, Instant now) {
        if (!session.isAskedToEnd()) {
            return Optional.empty();
        }
        Duration grace = session.command().tool().graceTime();
        if (askedAt == null) {
            askedAt = now;
            return Optional.of(
                    "Asking " + session.name() + " to end; it has " + grace.toMinutes() + " min to do so cleanly");
        }
        if (now.isAfter(askedAt.plus(grace))) {
            askedAt = now;
            return Optional.of(session.name() + " takes longer to end than expected; ending it by force would"
                    + " lose what it is doing, so it is left to end by itself");
        }
        return Optional.empty();
    }
}
