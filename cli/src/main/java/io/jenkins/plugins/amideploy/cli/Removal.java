package io.jenkins.plugins.amideploy.cli;

import io.jenkins.plugins.amideploy.engine.Outcome;
import io.jenkins.plugins.amideploy.engine.stack.Backend;
import io.jenkins.plugins.amideploy.engine.stack.DeletionProtection;
import io.jenkins.plugins.amideploy.engine.stack.SavedPlan;
import io.jenkins.plugins.amideploy.engine.teardown.Kept;
import io.jenkins.plugins.amideploy.engine.teardown.Leftover;
import io.jenkins.plugins.amideploy.engine.teardown.TeardownPlan;
import io.jenkins.plugins.amideploy.engine.teardown.TeardownPoll;
import io.jenkins.plugins.amideploy.engine.teardown.TeardownState;
import io.jenkins.plugins.amideploy.engine.teardown.TeardownStep;
import io.jenkins.plugins.amideploy.engine.tool.Progress;
import java.nio.file.Files;
import java.nio.file.Path;
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
     * @param found whether there was anything: a state, or something that carries the environment's tags
     */
    record Result(List<String> left, List<String> kept, boolean found) {}

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
        OrphanRemoval orphans = new OrphanRemoval(session, backend);
        TeardownPlan rest = teardown.plan(now());
        plan.ifPresent(saved -> Stack.show(session.console(), saved.summary()));
        orphans.list();
        rest.removals().forEach(removal -> session.console().listing("destroy:   - " + removal.text()));
        rest.kept().forEach(kept -> session.console().listing("destroy: " + kept.text()));
        boolean stackIsThere =
                plan.filter(saved -> saved.summary().hasChanges()).isPresent();
        if (stackIsThere || !rest.isEmpty()) {
            new Approval(session, options.autoApprove).require("remove all of this?");
        }
        orphans.remove();
        if (stackIsThere) {
            stack.orElseThrow().apply(plan.orElseThrow(), Map.of());
        }
        return sweep(
                teardown,
                stackIsThere
                        || !rest.isEmpty()
                        || backend.filter(this::hasState).isPresent());
    }

    /** Also an empty one: the environment was here once. */
    private boolean hasState(Backend backend) {
        return backend instanceof Backend.Local local
                ? Files.exists(Path.of(local.path()))
                : session.cloud()
                        .objects(session.stateBucket())
                        .read(session.variables().stateKey())
                        .isPresent();
    }

    private Result sweep(TeardownPoll teardown, boolean found) {
        TeardownState state = TeardownState.begin(now());
        while (true) {
            TeardownStep step = teardown.poll(state, now());
            state = step.state();
            step.lines().forEach(line -> session.console().progress(new Progress("destroy", line)));
            if (step.over()) {
                return result(step, found);
            }
            OrphanRemoval.pause(session, step.leftovers());
        }
    }

    private static Result result(TeardownStep step, boolean found) {
        List<String> left = Stream.concat(
                        step.leftovers().stream().map(Leftover::text),
                        step.unread().stream().map(unread -> "not looked at: " + unread))
                .toList();
        return new Result(left, step.kept().stream().map(Kept::text).toList(), found);
    }

    private Instant now() {
        return session.surroundings().clock().instant();
    }
}
