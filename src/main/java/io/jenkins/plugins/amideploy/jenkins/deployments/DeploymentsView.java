package io.jenkins.plugins.amideploy.jenkins.deployments;

import com.cloudbees.hudson.plugins.folder.AbstractFolder;
import hudson.model.Item;
import hudson.model.Job;
import java.util.List;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/** The environments of a folder's applications as the user who looks is shown them; made anew for each look. */
@ExportedBean
public final class DeploymentsView {
    private final Deployments deployments;
    private final List<EnvironmentView> environments;

    DeploymentsView(AbstractFolder<?> folder, Deployments deployments) {
        this.deployments = deployments;
        this.environments = deployments.environments().stream()
                .map(state -> view(folder, state))
                .toList();
    }

    private EnvironmentView view(AbstractFolder<?> folder, EnvironmentState state) {
        List<String> targets = deployments.environments().stream()
                .filter(other -> other.isBeside(state) && other.isRead() && isBuildable(folder, other))
                .filter(other -> other.isBehind(state))
                .map(EnvironmentState::name)
                .toList();
        return new EnvironmentView(state, state.isRead() && isBuildable(folder, state), targets);
    }

    private static boolean isBuildable(AbstractFolder<?> folder, EnvironmentState state) {
        return AskedBuild.job(folder, state)
                .filter(Job::isBuildable)
                .filter(job -> job.hasPermission(Item.BUILD))
                .isPresent();
    }

    @Exported
    public List<EnvironmentView> getEnvironments() {
        return environments;
    }

    /** One line each, where environments could not be found. */
    @Exported
    public List<String> getProblems() {
        return deployments.problems();
    }

    /** RFC 3339: a page shows what was read some seconds ago at most. */
    @Exported
    public String getReadAt() {
        return deployments.readAt().toString();
    }

    public String getReadAtText() {
        return Texts.moment(deployments.readAt());
    }

    /** Whether the folder is of one application, as most are, so that its name need not stand everywhere. */
    public boolean isOfOneApp() {
        return environments.stream().map(EnvironmentView::getApp).distinct().count() <= 1;
    }
}
