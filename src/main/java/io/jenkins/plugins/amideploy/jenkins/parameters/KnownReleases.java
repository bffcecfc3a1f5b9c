package io.jenkins.plugins.amideploy.jenkins.parameters;

import hudson.model.Item;
import hudson.model.Job;
import io.jenkins.plugins.amideploy.engine.release.End;
import io.jenkins.plugins.amideploy.engine.release.Facts.Name;
import io.jenkins.plugins.amideploy.engine.release.Release;
import io.jenkins.plugins.amideploy.jenkins.deployments.Deployments;
import io.jenkins.plugins.amideploy.jenkins.deployments.EnvironmentState;
import io.jenkins.plugins.amideploy.jenkins.deployments.Records;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.kohsuke.stapler.Stapler;
import org.kohsuke.stapler.StaplerRequest2;
import org.springframework.security.access.AccessDeniedException;

/** What the parameters of a job can offer: environments and releases of its folder. Only for users who may build the job, since AWS is asked with the folder's keys. */
public final class KnownReleases {
    /** Releases of each environment: more than anybody goes back. */
    private static final int OFFERED = 20;

    private static final int SHORT_COMMIT = 7;
    private static final Logger LOGGER = Logger.getLogger(KnownReleases.class.getName());

    private KnownReleases() {}

    /**
     * A release to choose. Public with getters, since a view reads it.
     *
     * @param value {@code prod 12}
     * @param text with version, commit and since when it has been healthy
     */
    public record Choice(String value, String text) {
        public String getValue() {
            return value;
        }

        public String getText() {
            return text;
        }
    }

    /** Environments that exist; none where nothing is known or the user may not know. */
    static List<String> environments() {
        return states().stream().map(EnvironmentState::name).distinct().toList();
    }

    /** Proven releases of all environments, newest first in each. */
    static List<Choice> releases() {
        List<Choice> choices = new ArrayList<>();
        states().forEach(state -> state.history().releases().stream()
                .filter(Release::isProven)
                .limit(OFFERED)
                .map(KnownReleases::choice)
                .forEach(choices::add));
        return choices;
    }

    private static Choice choice(Release release) {
        String value = release.begin().app().environment() + " " + release.number();
        String version = release.facts().text(Name.APP_VERSION);
        String commit = release.facts().text(Name.COMMIT);
        return new Choice(
                value,
                value
                        + (version.isEmpty() ? "" : ": version " + version)
                        + (commit.isEmpty()
                                ? ""
                                : ", commit " + commit.substring(0, Math.min(SHORT_COMMIT, commit.length())))
                        + release.end()
                                .map(End::endedAt)
                                .map(at -> ", healthy since " + at)
                                .orElse(""));
    }

    private static List<EnvironmentState> states() {
        StaplerRequest2 request = Stapler.getCurrentRequest2();
        Job<?, ?> job = request == null ? null : request.findAncestorObject(Job.class);
        if (job == null || !job.hasPermission(Item.BUILD)) {
            return List.of();
        }
        try {
            Deployments known = Records.of(job.getParent());
            return known.environments();
        } catch (AccessDeniedException notHis) {
            return List.of();
        } catch (RuntimeException unread) {
            // A form must show itself also where AWS does not answer: then the field is for text.
            LOGGER.log(Level.INFO, unread, () -> "Nothing is offered in the form of " + job.getFullName());
            return List.of();
        }
    }
}
