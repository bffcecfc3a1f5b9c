package io.jenkins.plugins.amideploy.jenkins.deployments;

import io.jenkins.plugins.amideploy.engine.release.Run;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/** The run that works on an environment, as the Deployments page and its remote API show it. */
@ExportedBean(defaultVisibility = 3)
public final class RunView {
    private final Run run;

    RunView(Run run) {
        this.run = run;
    }

    @Exported
    public String getBuild() {
        return run.owner().build();
    }

    /** Page of the build; empty where it has none that a browser may be sent to. */
    @Exported
    public String getBuildUrl() {
        return run.owner().buildUrl().matches("https?://\\S+") ? run.owner().buildUrl() : "";
    }

    /** Computer that it runs on; empty for a build. */
    @Exported
    public String getHost() {
        return run.owner().host();
    }

    /** RFC 3339. */
    @Exported
    public String getSince() {
        return run.since().toString();
    }

    /** RFC 3339: when it last said that it lives. */
    @Exported
    public String getSeenAt() {
        return run.seenAt().toString();
    }

    /** Number of its release; 0 before there is one. */
    @Exported
    public int getRelease() {
        return run.release();
    }

    public String getBuildName() {
        return Texts.buildName(getBuild(), getBuildUrl());
    }

    /** What it does, behind its name. */
    public String getText() {
        return (getHost().isEmpty() ? "" : "on " + getHost() + " ") + "works on "
                + (run.release() == 0 ? "it" : "release " + run.release()) + ", begun " + Texts.ago(run.since());
    }

    /** When exactly, for a tooltip. */
    public String getTimes() {
        return Texts.moment(run.since()) + ", last seen " + Texts.moment(run.seenAt());
    }
}
