package io.jenkins.plugins.amideploy.jenkins.run;

import hudson.AbortException;
import io.jenkins.plugins.amideploy.engine.AwsFailure;
import io.jenkins.plugins.amideploy.engine.diagnosis.Cause;
import io.jenkins.plugins.amideploy.engine.diagnosis.Diagnosis;
import java.util.List;
import java.util.Optional;

/**
 * Ends a step with a named cause. Thrown anywhere in a step's work; the step ends with a plain {@link AbortException} in its place, so that no class of
 * this plugin is stored with the build's nodes.
 */
public final class NamedFailure extends AbortException {
    private static final long serialVersionUID = 1L;

    /** Characters of a step's error: views of a pipeline show about two lines of it. */
    private static final int LONGEST = 200;

    /** Null after a restart: then the message is all that is known. */
    private final transient Diagnosis why;

    public NamedFailure(Diagnosis why) {
        super(why.line());
        this.why = why;
    }

    /** A cause of which a line is known. @param cure what to do next; may be empty */
    public NamedFailure(Cause cause, String summary, String cure) {
        this(Diagnosis.of(cause, summary, List.of(), cure));
    }

    /** What the caller gave is wrong. @param cure what to give instead; may be empty */
    public static NamedFailure badInput(String summary, String cure) {
        return new NamedFailure(Cause.BAD_INPUT, summary, cure);
    }

    /** The name of what a step failed with; empty for defects, whose stack trace says more, and for stops. */
    public static Optional<Diagnosis> diagnosis(Throwable failure) {
        if (failure instanceof NamedFailure named && named.why != null) {
            return Optional.of(named.why);
        }
        if (failure instanceof AwsFailure refused) {
            return Optional.of(refused.diagnosis());
        }
        return failure instanceof AbortException && failure.getMessage() != null
                ? Optional.of(Diagnosis.of(Cause.TOOL_FAILED, failure.getMessage()))
                : Optional.empty();
    }

    /** The cause for where there is room for two lines: a step's own error. */
    public static String brief(Diagnosis why) {
        String headline = why.headline();
        if (headline.length() <= LONGEST) {
            return headline;
        }
        int end = headline.lastIndexOf(' ', LONGEST - 2);
        return headline.substring(0, end <= 0 ? LONGEST - 2 : end) + " …";
    }
}
