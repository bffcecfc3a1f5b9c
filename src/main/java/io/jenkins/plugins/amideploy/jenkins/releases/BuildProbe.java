package io.jenkins.plugins.amideploy.jenkins.releases;

import hudson.model.Job;
import hudson.model.Run;
import io.jenkins.plugins.amideploy.engine.release.EnvironmentClaims.Life;
import io.jenkins.plugins.amideploy.engine.release.EnvironmentClaims.Probe;
import io.jenkins.plugins.amideploy.engine.release.Run.Owner;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import jenkins.model.Jenkins;

/** Knows of builds of this controller whether they live. Of others, and of the command line, it knows nothing. */
public final class BuildProbe implements Probe {
    @Override
    public Life of(Owner owner) {
        if (!owner.host().isEmpty() || !isOfThisController(owner)) {
            return Life.UNKNOWN;
        }
        Run<?, ?> run = run(owner.buildUrl());
        return run != null && run.isBuilding() ? Life.LIVES : Life.DEAD;
    }

    /** Also a controller that was lost and set up anew: it is found under its address, and its builds are gone. */
    private static boolean isOfThisController(Owner owner) {
        String root = Jenkins.get().getRootUrl();
        return owner.boot().equals(BuildOwner.controller())
                || root != null && owner.buildUrl().startsWith(root);
    }

    /** The build of a page; null where there is none any more. */
    private static Run<?, ?> run(String url) {
        List<String> names = new ArrayList<>();
        String[] parts = path(url).split("/");
        int last = parts.length - 1;
        // job/<folder>/job/<name>/<number>, behind whatever path the controller itself has.
        for (int at = last - 1; at > 0 && parts[at - 1].equals("job"); at -= 2) {
            names.add(0, parts[at]);
        }
        if (names.isEmpty() || !parts[last].matches("\\d{1,9}")) {
            return null;
        }
        Job<?, ?> job = Jenkins.get().getItemByFullName(String.join("/", names), Job.class);
        return job == null ? null : job.getBuildByNumber(Integer.parseInt(parts[last]));
    }

    private static String path(String url) {
        try {
            String path = URI.create(url).getPath();
            return path == null ? "" : path;
        } catch (IllegalArgumentException malformed) {
            return "";
        }
    }
}
