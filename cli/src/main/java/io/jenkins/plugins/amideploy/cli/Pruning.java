package io.jenkins.plugins.amideploy.cli;

import io.jenkins.plugins.amideploy.engine.Outcome;
import io.jenkins.plugins.amideploy.engine.teardown.Kept;
import io.jenkins.plugins.amideploy.engine.teardown.Leftover;
import io.jenkins.plugins.amideploy.engine.teardown.PrunePoll;
import io.jenkins.plugins.amideploy.engine.teardown.PruneState;
import io.jenkins.plugins.amideploy.engine.teardown.PruneStep;
import io.jenkins.plugins.amideploy.engine.teardown.TeardownPlan;
import io.jenkins.plugins.amideploy.engine.teardown.TeardownPlan.Removal;
import io.jenkins.plugins.amideploy.engine.tool.Progress;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Shows which images of an application nobody needs, and takes them away. */
final class Pruning {
    private final Session session;
    private final PrunePoll prune;

    /** @param keep for how many images an environment's newest proven releases count */
    Pruning(Session session, int keep) {
        this.session = session;
        this.prune = new PrunePoll(
                session.cloud().resourceReader(),
                session.cloud().resourceWriter(),
                StateHome.ledger(session),
                session.variables().app().app(),
                keep,
                PrunePoll.DEFAULT_DEADLINE);
    }

    /**
     * How it ended.
     *
     * @param dryRun whether nothing was to be removed
     * @param going what was to go
     * @param removed ids of what is gone
     * @param kept what stays and for whom, one line each
     * @param left what could not be removed or looked at, one line each
     */
    record Result(boolean dryRun, List<Removal> going, List<String> removed, List<String> kept, List<String> left) {
        /** For people. */
        String text() {
            return dryRun
                    ? going.size() + " would be removed, " + kept.size() + " kept"
                    : removed.size() + " removed, " + kept.size() + " kept";
        }

        /** For machines. */
        Map<String, Object> document() {
            Map<String, Object> document = new LinkedHashMap<>();
            document.put("dry_run", dryRun);
            document.put("going", going.stream().map(Result::document).toList());
            document.put("removed", removed);
            document.put("kept", kept);
            document.put("leftovers", left);
            return document;
        }

        private static Map<String, Object> document(Removal removal) {
            Map<String, Object> document = new LinkedHashMap<>();
            document.put("id", removal.resource().id());
            document.put("name", removal.resource().name());
            document.put("created", removal.resource().created());
            document.put("fingerprint", removal.fingerprint());
            document.put("snapshots", removal.resource().related());
            return document;
        }
    }

    /** Shows and removes nothing. */
    Result show() {
        TeardownPlan plan = shown();
        session.console().listed();
        return new Result(true, plan.removals(), List.of(), lines(plan.kept()), left(List.of(), plan.unread()));
    }

    /** Shows, asks where something goes, and removes. */
    Result remove(Approval approval) {
        TeardownPlan plan = shown();
        if (plan.removals().isEmpty()) {
            return new Result(false, List.of(), List.of(), lines(plan.kept()), left(List.of(), plan.unread()));
        }
        approval.require("remove " + count(plan.removals().size()) + "?");
        PruneStep end = sweep(PruneState.begin(plan, now()));
        return new Result(
                false, plan.removals(), end.removed(), lines(end.kept()), left(end.leftovers(), end.unread()));
    }

    private TeardownPlan shown() {
        TeardownPlan plan = prune.plan(now());
        plan.kept().forEach(kept -> session.console().listing("prune: " + kept.text()));
        plan.removals().forEach(removal -> session.console().listing("prune:   - " + removal.text()));
        plan.undecided().forEach(image -> session.console()
                .listing("prune: keeps " + image.text() + ": it could not be looked at who needs it"));
        return plan;
    }

    private static String count(int images) {
        return images == 1 ? "this image" : "these " + images + " images";
    }

    private PruneStep sweep(PruneState begun) {
        PruneState state = begun;
        while (true) {
            PruneStep step = prune.poll(state, now(), session.interrupts()::requested);
            state = step.state();
            step.lines().forEach(line -> session.console().progress(new Progress("prune", line)));
            if (step.over()) {
                return step;
            }
            if (session.interrupts().requested()) {
                throw new CommandFailure(
                        Outcome.Kind.INTERRUPTED,
                        "stopped while images were being removed: run prune again, which does the rest");
            }
            step.leftovers().stream().findFirst().ifPresent(left -> session.console()
                    .progress(new Progress(
                            "prune", "waiting until " + left.resource().text() + " is gone")));
            Pause.until(now().plus(Proving.LOOK_EVERY), session, true);
        }
    }

    private static List<String> lines(List<Kept> kept) {
        return kept.stream().map(Kept::text).toList();
    }

    private static List<String> left(List<Leftover> leftovers, List<String> unread) {
        return Stream.concat(
                        leftovers.stream().map(Leftover::text), unread.stream().map(each -> "not looked at: " + each))
                .toList();
    }

    private Instant now() {
        return session.surroundings().clock().instant();
    }
}
