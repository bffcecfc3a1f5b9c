package io.jenkins.plugins.amideploy.jenkins.releases;

import hudson.Extension;
import hudson.model.Computer;
import hudson.model.Run;
import hudson.model.listeners.RunListener;

/**
 * Ends the releases of a build that is over: nobody else owns the whole of it. Jenkins tells on the thread that ran the pipeline, so AWS is asked
 * on another.
 */
@Extension
public final class ReleaseListener extends RunListener<Run<?, ?>> {
    @Override
    public void onFinalized(Run<?, ?> run) {
        OpenReleases.of(run).stream()
                .filter(open -> !open.isClosed())
                .forEach(open -> Computer.threadPoolForRemoting.execute(() -> ReleaseEnds.over(run, open)));
    }
}
