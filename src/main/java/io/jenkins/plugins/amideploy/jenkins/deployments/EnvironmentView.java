package io.jenkins.plugins.amideploy.jenkins.deployments;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import io.jenkins.plugins.amideploy.engine.Outcome;
import io.jenkins.plugins.amideploy.engine.release.Release;
import java.util.List;
import java.util.OptionalInt;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/** An environment as the Deployments page and its remote API show it to the user who looks. */
@ExportedBean(defaultVisibility = 2)
public final class EnvironmentView {
    /** Rows of its history that are shown until one asks for all of them. */
    private static final int ROWS = 15;

    private final EnvironmentState state;
    private final boolean isBuildable;
    private final List<String> targets;
    private final List<ReleaseView> releases;

    /**
     * @param isBuildable whether the user may build the job that deploys it
     * @param targets environments that the user may promote its release to
     */
    EnvironmentView(EnvironmentState state, boolean isBuildable, List<String> targets) {
        this.state = state;
        this.isBuildable = isBuildable;
        this.targets = targets;
        this.releases = state.history().releases().stream().map(this::view).toList();
    }

    @Exported
    public String getName() {
        return state.name();
    }

    @Exported
    public String getApp() {
        return state.home().app();
    }

    /** Why its records could not be read, in one line; empty where they were. */
    @Exported
    public String getProblem() {
        return state.problem();
    }

    @Exported
    public String getBucket() {
        return state.home().bucket();
    }

    /** Name of the job in the folder that deployed it last; empty where none of this folder did. */
    @Exported
    public String getJob() {
        return state.job();
    }

    /** What runs; null where nothing was proven yet. */
    @CheckForNull
    @Exported
    public ReleaseView getCurrent() {
        return state.history().current().map(this::view).orElse(null);
    }

    /** What works on it; null where nothing does. */
    @CheckForNull
    @Exported
    public RunView getRun() {
        return state.run().map(RunView::new).orElse(null);
    }

    /** Newest first. */
    @Exported
    public List<ReleaseView> getReleases() {
        return releases;
    }

    /** The newest release where it is not the one that runs: it failed, crashed, or is on its way. Null: what runs is the newest. */
    @CheckForNull
    public ReleaseView getNewest() {
        ReleaseView newest = releases.isEmpty() ? null : releases.get(0);
        boolean runs = newest == null || newest.isProven() || newest.getResult().equals("unchanged");
        return runs ? null : newest;
    }

    /** What {@code Roll back} goes to; null where there is nothing, or the user may not. */
    @CheckForNull
    public ReleaseView getRollback() {
        return isBuildable && state.history().rollbackTarget(OptionalInt.empty()) instanceof Outcome.Success<Release> to
                ? view(to.value())
                : null;
    }

    /** Names of the environments that the user may promote what runs to. */
    public List<String> getTargets() {
        return targets;
    }

    public boolean isBuildable() {
        return isBuildable;
    }

    public List<ReleaseView> getRows() {
        return releases.subList(0, Math.min(ROWS, releases.size()));
    }

    public boolean isLonger() {
        return releases.size() > ROWS;
    }

    /** Data of the picture, see {@link PhaseChart}; empty where there is nothing to be drawn. */
    public String getChart() {
        return PhaseChart.of(releases);
    }

    private ReleaseView view(Release release) {
        boolean runs = state.history().current().filter(release::equals).isPresent();
        return new ReleaseView(release, state.isLive(release), isBuildable && release.isProven() && !runs);
    }
}
