package io.jenkins.plugins.amideploy.jenkins.releases;

import hudson.model.Run;
import io.jenkins.plugins.amideploy.engine.AppId;
import io.jenkins.plugins.amideploy.engine.diagnosis.Cause;
import io.jenkins.plugins.amideploy.engine.release.Begin;
import io.jenkins.plugins.amideploy.engine.release.Release;
import io.jenkins.plugins.amideploy.engine.release.ReleaseStore;
import io.jenkins.plugins.amideploy.jenkins.run.NamedFailure;
import java.time.Instant;
import java.util.Optional;

/**
 * Rule: a build that waited while a newer one of its job deployed does not deploy any more, as with Jenkins' {@code milestone}: it would take the environment back
 * to what was before. For {@link ReleaseRecorder}, which has the environment when it asks.
 */
final class NewerBuild {
    private NewerBuild() {}

    /**
     * Asks AWS.
     *
     * @throws NamedFailure where a newer build of the job began a release after this build began
     */
    static void refuse(Run<?, ?> run, AppId app, ReleaseStore store) throws NamedFailure {
        Optional<Begin> newer = store.recent().stream()
                .map(Release::begin)
                .filter(begin -> isNewer(begin, run))
                .findFirst();
        if (newer.isPresent()) {
            throw new NamedFailure(
                    Cause.ENVIRONMENT_HELD,
                    app.environment() + " was deployed to by a newer build of this job while this one, #"
                            + run.getNumber() + ", waited: release "
                            + newer.get().number() + " is of " + newer.get().buildUrl(),
                    "start a new build: this one would take the environment back to what was before");
        }
    }

    /** A job that was made anew counts from 1 again: what was before the build is no newer one's. */
    private static boolean isNewer(Begin begin, Run<?, ?> run) {
        String job = BuildOwner.url(run).replaceFirst("\\d+/$", "");
        String number = begin.buildUrl().startsWith(job)
                ? begin.buildUrl().substring(job.length()).replaceFirst("/$", "")
                : "";
        return number.matches("\\d{1,9}")
                && Integer.parseInt(number) > run.getNumber()
                && !begin.startedAt().isBefore(Instant.ofEpochMilli(run.getStartTimeInMillis()));
    }
}
