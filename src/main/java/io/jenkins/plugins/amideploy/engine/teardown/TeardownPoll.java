package io.jenkins.plugins.amideploy.engine.teardown;

import io.jenkins.plugins.amideploy.engine.AppId;
import io.jenkins.plugins.amideploy.engine.AwsFailure;
import io.jenkins.plugins.amideploy.engine.release.EnvironmentClaims.Life;
import io.jenkins.plugins.amideploy.engine.release.History;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * One look of a teardown, after {@code terraform destroy}: finds what is left by tag, removes what nobody else needs, and says what remains. The front door calls it every
 * few seconds until it is over. Begun again at any time it does the rest. A part of the stack that is still there then is an orphan: an apply that was
 * cut off had made it, and the state never knew (<a href="https://github.com/hashicorp/terraform/issues/33358">terraform#33358</a>). By its tags alone it
 * cannot be told from a stack that serves, so a caller must say that {@code terraform destroy} has run.
 */
public final class TeardownPoll {
    /** An Application Load Balancer's network interfaces may stay for some minutes after it; instances take about one to end. */
    public static final Duration DEFAULT_DEADLINE = Duration.ofMinutes(10);

    private final ResourceReader reader;
    private final ResourceWriter writer;
    private final Ledger ledger;
    private final SharedImages images;
    private final AppId app;
    private final Scope scope;
    private final Duration deadline;
    private final boolean orphans;

    /**
     * @param ledger of the application, in the state bucket
     * @param orphans whether parts of the stack are removed; otherwise nothing at all is while one of them stands
     */
    public TeardownPoll(
            ResourceReader reader,
            ResourceWriter writer,
            Ledger ledger,
            AppId app,
            Duration deadline,
            boolean orphans) {
        this.reader = Objects.requireNonNull(reader);
        this.writer = Objects.requireNonNull(writer);
        this.app = Objects.requireNonNull(app);
        this.scope = Scope.destroy(app, History.DEFAULT_KEPT);
        this.ledger = Objects.requireNonNull(ledger);
        this.images = new SharedImages(reader, ledger, scope);
        this.deadline = Objects.requireNonNull(deadline);
        this.orphans = orphans;
    }

    /** What would go and what would stay, for the front door to show and ask about before it starts. */
    public TeardownPlan plan(Instant now) {
        return images.plan(look(now).inventory(), now);
    }

    private BakeLeftovers look(Instant now) {
        return BakeLeftovers.look(reader.find(app.app()), reader, ledger, scope, now);
    }

    /** @throws AwsFailure when AWS cannot be asked at all, for a reason that does not pass or beyond the deadline */
    public TeardownStep poll(TeardownState state, Instant now) {
        Remover remover = new Remover(writer);
        TeardownPlan plan;
        BakeLeftovers bakes;
        try {
            bakes = look(now);
            Inventory inventory = bakes.inventory();
            TeardownPlan planned = images.plan(inventory, now);
            List<Resource> standing = planned.standing();
            if (!orphans && !standing.isEmpty()) {
                return TeardownStep.refused(state, standing);
            }
            remover.adopt(bakes.adopted());
            planned.removals().stream().filter(removal -> !removal.isShared()).forEach(remover::remove);
            planned.stack().stream()
                    .filter(resource -> resource.kind() != Resource.Kind.NETWORK_INTERFACE)
                    .forEach(orphan -> remover.remove(orphan, false));
            plan = images.remove(inventory, planned, now, remover::remove);
        } catch (AwsFailure failure) {
            return unread(state, failure, deadline, now);
        }
        return step(state, plan, bakes, remover, now);
    }

    private TeardownStep step(
            TeardownState state, TeardownPlan plan, BakeLeftovers bakes, Remover remover, Instant now) {
        Map<String, String> failures = remover.failures();
        List<Leftover> leftovers = new ArrayList<>();
        plan.stack().forEach(orphan -> leftovers.add(leftover(orphan, failures)));
        plan.removals().forEach(removal -> leftovers.add(leftover(removal.resource(), failures)));
        plan.undecided().forEach(image -> leftovers.add(Leftover.undecided(image)));
        plan.strangers().forEach(stranger -> leftovers.add(Leftover.stranger(stranger)));
        leftovers.addAll(bakes.held());
        remover.tellOf(leftovers, state.failures());
        boolean over = leftovers.isEmpty() || remover.isHopeless(leftovers) || isLate(state.since(), deadline, now);
        List<String> lines = new ArrayList<>(remover.lines());
        if (leftovers.isEmpty()) {
            forgetClaims(lines, now);
        }
        TeardownState after = new TeardownState(state.since(), failures);
        List<Kept> kept =
                Stream.concat(plan.kept().stream(), bakes.lookAlikes().stream()).toList();
        return new TeardownStep(over, after, leftovers, kept, plan.unread(), List.of(), lines);
    }

    private Leftover leftover(Resource resource, Map<String, String> failures) {
        return Leftover.of(resource, failures.get(resource.id()), scope.command());
    }

    /** Nothing hangs on it: claims for an environment that is gone expire, and its own teardown does not heed them. */
    private void forgetClaims(List<String> lines, Instant now) {
        try {
            images.forget();
            BakeClaims bakes = ledger.bakes();
            bakes.all().stream()
                    .filter(claim -> scope.isLeaving(claim.environment()))
                    .filter(claim -> claim.life(ledger.probe(), now) == Life.DEAD)
                    .forEach(bakes::forget);
        } catch (IllegalArgumentException malformed) {
            lines.add(malformed.getMessage());
        } catch (AwsFailure failure) {
            lines.add("claims for " + app.environment() + " stay in the state bucket until they expire: "
                    + failure.getMessage());
        }
    }

    /**
     * What a look means that AWS did not allow.
     *
     * @throws AwsFailure the same one when it does not pass, or the deadline has
     */
    public static TeardownStep unread(TeardownState state, AwsFailure failure, Duration deadline, Instant now) {
        return TeardownStep.waiting(state, again(state.since(), failure, deadline, now));
    }

    /** What to say before the next look. @throws AwsFailure the same one when it does not pass, or the deadline has */
    static String again(Instant since, AwsFailure failure, Duration deadline, Instant now) {
        if (isLate(since, deadline, now) || !failure.kind().passing()) {
            throw failure;
        }
        return failure.getMessage() + "; looking again";
    }

    static boolean isLate(Instant since, Duration deadline, Instant now) {
        return !now.isBefore(since.plus(deadline));
    }
}
