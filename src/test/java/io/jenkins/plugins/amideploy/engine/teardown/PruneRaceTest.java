package io.jenkins.plugins.amideploy.engine.teardown;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.amideploy.engine.Tags;
import io.jenkins.plugins.amideploy.engine.release.End.Result;
import io.jenkins.plugins.amideploy.engine.state.ImageClaims;
import io.jenkins.plugins.amideploy.engine.state.ImageClaims.Claimant;
import io.jenkins.plugins.amideploy.engine.state.MemoryStore;
import io.jenkins.plugins.amideploy.engine.state.ObjectStore;
import io.jenkins.plugins.amideploy.engine.teardown.Resource.Kind;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/**
 * Two processes on one state bucket and one account: a prune, and a run that deploys the image that would go. Every step of the run is tried before
 * every call of the prune, so that no order is left out.
 */
class PruneRaceTest {
    private static final Instant NOW = Instant.parse("2026-11-26T10:00:00Z");
    private static final Claimant RUN = new Claimant("prod", "jenkins-deploy-7");

    private final MemoryStore store = new MemoryStore();
    private final Account account = new Account();
    private final ImageClaims claims = new ImageClaims(store, "web", () -> NOW);

    /** What the other process does before which call of the prune. */
    private final Map<Integer, Runnable> between = new TreeMap<>();

    private int calls;

    private PruneRaceTest begin() {
        Map<String, String> tags = Map.of(Tags.APP, "web", Tags.FINGERPRINT, "f1");
        account.add(new Resource(Kind.LAUNCH_TEMPLATE, "lt-1", "", "", Account.OURS, List.of()));
        account.add(new Resource(Kind.IMAGE, "ami-1", "", "available", tags, List.of(), "2026-11-20T00:00:00Z"));
        Bucket.release(store, "prod", Result.HEALTHY, "ami-2");
        return this;
    }

    private <T> T counted(Class<T> port, Object part) {
        return port.cast(
                Proxy.newProxyInstance(port.getClassLoader(), new Class<?>[] {port}, (proxy, method, given) -> {
                    Optional.ofNullable(between.get(++calls)).ifPresent(Runnable::run);
                    try {
                        return method.invoke(part, given);
                    } catch (InvocationTargetException failure) {
                        throw failure.getCause();
                    }
                }));
    }

    /** The whole prune. @return how many calls it made */
    private int prune() {
        PrunePoll prune = new PrunePoll(
                counted(ResourceReader.class, account),
                counted(ResourceWriter.class, account),
                Bucket.ledger(counted(ObjectStore.class, store), "web", "cli-bob-1", () -> NOW),
                "web",
                1,
                PrunePoll.DEFAULT_DEADLINE);
        PruneStep step = prune.poll(PruneState.begin(prune.plan(NOW), NOW), NOW, () -> false);
        while (!step.over()) {
            step = prune.poll(step.state(), NOW, () -> false);
        }
        return calls;
    }

    private void does(int before, Runnable action) {
        Runnable first = between.getOrDefault(before, () -> {});
        between.put(before, () -> {
            first.run();
            action.run();
        });
    }

    private static int callsOfAPrune() {
        PruneRaceTest alone = new PruneRaceTest().begin();
        int calls = alone.prune();
        assertThat(alone.account.resources).doesNotContainKey("ami-1");
        return calls;
    }

    /** The run counts on the image when nobody told it that it goes, and when AWS has it afterwards. */
    @Test
    void runClaimsTheImageAtAnyTime_isToldThatItGoes_orItStays() {
        int last = callsOfAPrune();
        int stayed = 0;
        for (int written = 1; written <= last; written++) {
            for (int read = written; read <= last; read++) {
                PruneRaceTest race = new PruneRaceTest().begin();
                boolean[] countsOn = new boolean[1];
                race.does(written, () -> race.claims.claim("f1", RUN, ImageClaims.RUN));
                race.does(read, () -> countsOn[0] = race.claimsAndLooks());
                race.prune();
                if (countsOn[0]) {
                    stayed++;
                    assertThat(race.account.resources)
                            .as("claimed before call %d, looked before call %d", written, read)
                            .containsKey("ami-1");
                }
            }
        }
        assertThat(stayed).as("orders in which the run got the image").isPositive();
    }

    /** @return whether the run may count on the image: nobody removes it just now, and AWS has it */
    private boolean claimsAndLooks() {
        return !claims.claim("f1", RUN, ImageClaims.RUN) && isThere();
    }

    private boolean isThere() {
        return account.resources.containsKey("ami-1");
    }

    /** A run ends its record first and releases its claim then. */
    @Test
    void runClaimsTheImageAndEndsItsReleaseAtAnyTime_itsImageStays() {
        everyOrder(race -> Bucket.release(race.store, "prod", Result.HEALTHY, "ami-1"));
    }

    /** Where a run records nothing, its template version speaks for the image before the claim ends. */
    @Test
    void runClaimsTheImageAndPublishesItAtAnyTime_itStays() {
        everyOrder(
                race -> race.account.published.add(new ImageUses.Published("lt-1", 9, false, "ami-1", Account.OURS)));
    }

    /**
     * Claim, and end of the run at any time after it. What it leaves comes at once before the release: in between the image is held twice.
     *
     * @param leaves what the run leaves that speaks for the image once its claim is released
     */
    private static void everyOrder(Consumer<PruneRaceTest> leaves) {
        int last = callsOfAPrune();
        int counted = 0;
        for (int claimed = 1; claimed <= last; claimed++) {
            for (int ended = claimed; ended <= last; ended++) {
                PruneRaceTest race = new PruneRaceTest().begin();
                boolean[] countsOn = new boolean[1];
                race.does(claimed, () -> countsOn[0] = race.claimsAndLooks());
                race.does(ended, () -> leaves.accept(race));
                race.does(ended, () -> race.claims.release(RUN));
                race.prune();
                counted += countsOn[0] ? 1 : 0;
                assertThat(!countsOn[0] || race.isThere())
                        .as("claimed before call %d, ended before call %d", claimed, ended)
                        .isTrue();
            }
        }
        assertThat(counted).as("orders in which the run got the image").isPositive();
    }
}
