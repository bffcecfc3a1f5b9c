package io.jenkins.plugins.amideploy.jenkins.run;

import hudson.model.InvisibleAction;
import hudson.model.Run;
import hudson.util.CopyOnWriteList;
import java.io.IOException;
import java.util.List;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/**
 * What a build has released so far, on its page ({@code summary.jelly}) and in its remote API: image, plan, launch template,
 * URL, and how its waits stand. Running steps put it together; one for each build, persisted in {@code build.xml}.
 */
@ExportedBean
public final class ReleaseAction extends InvisibleAction {
    private final CopyOnWriteList<ReleaseFact> facts = new CopyOnWriteList<>();

    private ReleaseAction() {}

    /** Keeps a fact in place of an earlier one of the same kind and subject. */
    public static void record(Run<?, ?> run, ReleaseFact fact) throws IOException {
        show(run, fact);
        run.save();
    }

    /** The same for what changes every few seconds: it is stored with what is stored next. */
    public static void show(Run<?, ?> run, ReleaseFact fact) {
        synchronized (ReleaseAction.class) {
            ReleaseAction action = run.getAction(ReleaseAction.class);
            if (action == null) {
                action = new ReleaseAction();
                run.addAction(action);
            }
            action.set(fact);
        }
    }

    private void set(ReleaseFact fact) {
        List<ReleaseFact> all = facts.getView().stream()
                .map(known -> known.isAbout(fact) ? fact : known)
                .collect(java.util.stream.Collectors.toCollection(java.util.ArrayList::new));
        if (!all.contains(fact)) {
            all.add(fact);
        }
        facts.replaceBy(all);
    }

    /** In the order in which they became known. */
    @Exported(visibility = 2)
    public List<ReleaseFact> getFacts() {
        return List.copyOf(facts.getView());
    }
}
