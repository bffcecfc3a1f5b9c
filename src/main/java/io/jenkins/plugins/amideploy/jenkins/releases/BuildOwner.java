package io.jenkins.plugins.amideploy.jenkins.releases;

import hudson.Util;
import hudson.model.Run;
import io.jenkins.plugins.amideploy.engine.release.Run.Owner;
import jenkins.model.Jenkins;

/** Who a build is to others that work on the same environments: as tags name it, and as the claim of an environment does. */
public final class BuildOwner {
    private BuildOwner() {}

    /** Characters of a job's name: names of files have at most 255 bytes, and tags 256 characters, in which other things stand, too. */
    private static final int LONGEST = 150;

    /** The job and the build's number, as tags and file names allow them. */
    public static String id(Run<?, ?> run) {
        return "jenkins-" + name(run.getParent().getFullName()) + "-" + run.getNumber();
    }

    /** Of a job deep in folders the end, behind what tells it from others with the same one. */
    static String name(String fullName) {
        String plain = fullName.replaceAll("[^A-Za-z0-9_.-]", "-");
        return plain.length() <= LONGEST
                ? plain
                : Util.getDigestOf(fullName).substring(0, 8) + "-" + plain.substring(plain.length() - LONGEST + 9);
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
