package io.jenkins.plugins.amideploy.engine.teardown;

import io.jenkins.plugins.amideploy.engine.AppId;
import io.jenkins.plugins.amideploy.engine.AwsFailure;
import io.jenkins.plugins.amideploy.engine.state.ImageClaims;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

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
    private final SharedImages images;
    private final AppId app;
    private final Duration deadline;
    private final boolean orphans;

    /**
     * @param claims of the application, in the state bucket
     * @param orphans whether parts of the stack are removed; otherwise nothing at all is while one of them stands
     */
    public TeardownPoll(
            ResourceReader reader,
            ResourceWriter writer,
            ImageClaims claims,
            AppId app,
            Duration deadline,
            boolean orphans) {
        this.reader = Objects.requireNonNull(reader);
        this.writer = Objects.requireNonNull(writer);
        this.app = Objects.requireNonNull(app);
        this.images = new SharedImages(reader, Objects.requireNonNull(claims), app);
        this.deadline = Objects.requireNonNull(deadline);
        this.orphans = orphans;
    }

    /** What would go and what would stay, for the front door to show and ask about before it starts. */
    public TeardownPlan plan(Instant now) {
        return images.plan(reader.find(app.app()), now);
    }

    /** @throws AwsFailure when AWS cannot be asked at all, for a reason that does not pass or beyond the deadline */
    public TeardownStep poll(TeardownState state, Instant now) {
        Map<String, AwsFailure> refused = new TreeMap<>();
        List<String> lines = new ArrayList<>();
        TeardownPlan plan;
        try {
            Inventory inventory = reader.find(app.app());
            TeardownPlan planned = images.plan(inventory, now);
            List<Resource> standing = planned.standing();
            if (!orphans && !standing.isEmpty()) {
                return TeardownStep.refused(state, standing);
            }
            planned.removals().stream()
                    .filter(removal -> !removal.isShared())
                    .forEach(removal -> remove(removal.resource(), false, refused, lines));
            planned.stack().stream()
                    .filter(resource -> resource.kind() != Resource.Kind.NETWORK_INTERFACE)
                    .forEach(orphan -> remove(orphan, false, refused, lines));
            plan = images.remove(
                    inventory,
                    planned,
                    now,
                    removal -> remove(removal.resource(), removal.withSnapshots(), refused, lines));
        } catch (AwsFailure failure) {
            return unread(state, failure, deadline, now);
        }
        return step(state, plan, refused, lines, now);
    }

    private TeardownStep step(
            TeardownState state, TeardownPlan plan, Map<String, AwsFailure> refused, List<String> lines, Instant now) {
        Map<String, String> failures = new TreeMap<>();
        refused.forEach((id, failure) -> failures.put(id, failure.getMessage()));
        List<Leftover> leftovers = new ArrayList<>();
        plan.stack().forEach(orphan -> leftovers.add(Leftover.of(orphan, failures.get(orphan.id()))));
        plan.removals()
                .forEach(removal -> leftovers.add(Leftover.of(
                        removal.resource(), failures.get(removal.resource().id()))));
        plan.undecided().forEach(image -> leftovers.add(Leftover.undecided(image)));
        plan.strangers().forEach(stranger -> leftovers.add(Leftover.stranger(stranger)));
        leftovers.stream()
                .filter(left -> failures.containsKey(left.resource().id()))
                .filter(left ->
                        !left.why().equals(state.failures().get(left.resource().id())))
                .forEach(left -> lines.add("not removed yet: " + left.text()));
        boolean hopeless = leftovers.stream().noneMatch(left -> left.going() || canStillGo(left.resource(), refused));
        boolean over = leftovers.isEmpty() || hopeless || isLate(state, deadline, now);
        if (leftovers.isEmpty()) {
            forgetClaims(lines);
        }
        TeardownState after = new TeardownState(state.since(), failures);
        return new TeardownStep(over, after, leftovers, plan.kept(), plan.unread(), List.of(), lines);
    }

    /** Nothing hangs on it: claims for an environment that is gone expire, and its own teardown does not heed them. */
    private void forgetClaims(List<String> lines) {
        try {
            images.forget();
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
        if (isLate(state, deadline, now) || !failure.kind().passing()) {
            throw failure;
        }
        return TeardownStep.waiting(state, failure.getMessage() + "; looking again");
    }

    private static boolean isLate(TeardownState state, Duration deadline, Instant now) {
        return !now.isBefore(state.since().plus(deadline));
    }

    /** A refused removal may go once what it hangs on has gone: a security group after its instance, a snapshot after its image. */
    private static boolean canStillGo(Resource resource, Map<String, AwsFailure> refused) {
        AwsFailure failure = refused.get(resource.id());
        return failure != null && (failure.kind().passing() || failure.kind() == AwsFailure.Kind.REFUSED);
    }

    private void remove(Resource resource, boolean snapshots, Map<String, AwsFailure> refused, List<String> lines) {
        if (Leftover.isGoing(resource)) {
            return;
        }
        try {
            switch (resource.kind()) {
                case IMAGE -> writer.deregisterImage(resource.id(), snapshots);
                case SNAPSHOT -> writer.deleteSnapshot(resource.id());
                case INSTANCE -> writer.terminateInstance(resource.id());
                case VOLUME -> writer.deleteVolume(resource.id());
                case KEY_PAIR -> writer.deleteKeyPair(resource.id());
                case SECURITY_GROUP -> writer.deleteSecurityGroup(resource.id());
                case LAUNCH_TEMPLATE -> writer.deleteLaunchTemplate(resource.id());
                case GROUP -> writer.deleteGroup(resource.id());
                case LOAD_BALANCER -> writer.deleteLoadBalancer(resource.id());
                case TARGET_GROUP -> writer.deleteTargetGroup(resource.id());
                case ALARM -> writer.deleteAlarm(resource.id());
                case NETWORK_INTERFACE -> throw new IllegalStateException("AWS releases network interfaces");
            }
            lines.add("removed " + resource.text());
        } catch (AwsFailure failure) {
            refused.put(resource.id(), failure);
        }
    }
}
