package io.jenkins.plugins.amideploy.engine.teardown;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.amideploy.engine.AwsFailure;
import io.jenkins.plugins.amideploy.engine.Tags;
import io.jenkins.plugins.amideploy.engine.release.End.Result;
import io.jenkins.plugins.amideploy.engine.state.ImageClaims;
import io.jenkins.plugins.amideploy.engine.state.ImageClaims.Claimant;
import io.jenkins.plugins.amideploy.engine.state.MemoryStore;
import io.jenkins.plugins.amideploy.engine.teardown.Resource.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A prune from the plan to its end: {@code prod} stands, was proven on ami-3 and ami-4, and two images may stay. */
class PruneTest {
    private static final Instant START = Instant.parse("2026-11-26T10:00:00Z");
    private static final Claimant TEST = new Claimant("test", "cli-ann-1");

    private final Account account = new Account();
    private final MemoryStore store = new MemoryStore();
    private Instant now = START;
    private final ImageClaims claims = new ImageClaims(store, "web", () -> now);
    private final PrunePoll prune = prune("cli-bob-1");
    private boolean stopped;
    private PruneState state;

    @BeforeEach
    void fourImages() {
        account.add(new Resource(Kind.LAUNCH_TEMPLATE, "lt-1", "", "", Account.OURS, List.of()));
        for (int number = 1; number <= 4; number++) {
            image(number);
            Bucket.release(store, "prod", Result.HEALTHY, "ami-" + number);
        }
    }

    private PrunePoll prune(String build) {
        return new PrunePoll(
                account, account, Bucket.ledger(store, "web", build, () -> now), "web", 2, PrunePoll.DEFAULT_DEADLINE);
    }

    private void image(int number) {
        Map<String, String> tags = Map.of(Tags.APP, "web", Tags.FINGERPRINT, "f" + number);
        List<String> snapshot = List.of("snap-" + number);
        account.add(
                new Resource(Kind.IMAGE, "ami-" + number, "", "available", tags, snapshot, "2026-11-20T00:00:00.000Z"));
        account.add(new Resource(Kind.SNAPSHOT, "snap-" + number, "", "completed", tags, List.of()));
    }

    private PruneStep look() {
        if (state == null) {
            state = PruneState.begin(prune.plan(now), now);
        }
        PruneStep step = prune.poll(PruneState.fromMap(state.asMap()), now, () -> stopped);
        state = step.state();
        now = now.plusSeconds(5);
        return step;
    }

    private PruneStep end() {
        PruneStep step = look();
        while (!step.over()) {
            step = look();
        }
        return step;
    }

    @Test
    void plan_saysWhatGoesAndWhatStays_andRemovesNothing() {
        TeardownPlan plan = prune.plan(now);

        assertThat(plan.lines())
                .containsExactly(
                        "image ami-1 with 1 snapshot, of 2026-11-20", "image ami-2 with 1 snapshot, of 2026-11-20");
        assertThat(plan.kept())
                .extracting(Kept::text)
                .containsExactly(
                        "keeps image ami-3: prod release 3 can be gone back to",
                        "keeps image ami-4: prod release 4 can be gone back to");
        assertThat(account.calls).isEmpty();
        assertThat(store.list("web/claims/")).isEmpty();
    }

    @Test
    void poll_removesWhatNobodyNeeds_withSnapshots() {
        PruneStep end = end();

        assertThat(end.removed()).containsExactly("ami-1", "ami-2");
        assertThat(end.leftovers()).isEmpty();
        assertThat(end.kept()).extracting(kept -> kept.resource().id()).containsExactly("ami-3", "ami-4");
        assertThat(account.resources).containsOnlyKeys("lt-1", "ami-3", "snap-3", "ami-4", "snap-4");
        assertThat(store.list("web/claims/")).as("markers").isEmpty();
    }

    @Test
    void poll_endpointIgnoresTheSnapshots_removesThemAfterTheImage() {
        account.keepsSnapshots = true;

        assertThat(end().removed()).containsExactly("ami-1", "ami-2");
        assertThat(account.resources).containsOnlyKeys("lt-1", "ami-3", "snap-3", "ami-4", "snap-4");
    }

    @Test
    void poll_whatNobodyNeedsSinceTheListWasShown_stays() {
        claims.claim("f1", TEST, ImageClaims.RUN);
        look();
        claims.release(TEST);

        assertThat(end().removed()).containsExactly("ami-2");
        assertThat(account.resources).containsKey("ami-1");
    }

    @Test
    void poll_imageIsClaimedAfterItWasShown_stays() {
        look(() -> claims.claim("f1", TEST, ImageClaims.RUN));

        PruneStep end = end();

        assertThat(end.removed()).containsExactly("ami-2");
        assertThat(end.leftovers()).isEmpty();
        assertThat(end.kept())
                .extracting(Kept::text)
                .contains("keeps image ami-1: cli-ann-1 claims it for test until 2026-11-26T13:00:00Z");
    }

    private void look(Runnable afterThePlan) {
        state = PruneState.begin(prune.plan(now), now);
        afterThePlan.run();
    }

    @Test
    void poll_environmentIsRolledBackToAnImageAfterItWasShown_staysByItsNewRecord() {
        look(() -> Bucket.release(store, "prod", Result.HEALTHY, "ami-1"));

        assertThat(end().removed()).containsExactly("ami-2");
    }

    @Test
    void poll_stopped_endsBetweenTwoImagesAndLeavesNoMarker() {
        account.beforeRemoval = () -> stopped = true;

        PruneStep step = look();

        assertThat(account.calls).containsExactly("deregister ami-1 true");
        assertThat(step.over()).isFalse();
        assertThat(store.list("web/claims/")).isEmpty();
        stopped = false;
        account.beforeRemoval = () -> {};
        assertThat(end().removed()).containsExactly("ami-1", "ami-2");
    }

    @Test
    void poll_beganAgainAfterACrash_goesOnUnderItsOwnMarker() {
        claims.mark("f1", new Claimant("", "cli-bob-1"));

        assertThat(end().removed()).containsExactly("ami-1", "ami-2");
    }

    @Test
    void poll_anotherRunRemovesTheSameImage_waitsForItUntilTheDeadline() {
        claims.mark("f1", new Claimant("", "cli-eve-1"));
        look();
        assertThat(look().over()).isFalse();
        assertThat(account.calls).containsExactly("deregister ami-2 true");

        now = START.plus(PrunePoll.DEFAULT_DEADLINE);
        PruneStep late = look();

        assertThat(late.over()).isTrue();
        assertThat(late.removed()).containsExactly("ami-2");
        assertThat(late.leftovers())
                .extracting(Leftover::text)
                .containsExactly("image ami-1: not removed yet; run prune again");
    }

    @Test
    void poll_imageIsProtected_isToldOnceAndNotWaitedFor() {
        account.refusals.put("ami-1", failure(AwsFailure.Kind.ACCESS_DENIED, "OperationNotPermitted"));

        PruneStep first = look();
        PruneStep end = end();

        assertThat(first.lines())
                .containsExactly(
                        "removed image ami-2",
                        "not removed yet: image ami-1: s3:Some: OperationNotPermitted; see whether deregistration protection"
                                + " or another account's use keeps it, then run prune again");
        assertThat(end.lines()).isEmpty();
        assertThat(end.removed()).containsExactly("ami-2");
        assertThat(end.leftovers()).hasSize(1);
    }

    @Test
    void poll_awsListsTheImageForSomeSecondsMore_saysItsRemovalOnce() {
        account.lagging = true;

        List<String> said = new ArrayList<>(look().lines());
        said.addAll(look().lines());
        account.lagging = false;

        assertThat(said).containsExactly("removed image ami-1", "removed image ami-2");
        assertThat(end().removed()).containsExactly("ami-1", "ami-2");
    }

    @Test
    void recordThatCannotBeRead_nothingIsRemovedAndItIsNamed() {
        store.write("web/prod/releases/index.json", "{}");
        store.write("web/prod/releases/000003/end.json", "not a record");

        TeardownPlan plan = prune.plan(now);

        assertThat(plan.removals()).isEmpty();
        assertThat(plan.undecided()).extracting(Resource::id).containsExactly("ami-1", "ami-2", "ami-3", "ami-4");
        assertThat(plan.unread())
                .singleElement()
                .asString()
                .contains("web/prod/releases/000003/end.json in the state bucket is no record of a release");
    }

    @Test
    void recordBecomesUnreadableAfterThePlan_nothingIsRemovedAndItIsOver() {
        look(() -> {
            store.write("web/prod/releases/index.json", "{}");
            store.write("web/prod/releases/000003/end.json", "not a record");
        });

        PruneStep end = look();

        assertThat(end.over()).isTrue();
        assertThat(end.unread()).hasSize(1);
        assertThat(end.removed()).isEmpty();
        assertThat(account.calls).isEmpty();
    }

    @Test
    void bucketMayNotBeRead_nothingIsRemovedAndItIsSaidOnce() {
        look(() -> store.down = failure(AwsFailure.Kind.ACCESS_DENIED, "AccessDenied"));

        PruneStep end = look();

        assertThat(end.over()).isTrue();
        assertThat(end.unread()).containsExactly("s3:Some: AccessDenied");
        assertThat(account.calls).isEmpty();
    }

    @Test
    void bucketThatKnowsNothingOfAnEnvironmentWithAStack_isTheWrongOne() {
        store.objects.clear();

        TeardownPlan plan = prune.plan(now);

        assertThat(plan.removals()).isEmpty();
        assertThat(plan.unread())
                .singleElement()
                .asString()
                .startsWith(
                        "the state bucket has neither state nor records of prod, whose stack stands: name the bucket");
    }

    @Test
    void environmentWithAStateAndNoRecord_isDecidedByItsTemplate() {
        store.objects.clear();
        store.write("web/prod/terraform.tfstate", "{}");
        account.published.add(new ImageUses.Published("lt-1", 1, true, "ami-2", Account.OURS));

        assertThat(prune.plan(now).kept())
                .extracting(kept -> kept.resource().id())
                .containsExactly("ami-2");
    }

    @Test
    void throttled_looksAgain_andNoCredentials_throws() {
        look(() -> account.down = failure(AwsFailure.Kind.THROTTLED, "SlowDown"));
        PruneStep waiting = look();
        assertThat(waiting.over()).isFalse();
        assertThat(waiting.lines()).containsExactly("s3:Some: SlowDown; looking again");
        account.down = failure(AwsFailure.Kind.NO_CREDENTIALS, "");
        assertThatThrownBy(this::look).isInstanceOf(AwsFailure.class);
        account.down = null;
        assertThat(end().removed()).containsExactly("ami-1", "ami-2");
    }

    @Test
    void controllerWasAwayBeyondTheDeadline_removesInTheLateLookWhatWasShown() {
        look(() -> now = now.plus(Duration.ofHours(1)));

        PruneStep late = look();

        assertThat(late.over()).isTrue();
        assertThat(late.removed()).containsExactly("ami-1", "ami-2");
        assertThat(late.leftovers()).isEmpty();
    }

    private static AwsFailure failure(AwsFailure.Kind kind, String code) {
        return new AwsFailure(kind, "s3:Some", code, "s3:Some: " + code, null);
    }
}
