package io.jenkins.plugins.amideploy.jenkins.releases;

import hudson.model.Run;
import io.jenkins.plugins.amideploy.engine.release.Run.Owner;
import jenkins.model.Jenkins;

/** Who a build is to others that work on the same environments: as tags name it, and as the claim of an environment does. */
public final class BuildOwner {
    private BuildOwner() {}

    /** The job and the build's number, as tags and file names allow them. */
    public static String id(Run<?, ?> run) {
        return "jenkins-" + run.getParent().getFullName().replaceAll("[^A-Za-z0-9_.-]", "-") + "-" + run.getNumber();
    }

    /** As it stands in the claim. The controller's own id is in it too, for one that does not know its address. */
    public static Owner of(Run<?, ?> run) {
        return new Owner(id(run), url(run), "", controller(), 0, "");
    }

    /** The build's page; on a controller that does not know its own address, the path below it. */
    static String url(Run<?, ?> run) {
        String root = Jenkins.get().getRootUrl();
        return (root == null ? "" : root) + run.getUrl();
    }

    /** Stays the same over restarts, and under another address. */
    static String controller() {
        return Jenkins.get().getLegacyInstanceId();
    }
}
