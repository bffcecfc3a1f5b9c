package io.jenkins.plugins.amideploy.engine.teardown;

import io.jenkins.plugins.amideploy.engine.AwsFailure;
import io.jenkins.plugins.amideploy.engine.teardown.TeardownPlan.Removal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/**
 * One look of a prune: removes the images that no environment of the application needs, under the markers of {@link SharedImages}, and says what
 * stays for whom. The front door shows a {@link #plan}, which is all of a dry run, begins a {@link PruneState} with it, and calls {@link #poll}
 * every few seconds until it is over. Begun again at any time it does the rest. Parts of stacks and what bakes left are none of its business.
 */
public final class PrunePoll {
    /** What is deleted in EC2 is listed for some seconds more; another run's marker may stand for as long as its own removals take. */
    public static final Duration DEFAULT_DEADLINE = Duration.ofMinutes(10);

    private final ResourceReader reader;
    private final ResourceWriter writer;
    private final SharedImages images;
    private final Scope scope;
    private final Duration deadline;

    /**
     * @param ledger of the application, in the state bucket
     * @param app the application
     * @param keep for how many different images an environment's newest proven releases count; at least 1
     */
    public PrunePoll(
            ResourceReader reader, ResourceWriter writer, Ledger ledger, String app, int keep, Duration deadline) {
        this.reader = Objects.requireNonNull(reader);
        this.writer = Objects.requireNonNull(writer);
        this.scope = Scope.prune(app, keep);
        this.images = new SharedImages(reader, Objects.requireNonNull(ledger), scope);
        this.deadline = Objects.requireNonNull(deadline);
    }

    /** What would go and what would stay. @throws AwsFailure when AWS cannot be asked at all, or later it may */
    public TeardownPlan plan(Instant now) {
        return images.plan(reader.find(scope.app()), now);
    }

    /**
     * Looks and removes.
     *
     * @param stopped whether the caller wants to stop, asked before every removal
     * @throws AwsFailure when AWS cannot be asked at all, for a reason that does not pass or beyond the deadline
     */
    public PruneStep poll(PruneState state, Instant now, BooleanSupplier stopped) {
        Remover remover = new Remover(writer);
        Inventory inventory;
        TeardownPlan plan;
        try {
            inventory = reader.find(scope.app());
            Set<String> open = inventory.resources().stream()
                    .filter(state::isChosen)
                    .map(Resource::id)
                    .collect(Collectors.toSet());
            TeardownPlan planned = images.plan(inventory, now).only(open);
            plan = images.remove(inventory, planned, now, removal -> remove(removal, state, stopped, remover))
                    .only(open);
        } catch (AwsFailure failure) {
            return waiting(state, failure, deadline, now);
        }
        return step(state, inventory, plan, remover, now);
    }

    /** The plan under the markers may have more of the same fingerprint than was chosen. */
    private static void remove(Removal removal, PruneState state, BooleanSupplier stopped, Remover remover) {
        if (state.isChosen(removal.resource()) && !stopped.getAsBoolean()) {
            remover.remove(removal);
        }
    }

    private PruneStep step(PruneState state, Inventory inventory, TeardownPlan plan, Remover remover, Instant now) {
        Map<String, String> failures = remover.failures();
        List<Leftover> leftovers = plan.removals().stream()
                .map(Removal::resource)
                .filter(resource -> !remover.removed().contains(resource.id()))
                .map(resource -> Leftover.of(resource, failures.get(resource.id()), scope.command()))
                .toList();
        remover.tellOf(leftovers, state.failures());
        // One look more after a removal: it finds snapshots that did not go with their image.
        boolean nothingMoreToDo = remover.removed().isEmpty() && remover.isHopeless(leftovers);
        PruneState after = state.after(remover.removed(), failures);
        return new PruneStep(
                nothingMoreToDo || TeardownPoll.isLate(state.since(), deadline, now),
                after,
                gone(after, inventory),
                leftovers,
                plan.kept(),
                plan.unread(),
                lines(state, remover));
    }

    /** What another run removed counts, too, while it can be seen that it is gone. */
    private static List<String> gone(PruneState state, Inventory inventory) {
        Set<String> there = inventory.resources().stream().map(Resource::id).collect(Collectors.toSet());
        return state.chosen().stream()
                .filter(id -> state.removed().contains(id) || inventory.unread().isEmpty() && !there.contains(id))
                .toList();
    }

    /** What AWS lists for some seconds after its removal is not told twice. */
    private static List<String> lines(PruneState state, Remover remover) {
        return state.removed().containsAll(remover.removed())
                ? remover.lines().stream()
                        .filter(line -> !line.startsWith("removed "))
                        .toList()
                : remover.lines();
    }

    /**
     * What a look means that AWS did not allow.
     *
     * @throws AwsFailure the same one when it does not pass, or the deadline has
     */
    public static PruneStep waiting(PruneState state, AwsFailure failure, Duration deadline, Instant now) {
        return PruneStep.waiting(state, TeardownPoll.again(state.since(), failure, deadline, now));
    }
}
