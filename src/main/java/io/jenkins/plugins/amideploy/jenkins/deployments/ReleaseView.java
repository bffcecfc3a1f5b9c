package io.jenkins.plugins.amideploy.jenkins.deployments;

import hudson.Util;
import io.jenkins.plugins.amideploy.engine.release.Begin;
import io.jenkins.plugins.amideploy.engine.release.End;
import io.jenkins.plugins.amideploy.engine.release.Facts;
import io.jenkins.plugins.amideploy.engine.release.Facts.Name;
import io.jenkins.plugins.amideploy.engine.release.History;
import io.jenkins.plugins.amideploy.engine.release.Release;
import io.jenkins.plugins.amideploy.jenkins.run.FailedStep;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/** A release as the Deployments page and its remote API show it. What it says comes from a record, which is not trusted: views escape it. */
@ExportedBean(defaultVisibility = 3)
public final class ReleaseView {
    /** As Git shows them. */
    private static final int SHORT_COMMIT = 8;

    private static final String QUEUED =
            "A build is queued, which asks for approval where the environment requires it.";

    private final Release release;
    private final boolean isLive;
    private final boolean isOffered;

    /**
     * @param isLive whether the run that works on the environment is this release's
     * @param isOffered whether the user may go back to it
     */
    ReleaseView(Release release, boolean isLive, boolean isOffered) {
        this.release = release;
        this.isLive = isLive;
        this.isOffered = isOffered;
    }

    @Exported
    public int getNumber() {
        return release.number();
    }

    /** {@code deployment}, {@code promotion} or {@code rollback}. */
    @Exported
    public String getKind() {
        return begin().kind().word();
    }

    /** The release that its image is of: {@code demo 7}; empty for a deployment. */
    @Exported
    public String getSource() {
        return begin().source().map(Begin.Source::text).orElse("");
    }

    /** {@code healthy}, {@code unchanged}, {@code failed}, {@code aborted}, {@code running} or {@code crashed}. */
    @Exported
    public String getResult() {
        return History.word(release, isLive);
    }

    /** RFC 3339. */
    @Exported
    public String getStartedAt() {
        return begin().startedAt().toString();
    }

    /** RFC 3339; empty where it has no end. */
    @Exported
    public String getEndedAt() {
        return release.end().map(end -> end.endedAt().toString()).orElse("");
    }

    /** Null where it has no end. */
    @Exported
    public Long getSeconds() {
        return release.took().map(Duration::toSeconds).orElse(null);
    }

    @Exported
    public String getBuild() {
        return begin().build();
    }

    /** Page of the build; empty where it has none that a browser may be sent to. */
    @Exported
    public String getBuildUrl() {
        return begin().buildUrl().matches("https?://\\S+") ? begin().buildUrl() : "";
    }

    @Exported
    public String getImageId() {
        return release.imageId();
    }

    /** Commit of the application; before that is known, the one that the run has checked out. */
    @Exported
    public String getCommit() {
        String commit = facts().text(Name.COMMIT);
        return commit.isEmpty() ? begin().runCommit() : commit;
    }

    @Exported
    public String getVersion() {
        return facts().text(Name.APP_VERSION);
    }

    /** Name of why it did not succeed, a section of docs/causes.md; empty where it did, and where that has no name. */
    @Exported
    public String getCause() {
        return why(End.Failure::cause);
    }

    /** Why it did not succeed, in one line; empty where it did. */
    @Exported
    public String getFailure() {
        return why(End.Failure::summary);
    }

    /** What was seen, a line each. */
    @Exported
    public List<String> getEvidence() {
        return failure().map(End.Failure::evidence).orElse(List.of());
    }

    /** For people: those and the aftermath as the log says them. */
    public List<String> getShownEvidence() {
        return FailedStep.shown(getFailure(), getEvidence(), getAftermath());
    }

    /** In what state things were left; may be empty. */
    @Exported
    public String getAftermath() {
        return why(End.Failure::aftermath);
    }

    /** What to do about that; may be empty. */
    @Exported
    public String getCure() {
        return why(End.Failure::cure);
    }

    /** What does it, for a shell; may be empty. */
    @Exported
    public String getCommand() {
        return why(End.Failure::command);
    }

    private String why(Function<End.Failure, String> part) {
        return failure().map(part).orElse("");
    }

    private Optional<End.Failure> failure() {
        return release.end().flatMap(End::failure);
    }

    /** Seconds by phase. */
    @Exported
    public Map<String, Long> getPhases() {
        return facts().phases();
    }

    /** Whether the environment ran it, proven healthy. */
    @Exported
    public boolean isProven() {
        return release.isProven();
    }

    /** Whether the page has a button that goes back to it. */
    public boolean isOffered() {
        return isOffered;
    }

    public String getShortCommit() {
        return getCommit().length() > SHORT_COMMIT ? getCommit().substring(0, SHORT_COMMIT) : getCommit();
    }

    /** How long ago it ended, or began where it has no end. */
    public String getAgo() {
        Instant at = release.end().map(End::endedAt).orElse(begin().startedAt());
        return Texts.ago(at);
    }

    /** When exactly, for a tooltip. */
    public String getTimes() {
        return Texts.moment(begin().startedAt())
                + release.end().map(end -> " – " + Texts.moment(end.endedAt())).orElse("");
    }

    public String getTook() {
        return release.took()
                .map(took -> Util.getTimeSpanString(Math.max(0, took.toMillis())))
                .orElse("");
    }

    /** {@code deploy #7} for a build of a Jenkins, else the id of the run. */
    public String getBuildName() {
        return Texts.buildName(getBuild(), getBuildUrl());
    }

    /** {@code promotion of demo 7}, {@code rollback to release 9} or {@code deployment}. */
    public String getKindText() {
        return begin().source()
                .map(from -> getKind()
                        + (begin().kind() == Begin.Kind.ROLLBACK
                                ? " to release " + from.number()
                                : " of " + from.text()))
                .orElse(getKind());
    }

    /** How it ended, for the newest that did not succeed: {@code Release 12 failed 3 min ago: PATH_CLOSED: …}. */
    public String getText() {
        return "Release " + getNumber() + " " + getResult() + " " + getAgo()
                + (getCause().isEmpty() ? "" : ": " + getCause())
                + (getFailure().isEmpty() ? "" : ": " + getFailure());
    }

    /** Asked before the environment is taken back to it. */
    public String getRollBackMessage() {
        return begin().app().environment() + " gets " + title() + " again. " + QUEUED;
    }

    /** Asked before another environment gets its image. */
    public String promoteMessage(String target) {
        return target + " gets the image of " + begin().app().environment() + " " + title() + ". " + QUEUED;
    }

    /** {@code release 9 (1.4.2, commit 1a2b3c4d, ami-0abc)}. */
    private String title() {
        String version = getVersion().isEmpty() ? "" : getVersion() + ", ";
        String commit = getShortCommit().isEmpty() ? "" : "commit " + getShortCommit() + ", ";
        return "release " + getNumber() + " (" + version + commit + getImageId() + ")";
    }

    /** Name of one of Jenkins' classes for colours. */
    public String getColor() {
        return switch (getResult()) {
            case "healthy" -> "success-color";
            case "running" -> "accent-color";
            case "failed", "crashed" -> "error-color";
            case "aborted" -> "warning-color";
            default -> "text-color-secondary";
        };
    }

    private Begin begin() {
        return release.begin();
    }

    private Facts facts() {
        return release.facts();
    }
}
