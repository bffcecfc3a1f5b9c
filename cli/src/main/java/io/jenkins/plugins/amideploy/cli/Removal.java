package io.jenkins.plugins.amideploy.cli;

import io.jenkins.plugins.amideploy.engine.Outcome;
import io.jenkins.plugins.amideploy.engine.diagnosis.Cause;
import io.jenkins.plugins.amideploy.engine.diagnosis.Diagnosis;
import io.jenkins.plugins.amideploy.engine.stack.Backend;
import io.jenkins.plugins.amideploy.engine.stack.DeletionProtection;
import io.jenkins.plugins.amideploy.engine.stack.SavedPlan;
import io.jenkins.plugins.amideploy.engine.state.KnownResources;
import io.jenkins.plugins.amideploy.engine.teardown.Kept;
import io.jenkins.plugins.amideploy.engine.teardown.Leftover;
import io.jenkins.plugins.amideploy.engine.teardown.OrphanPoll;
import io.jenkins.plugins.amideploy.engine.teardown.TeardownPlan;
import io.jenkins.plugins.amideploy.engine.teardown.TeardownPoll;
import io.jenkins.plugins.amideploy.engine.teardown.TeardownState;
import io.jenkins.plugins.amideploy.engine.teardown.TeardownStep;
import io.jenkins.plugins.amideploy.engine.tool.Progress;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Takes an environment away: the stack by Terraform, then the images that no other environment needs, and what else carries its tags. */
final class Removal {
    private final Session session;
    private final StackOptions options;

    Removal(Session session, StackOptions options) {
        this.session = session;
        this.options = options;
    }

    /**
     * How it ended.
     *
     * @param left what is left behind, one line each; empty when it is proven that nothing is
     * @param kept what stays since another environment needs it, one line each
     */
    record Result(List<String> left, List<String> kept) {}

    /** Asks, removes and proves. */
    Result remove() {
        TeardownPoll teardown = new TeardownPoll(
                session.cloud().resourceReader(),
                session.cloud().resourceWriter(),
                StateHome.ledger(session),
                session.variables().app(),
                TeardownPoll.DEFAULT_DEADLINE,
                true);
        DeletionProtection.refusal(
                        session.cloud().protectionReader(), session.variables().app(), session.variablesName())
                .ifPresent(why -> {
                    throw CommandFailure.of(Outcome.Kind.BAD_INPUT, why);
                });
        Optional<Backend> backend = new StateHome(session, options).existing();
        Optional<Stack> stack = backend.map(place -> new Stack(session, place));
        Optional<SavedPlan> plan = stack.map(Stack::planDestroy);
        KnownResources state =
                backend.map(place -> new Unowned(session, place).state()).orElse(KnownResources.NONE);
        OrphanPoll orphans = new OrphanPoll(
                session.cloud().resourceReader(),
                session.cloud().resourceWriter(),
                state,
                session.variables().app(),
                TeardownPoll.DEFAULT_DEADLINE);
        TeardownPlan rest = teardown.plan(now());
        plan.ifPresent(saved -> Stack.show(session.console(), saved.summary()));
        orphans.orphans().forEach(orphan -> session.console()
                .listing("destroy:   - " + orphan.text() + ", which the state does not know"));
        rest.removals().forEach(removal -> session.console().listing("destroy:   - " + removal.text()));
        rest.kept().forEach(kept -> session.console().listing("destroy: " + kept.text()));
        boolean stackIsThere =
                plan.filter(saved -> saved.summary().hasChanges()).isPresent();
        if (stackIsThere || !rest.isEmpty()) {
            new Approval(session.console(), options.autoApprove).require("remove all of this?");
        }
        removeOrphans(orphans);
        if (stackIsThere) {
            stack.orElseThrow().apply(plan.orElseThrow(), Map.of());
        }
        return sweep(teardown);
    }

    /** Terraform would wait for what hangs on them. */
    private void removeOrphans(OrphanPoll poll) {
        TeardownState state = TeardownState.begin(now());
        while (true) {
            OrphanPoll.Step step = poll.poll(state, now());
            state = step.state();
            step.lines().forEach(line -> session.console().progress(new Progress("destroy", line)));
            if (step.over()) {
                requireGone(step.left());
                return;
            }
            pause(step.left());
        }
    }

    private static void requireGone(List<Leftover> left) {
        if (!left.isEmpty()) {
            throw CommandFailure.of(
                    Outcome.Kind.FAILED,
                    Diagnosis.of(
                                    Cause.LEFT_BEHIND,
                                    left.size() + " of the stack that the state does not know cannot be removed",
                                    left.stream().map(Leftover::text).toList(),
                                    "mend what AWS says, then destroy again")
                            .withAftermath("nothing that the state knows was removed"));
        }
    }

    private void pause(List<Leftover> left) {
        left.stream().findFirst().ifPresent(first -> session.console()
                .progress(new Progress(
                        "destroy", "waiting until " + first.resource().text() + " is gone")));
        if (session.interrupts().requested()) {
            throw new CommandFailure(
                    Outcome.Kind.INTERRUPTED, "stopped while removing images and leftovers: run destroy again");
        }
        Pause.until(now().plus(Proving.LOOK_EVERY), session, true);
    }

    private Result sweep(TeardownPoll teardown) {
        TeardownState state = TeardownState.begin(now());
        while (true) {
            TeardownStep step = teardown.poll(state, now());
            state = step.state();
            step.lines().forEach(line -> session.console().progress(new Progress("destroy", line)));
            if (step.over()) {
                return result(step);
            }
            pause(step.leftovers());
        }
    }

    private static Result result(TeardownStep step) {
        List<String> left = Stream.concat(
                        step.leftovers().stream().map(Leftover::text),
                        step.unread().stream().map(unread -> "not looked at: " + unread))
                .toList();
        return new Result(left, step.kept().stream().map(Kept::text).toList());
    }

    private Instant now() {
        return session.surroundings().clock().instant();
    }
}
