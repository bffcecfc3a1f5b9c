package io.jenkins.plugins.amideploy.jenkins.run;

import hudson.Util;
import io.jenkins.plugins.amideploy.engine.diagnosis.Cause;
import io.jenkins.plugins.amideploy.engine.diagnosis.Diagnosis;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/**
 * Why a step of a build failed, in the parts of a diagnosis. Kept by {@link ReleaseAction}, for the build's page, its remote API and the end of its log.
 *
 * <p>Persisted in {@code build.xml} by field names; holds no secret.
 */
@ExportedBean(defaultVisibility = 3)
public final class FailedStep {
    private final String step;
    private final String node;
    private final String subject;
    private final String cause;
    private final String summary;
    private final ArrayList<String> evidence;
    private final String aftermath;
    private final String cure;
    private final String command;

    /**
     * @param step its function: {@code rolloutAsg}
     * @param node id of its node in the pipeline
     * @param subject environment or group that it is about
     */
    public FailedStep(String step, String node, String subject, Diagnosis why) {
        this.step = Objects.requireNonNull(step, "step");
        this.node = Objects.requireNonNull(node, "node");
        this.subject = Objects.requireNonNull(subject, "subject");
        this.cause = why.cause().name();
        this.summary = why.summary();
        this.evidence = new ArrayList<>(why.evidence());
        this.aftermath = why.aftermath();
        this.cure = why.cure();
        this.command = why.command();
    }

    @Exported
    public String getStep() {
        return step;
    }

    /** Id of the step's node, for whoever reads the pipeline's graph or its log. */
    @Exported
    public String getNode() {
        return node;
    }

    @Exported
    public String getSubject() {
        return subject;
    }

    /** Stable name, a section of docs/causes.md. */
    @Exported
    public String getCause() {
        return cause;
    }

    @Exported
    public String getSummary() {
        return summary;
    }

    @Exported
    public List<String> getEvidence() {
        return List.copyOf(evidence);
    }

    /** In what state things were left; may be empty. */
    @Exported
    public String getAftermath() {
        return Util.fixNull(aftermath);
    }

    /** What to do next; may be empty. */
    @Exported
    public String getCure() {
        return Util.fixNull(cure);
    }

    /** What does it, for a shell; may be empty. */
    @Exported
    public String getCommand() {
        return Util.fixNull(command);
    }

    /** For people, behind the headline: what the log says, without what to do. */
    public List<String> getShownEvidence() {
        return shown(summary, evidence, getAftermath());
    }

    /** What the log says of these between headline and cure: each once, and not without end. */
    public static List<String> shown(String summary, List<String> evidence, String aftermath) {
        return new Diagnosis(Cause.TOOL_FAILED, summary, evidence, aftermath, "", "")
                .lines().stream().skip(1).map(String::strip).toList();
    }

    /** As it stands on the step's own node. */
    String brief() {
        return NamedFailure.brief(diagnosis());
    }

    /** As it stands in the log. */
    List<String> lines() {
        return diagnosis().lines();
    }

    private Diagnosis diagnosis() {
        return new Diagnosis(Cause.valueOf(cause), summary, evidence, getAftermath(), getCure(), getCommand());
    }

    /** Whether another run of it makes this one a thing of the past. */
    boolean isOf(String otherStep, String otherSubject) {
        return step.equals(otherStep) && subject.equals(otherSubject);
    }

    @Override
    public String toString() {
        return step + " " + subject + " " + cause;
    }
}
