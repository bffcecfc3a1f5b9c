package io.jenkins.plugins.amideploy.engine.teardown;

import io.jenkins.plugins.amideploy.engine.AppId;
import io.jenkins.plugins.amideploy.engine.AwsFailure;
import io.jenkins.plugins.amideploy.engine.state.KnownResources;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * One look of what goes before {@code terraform destroy}: parts of the stack that its state does not know. Terraform would wait for them, a quarter of an hour for a security
 * group whose address an unknown group's instance has. The front door holds the environment, so that they are nobody's who runs, and calls this every few seconds until it is
 * over. What AWS takes only later, {@link TeardownPoll} removes after Terraform.
 */
public final class OrphanPoll {
    private final ResourceReader reader;
    private final ResourceWriter writer;
    private final KnownResources state;
    private final AppId app;
    private final Duration deadline;

    /** @param state what Terraform's state knows, read while the environment was held */
    public OrphanPoll(
            ResourceReader reader, ResourceWriter writer, KnownResources state, AppId app, Duration deadline) {
        this.reader = Objects.requireNonNull(reader);
        this.writer = Objects.requireNonNull(writer);
        this.state = Objects.requireNonNull(state);
        this.app = Objects.requireNonNull(app);
        this.deadline = Objects.requireNonNull(deadline);
    }

    /**
     * What a look found and did.
     *
     * @param over whether Terraform may begin, or waiting would not help
     * @param state to be handed to the next look
     * @param left what Terraform would wait for; with {@code over}, what keeps the environment from being removed
     * @param lines what was done or changed, for people
     */
    public record Step(boolean over, TeardownState state, List<Leftover> left, List<String> lines) {
        public Step {
            left = List.copyOf(left);
            lines = List.copyOf(lines);
        }
    }

    /** What goes, for the front door to show and ask about before it starts. */
    public List<Resource> orphans() {
        return Orphans.of(reader.find(app.app()), app, state).stream()
                .filter(resource -> !Leftover.isGoing(resource))
                .toList();
    }

    /** @throws AwsFailure when AWS cannot be asked at all, for a reason that does not pass or beyond the deadline */
    public Step poll(TeardownState before, Instant now) {
        Remover remover = new Remover(writer);
        List<Resource> orphans;
        try {
            orphans = Orphans.of(reader.find(app.app()), app, state);
            orphans.forEach(orphan -> remover.remove(orphan, false));
        } catch (AwsFailure failure) {
            String line = TeardownPoll.again(before.since(), failure, deadline, now);
            return new Step(false, before, List.of(), List.of(line));
        }
        Map<String, String> failures = remover.failures();
        List<Leftover> left = orphans.stream()
                .filter(orphan -> holdsOthers(orphan.kind()))
                .map(orphan -> Leftover.of(orphan, failures.get(orphan.id()), "destroy"))
                .toList();
        remover.tellOf(left, before.failures());
        boolean over = left.isEmpty() || remover.isHopeless(left) || TeardownPoll.isLate(before.since(), deadline, now);
        return new Step(over, new TeardownState(before.since(), failures), left, new ArrayList<>(remover.lines()));
    }

    /** Whether what Terraform removes is in use as long as this is there. Rules of security groups go at the first look. */
    private static boolean holdsOthers(Resource.Kind kind) {
        return switch (kind) {
            case GROUP, INSTANCE, LOAD_BALANCER -> true;
            default -> false;
        };
    }
}
