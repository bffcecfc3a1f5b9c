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
 * URL, how its waits stand, and why a step failed. Running steps put it together; one for each build, persisted in {@code build.xml}.
 */
@ExportedBean
public final class ReleaseAction extends InvisibleAction {
    private final CopyOnWriteList<ReleaseFact> facts = new CopyOnWriteList<>();

    /** Null in builds of versions that did not keep them. */
    private CopyOnWriteList<FailedStep> failures;

    private ReleaseAction() {}

    /** Keeps a fact in place of an earlier one of the same kind and subject. */
    public static void record(Run<?, ?> run, ReleaseFact fact) throws IOException {
        show(run, fact);
        run.save();
    }

    /** The same for what changes every few seconds: it is stored with what is stored next. */
    public static void show(Run<?, ?> run, ReleaseFact fact) {
        synchronized (ReleaseAction.class) {
            of(run).set(fact);
        }
    }

    /** Keeps why a step failed, in place of what the same step failed with before. */
    public static void failed(Run<?, ?> run, FailedStep failure) throws IOException {
        synchronized (ReleaseAction.class) {
            ReleaseAction action = of(run);
            action.forget(failure.getStep(), failure.getSubject());
            action.failures.add(failure);
        }
        run.save();
    }

    /** A step went well: what it failed with before, if it was tried before, is no more of interest. */
    public static void succeeded(Run<?, ?> run, String step, String subject) throws IOException {
        ReleaseAction action = run.getAction(ReleaseAction.class);
        if (action != null && action.getFailures().stream().anyMatch(known -> known.isOf(step, subject))) {
            synchronized (ReleaseAction.class) {
                action.forget(step, subject);
            }
            run.save();
        }
    }

    private static ReleaseAction of(Run<?, ?> run) {
        ReleaseAction action = run.getAction(ReleaseAction.class);
        if (action == null) {
            action = new ReleaseAction();
            run.addAction(action);
        }
        return action;
    }

    private void forget(String step, String subject) {
        failures = new CopyOnWriteList<>(getFailures().stream()
                .filter(known -> !known.isOf(step, subject))
                .toList());
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

    /** Why steps failed, the last one last. */
    @Exported(visibility = 2)
    public List<FailedStep> getFailures() {
        return failures == null ? List.of() : List.copyOf(failures.getView());
    }
}
