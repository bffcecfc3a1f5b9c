package io.jenkins.plugins.amideploy.engine;

import io.jenkins.plugins.amideploy.engine.diagnosis.Cause;
import io.jenkins.plugins.amideploy.engine.diagnosis.Diagnosis;
import java.util.Objects;

/**
 * A call to AWS that was not answered as hoped, in one line that a person can act on. Ports throw it, the engine decides by
 * {@link #kind()} and {@link #code()}, and no caller ever sees an exception of the AWS SDK.
 */
public final class AwsFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Sorts of failure, as far as what to do next differs. */
    public enum Kind {
        /** Nothing answers at the endpoint, or the connection broke. Later it may. */
        NO_ANSWER(true, Cause.NO_ANSWER),
        /** AWS asks for fewer calls, beyond what the client's own retries could absorb. */
        THROTTLED(true, Cause.THROTTLED),
        /** AWS itself failed (HTTP 5xx). */
        SERVER_ERROR(true, Cause.NO_ANSWER),
        /** Another activity of the same object is in the way; AWS says to try again. */
        BUSY(true, Cause.AWS_REFUSED),
        /** No credentials were found in the places where the client looks. */
        NO_CREDENTIALS(false, Cause.NO_CREDENTIALS),
        /** The credentials were valid once. */
        EXPIRED_CREDENTIALS(false, Cause.CREDENTIALS_EXPIRED),
        /** AWS does not know the credentials. */
        BAD_CREDENTIALS(false, Cause.CREDENTIALS_REFUSED),
        /** The credentials are known, and lack the permission for the action. */
        ACCESS_DENIED(false, Cause.ACCESS_DENIED),
        /** The object is not there. */
        NOT_FOUND(false, Cause.AWS_REFUSED),
        /** The endpoint does not offer the action, as emulators do not offer all. */
        NOT_SUPPORTED(false, Cause.AWS_REFUSED),
        /** AWS refuses the request as it is. */
        REFUSED(false, Cause.AWS_REFUSED);

        private final boolean passing;
        private final Cause general;

        Kind(boolean passing, Cause general) {
            this.passing = passing;
            this.general = general;
        }

        /** The cause where nothing more is known. */
        public Cause general() {
            return general;
        }

        /** Whether the same call may succeed a little later with nothing changed by people. */
        public boolean passing() {
            return passing;
        }
    }

    private final Kind kind;
    private final String action;
    private final String code;
    private final Diagnosis why;

    /**
     * @param action the AWS action, as IAM writes it: {@code autoscaling:StartInstanceRefresh}
     * @param code the error code of AWS; empty when there was no answer
     * @param why named, with what was seen and what to do next
     */
    public AwsFailure(Kind kind, String action, String code, Diagnosis why, Throwable cause) {
        super(why.line(), cause);
        this.kind = Objects.requireNonNull(kind, "kind");
        this.action = Objects.requireNonNull(action, "action");
        this.code = Objects.requireNonNull(code, "code");
        this.why = why;
    }

    /** One of which only a line is known. */
    public AwsFailure(Kind kind, String action, String code, String message, Throwable cause) {
        this(kind, action, code, Diagnosis.of(kind.general, message), cause);
    }

    /**
     * Whether the same call would be answered the same again, until people change something. A refusal without AWS's code is
     * the client's own, such as a call that was cut short.
     */
    public boolean isFinal() {
        return !kind.passing() && (kind != Kind.REFUSED || !code.isEmpty());
    }

    public Kind kind() {
        return kind;
    }

    /** Named, for whoever ends with it. */
    public Diagnosis diagnosis() {
        return why;
    }

    public String action() {
        return action;
    }

    public String code() {
        return code;
    }
}
