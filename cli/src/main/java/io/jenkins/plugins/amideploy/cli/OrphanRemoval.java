package io.jenkins.plugins.amideploy.cli;

import io.jenkins.plugins.amideploy.engine.Outcome;
import io.jenkins.plugins.amideploy.engine.diagnosis.Cause;
import io.jenkins.plugins.amideploy.engine.diagnosis.Diagnosis;
import io.jenkins.plugins.amideploy.engine.stack.Backend;
import io.jenkins.plugins.amideploy.engine.state.KnownResources;
import io.jenkins.plugins.amideploy.engine.teardown.Leftover;
import io.jenkins.plugins.amideploy.engine.teardown.OrphanPoll;
import io.jenkins.plugins.amideploy.engine.teardown.TeardownPoll;
import io.jenkins.plugins.amideploy.engine.teardown.TeardownState;
import io.jenkins.plugins.amideploy.engine.tool.Progress;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Before {@link Removal} starts Terraform: removes what of the stack its state does not know, for which Terraform would wait. */
final class OrphanRemoval {
    /** The one part of a stack that cannot carry a tag. */
    private static final String RECORD = "aws_route53_record.web[0]";

    private final Session session;
    private final KnownResources state;
    private final OrphanPoll poll;

    /** @param backend where the state is; empty where there is no such place, and so nothing that a state knows */
    OrphanRemoval(Session session, Optional<Backend> backend) {
        this.session = session;
        this.state = backend.map(place -> new Unowned(session, place).state()).orElse(KnownResources.NONE);
        this.poll = new OrphanPoll(
                session.cloud().resourceReader(),
                session.cloud().resourceWriter(),
                state,
                session.variables().app(),
                TeardownPoll.DEFAULT_DEADLINE);
    }

    /** Shows what goes. */
    void list() {
        List<String> orphans = poll.orphans().stream()
                .map(orphan -> "destroy:   - " + orphan.text() + ", which the state does not know")
                .toList();
        orphans.forEach(session.console()::listing);
        Optional<String> domain = session.variables().application().domainName();
        if (!orphans.isEmpty() && domain.isPresent() && !state.addresses().contains(RECORD)) {
            session.console()
                    .warn("the state does not know the DNS record " + domain.get()
                            + " either, which carries no tag, so that it" + " stays if it is there: remove it by hand");
        }
    }

    /** @throws CommandFailure when AWS keeps one, before Terraform removed anything */
    void remove() {
        TeardownState before = TeardownState.begin(now());
        while (true) {
            OrphanPoll.Step step = poll.poll(before, now());
            before = step.state();
            step.lines().forEach(line -> session.console().progress(new Progress("destroy", line)));
            if (step.over()) {
                requireGone(step.left());
                return;
            }
            pause(session, step.left());
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

    /** Waits until the next look. @throws CommandFailure when somebody stops the command meanwhile */
    static void pause(Session session, List<Leftover> left) {
        left.stream().findFirst().ifPresent(first -> session.console()
                .progress(new Progress(
                        "destroy", "waiting until " + first.resource().text() + " is gone")));
        if (session.interrupts().requested()) {
            throw new CommandFailure(
                    Outcome.Kind.INTERRUPTED, "stopped while removing images and leftovers: run destroy again");
        }
        Pause.until(session.now().plus(Proving.LOOK_EVERY), session, true);
    }

    private Instant now() {
        return session.now();
    }
}
