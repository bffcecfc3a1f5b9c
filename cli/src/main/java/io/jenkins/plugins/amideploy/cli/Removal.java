package io.jenkins.plugins.amideploy.cli;

import io.jenkins.plugins.amideploy.engine.Outcome;
import io.jenkins.plugins.amideploy.engine.stack.Backend;
import io.jenkins.plugins.amideploy.engine.stack.SavedPlan;
import io.jenkins.plugins.amideploy.engine.teardown.Leftover;
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

/** Takes an environment away: the stack by Terraform, then images and what else carries its tags. */
final class Removal {
    private final Session session;
    private final StackOptions options;

    Removal(Session session, StackOptions options) {
        this.session = session;
        this.options = options;
    }

    /** What is left behind, one line each; empty when it is proven that nothing is. */
    List<String> remove() {
        TeardownPoll teardown = new TeardownPoll(
                session.cloud().resourceReader(),
                session.cloud().resourceWriter(),
                session.variables().app(),
                TeardownPoll.DEFAULT_DEADLINE,
                true);
        Optional<Backend> backend = new StateHome(session, options).existing();
        Optional<Stack> stack = backend.map(place -> new Stack(session, place));
        Optional<SavedPlan> plan = stack.map(Stack::planDestroy);
        TeardownPlan rest = teardown.plan();
        plan.ifPresent(saved -> Stack.show(session.console(), saved.summary()));
        rest.removals().forEach(removal -> session.console()
                .note("destroy:   - " + removal.resource().text()));
        boolean stackIsThere =
                plan.filter(saved -> saved.summary().hasChanges()).isPresent();
        if (stackIsThere || !rest.isEmpty()) {
            new Approval(session.console(), options.autoApprove).require("remove all of this?");
        }
        if (stackIsThere) {
            stack.orElseThrow().apply(plan.orElseThrow(), Map.of());
        }
        return sweep(teardown);
    }

    private List<String> sweep(TeardownPoll teardown) {
        TeardownState state = TeardownState.begin(now());
        while (true) {
            TeardownStep step = teardown.poll(state, now());
            state = step.state();
            step.lines().forEach(line -> session.console().progress(new Progress("destroy", line)));
            if (step.over()) {
                return Stream.concat(
                                step.leftovers().stream().map(Leftover::text),
                                step.unread().stream().map(unread -> "not looked at: " + unread))
                        .toList();
            }
            step.leftovers().stream().findFirst().ifPresent(left -> session.console()
                    .progress(new Progress(
                            "destroy", "waiting until " + left.resource().text() + " is gone")));
            if (session.interrupts().requested()) {
                throw new CommandFailure(
                        Outcome.Kind.INTERRUPTED, "stopped while removing images and leftovers: run destroy again");
            }
            Pause.until(now().plus(Proving.LOOK_EVERY), session, true);
        }
    }

    private Instant now() {
        return session.surroundings().clock().instant();
    }
}
