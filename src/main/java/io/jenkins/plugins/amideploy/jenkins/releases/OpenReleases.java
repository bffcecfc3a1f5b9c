package io.jenkins.plugins.amideploy.jenkins.releases;

import hudson.model.InvisibleAction;
import hudson.model.Run;
import hudson.util.CopyOnWriteList;
import io.jenkins.plugins.amideploy.engine.AppId;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.logging.Level;
import java.util.logging.Logger;

/** The environments that a build has taken, with its releases; persisted in {@code build.xml}. One for each build. */
public final class OpenReleases extends InvisibleAction {
    private static final Logger LOGGER = Logger.getLogger(OpenReleases.class.getName());

    private final CopyOnWriteList<OpenRelease> releases = new CopyOnWriteList<>();

    private OpenReleases() {}

    /** All of a build, in the order in which they began. */
    public static List<OpenRelease> of(Run<?, ?> run) {
        OpenReleases action = run.getAction(OpenReleases.class);
        return action == null ? List.of() : List.copyOf(action.releases.getView());
    }

    /** The newest of a build for an application's environment, closed ones included. */
    public static Optional<OpenRelease> of(Run<?, ?> run, AppId app) {
        return newest(run, open -> open.app().equals(app));
    }

    /** The open one whose group this is. */
    public static Optional<OpenRelease> ofGroup(Run<?, ?> run, String groupName) {
        return newest(run, open -> !open.isClosed() && open.app().stackName().equals(groupName));
    }

    /** The one whose group this is, also if it is closed. */
    public static Optional<OpenRelease> lastOfGroup(Run<?, ?> run, String groupName) {
        return newest(run, open -> open.app().stackName().equals(groupName));
    }

    /** The open one of an environment, where the application is not known. */
    public static Optional<OpenRelease> ofEnvironment(Run<?, ?> run, String environment) {
        return newest(run, open -> !open.isClosed() && open.app().environment().equals(environment));
    }

    private static Optional<OpenRelease> newest(Run<?, ?> run, Predicate<OpenRelease> which) {
        return of(run).stream().filter(which).reduce((earlier, later) -> later);
    }

    static void add(Run<?, ?> run, OpenRelease open) {
        synchronized (OpenReleases.class) {
            OpenReleases action = run.getAction(OpenReleases.class);
            if (action == null) {
                action = new OpenReleases();
                run.addAction(action);
            }
            action.releases.add(open);
        }
        save(run);
    }

    /** Stores what was told. What cannot be stored now is with what is stored next. */
    public static void save(Run<?, ?> run) {
        try {
            run.save();
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, e, () -> "What " + run + " knows of its release is not stored");
        }
    }
}
